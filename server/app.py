"""Everything meets here, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g
from flask.typing import ResponseReturnValue
from whitenoise import WhiteNoise

from server.routes import api, dialects, health, openrosa
from server.routes.pages import add_pages, to_person
from server.routes.paths import Proxies, RawPath, Segment, TrustedProxies
from server.services import Services, secret_key

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:{tiles}; "
    "font-src 'self'; worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def create_app(services: Services) -> Flask:
    """The WSGI application over one set of services."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=secret_key(services.config),
        MAX_CONTENT_LENGTH=services.config.max_upload,
        SESSION_COOKIE_NAME="caunoi",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=services.config.public_url.startswith("https://"),
    )
    app.extensions["caunoi"] = services
    app.url_map.converters["seg"] = Segment
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.register_blueprint(openrosa.blueprint)
    app.register_blueprint(health.blueprint)
    for each in api.BLUEPRINTS:
        app.register_blueprint(each)
    add_pages(app, credentials_in_each_request=[openrosa.blueprint, *api.BLUEPRINTS])
    dialects.speak(app, to_person)
    app.after_request(_careful)
    app.extensions["proxies"] = proxies = Proxies(services.config.trusted_proxies)
    outermost: Any = TrustedProxies(RawPath(_with_static(app)), proxies)
    app.wsgi_app = outermost  # type: ignore[method-assign]
    return app


def _with_static(app: Flask) -> WhiteNoise:
    """Built files before anything else, compressed ahead, kept by browsers for ever where the name
    holds a hash of the content."""
    static = Path(app.root_path) / "static"
    files = WhiteNoise(app.wsgi_app, max_age=3600, immutable_file_test=_is_hashed)
    files.add_files(str(static), prefix="static/")
    return files


def _is_hashed(path: str, url: str) -> bool:
    return url.startswith("/static/dist/assets/")


def _careful(response: Response) -> ResponseReturnValue:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    origin = g.get("tiles_origin")  # where this page draws a map on a host's tiles
    policy = POLICY.format(tiles=f" {origin}" if origin else "")
    headers.setdefault("Content-Security-Policy", policy)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        # A year; not for other names below this one, which are not ours to decide.
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
