"""Paths as clients wrote them: ``%2F`` inside a form id or a file name stays inside its segment.

WSGI decodes the path before routing, which would turn an escaped slash into a separator. The raw
path is decoded here segment by segment instead, with the slash kept as a private character until a
converter reads it (central-api.md §11).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

_SLASH = "\ufffe"  # which no XML may hold, and so no id

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Segment(BaseConverter):
    """One path segment with anything in it: ``<seg:form_id>``."""

    regex = "[^/]+"
    part_isolating = True

    def to_python(self, value: str) -> str:
        return value.replace(_SLASH, "/")

    def to_url(self, value: str) -> str:
        return quote(value, safe="")


class RawPath:
    """Routes on the raw path where the server gives it (gunicorn RAW_URI, werkzeug REQUEST_URI)."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raw = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
        path = raw.partition("?")[0]
        if "%2f" in path.lower() and path.startswith("/"):
            slash = quote(_SLASH)
            escaped = path.replace("%2F", slash).replace("%2f", slash)
            environ["PATH_INFO"] = unquote_to_bytes(escaped).decode("latin-1")
        return self._app(environ, start_response)


class TrustLocalProxy:
    """X-Forwarded-Proto, -Host and -For count only when a proxy on this machine sets them."""

    def __init__(self, app: WsgiApp) -> None:
        self._direct = app
        self._behind = ProxyFix(app, x_for=1, x_proto=1, x_host=1)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        peer = environ.get("REMOTE_ADDR", "")
        local = peer in ("", "::1") or peer.startswith("127.")
        return (self._behind if local else self._direct)(environ, start_response)
