"""A small real OpenID provider: discovery, the code flow with PKCE, tokens signed with its own key.

``says`` is what it tells of whoever comes; ``twists`` make it lie, and ``names`` what it says of
itself.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "caunoi", "bi-mat-cua-nha-kia"


@dataclass
class OtherHouse:
    issuer: str = ""
    says: dict[str, Any] = field(default_factory=dict)
    twists: dict[str, Any] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "own"}))
    signs_with: RSAKey | None = None
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    over: Event = field(default_factory=Event)

    def app(self) -> Flask:
        app = Flask("other_house")
        app.add_url_rule("/.well-known/openid-configuration", view_func=self.discovery)
        app.add_url_rule("/authorize", view_func=self.authorize)
        app.add_url_rule("/token", view_func=self.token, methods=["POST"])
        app.add_url_rule("/keys", view_func=self.keys)
        app.add_url_rule("/moved", "moved", lambda: redirect(request.args["to"]))
        app.add_url_rule("/much", "much", self.much)
        app.add_url_rule("/trickle", "trickle", lambda: Response(self.trickle()))
        return app

    def discovery(self) -> ResponseReturnValue:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.names,
        }
        return jsonify(told)

    def authorize(self) -> ResponseReturnValue:
        """Whoever comes is signed in already."""
        asked = {name: request.args[name] for name in request.args}
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        code = secrets.token_urlsafe(16)
        self.asked[code] = asked
        given = {"code": code, "state": asked["state"]}
        return redirect(f"{asked['redirect_uri']}?{urlencode(given)}")

    def token(self) -> ResponseReturnValue:
        asked = self.asked.pop(request.form["code"], None)
        who = request.authorization
        digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_client = who is not None and (who.username, who.password) == (CLIENT, SECRET)
        if asked is None or not is_client or asked["code_challenge"] != challenge:
            return jsonify(error="invalid_grant"), 400
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "1",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.says,
            **self.twists,
        }
        signed = jwt.encode({"alg": "RS256", "kid": "own"}, claims, self.signs_with or self.key)
        return jsonify(access_token="x", token_type="Bearer", id_token=signed)

    def keys(self) -> Response:
        return jsonify(KeySet([self.key]).as_dict(private=False))

    def much(self) -> ResponseReturnValue:
        """The keys, after a long pause."""
        return b" " * 4096 * 1000 + self.keys().get_data()

    def trickle(self) -> Iterator[bytes]:
        """A word in each moment, and no end."""
        while not self.over.wait(0.05):
            yield b" "
