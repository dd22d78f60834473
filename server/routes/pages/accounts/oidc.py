"""Signing in by another house's account (OpenID Connect): who has an account here already comes in
by a verified e-mail address. Nobody gets an account by it; who was invited opens theirs by the link
of the invitation and that address.

The code flow with PKCE, state and nonce; tokens signed with the other house's public keys alone.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Blueprint, Flask, current_app, make_response, request, session, url_for
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests import RequestException

from server.errors import NotAllowed, PageUnknown
from server.errors.sign_in import InvitationFirst, LinkOver, NobodyHere, OtherHouseRefused
from server.model.audit import Act
from server.model.people import Actor, ActorKind
from server.outgoing import CarefulSession, origin_of
from server.processing.accounts.staff import link_holder, open_account
from server.routes.allow import By, allow, services
from server.routes.dialects import status_of
from server.routes.noted import tried_as
from server.routes.pages.accounts.reach import root
from server.routes.pages.accounts.sign_in import go_on, sign_in_page
from server.routes.pages.words import reader

blueprint = Blueprint("oidc", __name__)

log = logging.getLogger(__name__)

_EXTENSION = "caunoi-oidc"
_BACK = "oidc_back"
_INVITED = "oidc_invited"
_PATIENCE = 10
_PLACES = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OFFERED = "id_token_signing_alg_values_supported"
_TROUBLES = (
    AuthlibBaseError,
    JoseError,
    RequestException,
    OtherHouseRefused,
    # What the library does with words of another shape.
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
)
# No shared secret, and never "none".
_SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")


def offer_other_house(app: Flask) -> None:
    """Where the settings name one."""
    config = app.extensions["caunoi"].config
    if config.oidc_issuer is None:
        return
    oauth = OAuth(app)
    house = oauth.register(
        "other_house",
        client_cls=_House,
        client_id=config.oidc_client_id,
        client_secret=config.oidc_client_secret,
        server_metadata_url=f"{config.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": _PATIENCE,
        },
    )
    house.client_cls = partial(CarefulSession, config.oidc_issuer)
    app.extensions[_EXTENSION] = house


class _House(FlaskOAuth2App):  # type: ignore[misc]
    def load_server_metadata(self) -> dict[str, Any]:
        """Its own word about itself, read once. Of that what we ask for and nothing else: the
        library would take settings of its connections from it, too."""
        told: dict[str, Any] = self.server_metadata
        if "issuer" not in told:
            with self._get_session() as session:
                answer = session.request("GET", self._server_metadata_url, withhold_token=True)
            answer.raise_for_status()
            told.update(checked(answer.json(), services().config.oidc_issuer or ""))
        return told


def checked(told: Any, issuer: str) -> dict[str, Any]:
    """Raises OtherHouseRefused for another's word, and for one that leads astray."""
    if not isinstance(told, dict) or str(told.get("issuer")).rstrip("/") != issuer:
        raise OtherHouseRefused
    places = {each: str(told.get(each)) for each in _PLACES}
    ours = ("https://", f"{origin_of(issuer)}/")
    if not all(each.startswith(ours) for each in places.values()):
        raise OtherHouseRefused
    offered = told.get(_OFFERED, ["RS256"])
    signatures = [each for each in _SIGNATURES if isinstance(offered, list) and each in offered]
    if not signatures:
        raise OtherHouseRefused
    return {"issuer": told["issuer"], **places, _OFFERED: signatures}


@blueprint.get("/sign-in/other")
@allow(None, by=By.ANYONE)
def go() -> ResponseReturnValue:
    """To the other house's page."""
    return _go(request.args.get("next", ""))


@blueprint.get("/invitation/<seg:link_token>/other")
@allow(None, by=By.ANYONE)
def accept(link_token: str) -> ResponseReturnValue:
    """The same for who was invited: they need choose no password here."""
    house = services()
    if not may_open(link_holder(house.stores, link_token, house.clock())):
        raise PageUnknown
    session[_INVITED] = link_token
    answer = make_response(_go(""))
    # Its address is a key.
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def may_open(person: Actor) -> bool:
    """Whether an account that has no password can be opened by the other house's word: not where a
    second factor must be set up first, which takes a password."""
    house = services()
    has_none = person.password_hash is None and not house.second_factor_missing(person)
    return has_none and house.config.oidc_issuer is not None


def _go(back: str) -> ResponseReturnValue:
    try:
        house = _other_house()
        session[_BACK] = back
        answer: ResponseReturnValue = house.authorize_redirect(f"{root()}{url_for('oidc.back')}")
    except _TROUBLES as trouble:
        return _refused(trouble)
    return answer


@blueprint.get("/sign-in/other/back")
@allow(None, by=By.ANYONE, act=Act.SIGNED_IN)
def back() -> ResponseReturnValue:
    try:
        actor = _known(_told())
        if actor.password_hash is None:
            _open(actor)
    except _TROUBLES as trouble:
        return _refused(trouble)
    except (NobodyHere, InvitationFirst) as nobody:
        return _door_again(nobody)
    return go_on(actor, session.get(_BACK, ""))


def _other_house() -> Any:
    house = current_app.extensions.get(_EXTENSION)
    if house is None:
        raise PageUnknown
    house.load_server_metadata()
    return house


def _told() -> dict[str, Any]:
    """What the other house says of who comes back from it."""
    house = _other_house()
    claims = {
        "iss": {"essential": True, "value": house.server_metadata["issuer"]},
        "aud": {"essential": True, "value": services().config.oidc_client_id},
        "exp": {"essential": True},
    }
    told: dict[str, Any] = house.authorize_access_token(claims_options=claims).get("userinfo") or {}
    return told


def _known(told: dict[str, Any]) -> Actor:
    """An address that nobody verified is whatever its holder typed there."""
    email = told.get("email")
    if not isinstance(email, str) or told.get("email_verified") is not True:
        raise OtherHouseRefused
    tried_as(email)
    actor = services().stores.actors.by_email(email)
    if actor is None or not actor.active or actor.kind is not ActorKind.PERSON:
        raise NobodyHere
    return actor


def _open(actor: Actor) -> None:
    """By the link of their own invitation, with which this browser went to the other house. Raises
    InvitationFirst."""
    house, link_token = services(), session.pop(_INVITED, "")
    if not link_token or not may_open(actor):
        raise InvitationFirst
    try:
        open_account(house.stores, link_token, actor, house.clock())
    except LinkOver:
        raise InvitationFirst from None


def _refused(trouble: Exception) -> ResponseReturnValue:
    # Its words may quote what came in.
    log.warning("signing in by the other house failed (%s)", type(trouble).__name__)
    return _door_again(OtherHouseRefused())


def _door_again(refused: NotAllowed) -> ResponseReturnValue:
    page = sign_in_page(email="", error=refused.words(reader()), back=session.get(_BACK, ""))
    return page, status_of(refused)
