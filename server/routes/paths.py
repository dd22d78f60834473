"""Paths as clients wrote them: ``%2F`` inside a form id or a file name stays inside its segment.

WSGI decodes the path before routing, which would turn an escaped slash into a separator. The raw
path is decoded here segment by segment instead, with the slash kept as a private character until a
converter reads it (central-api.md §11).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

log = logging.getLogger(__name__)

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


class Proxies:
    """Those that are believed about whom they ask for."""

    def __init__(self, trusted: Sequence[IPv4Network | IPv6Network]) -> None:
        self._trusted = trusted

    def trust(self, peer: str) -> bool:
        if not peer:  # a socket in the file system
            return True
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        # How IPv4 looks to who listens on both.
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in each for each in self._trusted)

    def client(self, told: str) -> str:
        """Of X-Forwarded-For. Each proxy adds at the end from whom it has the request; what a
        client says of itself stands before that."""
        hops = [each.strip() for each in told.split(",")]
        while len(hops) > 1 and self.trust(hops[-1]):
            hops.pop()
        return hops[-1]


class TrustedProxies:
    """X-Forwarded-Proto, -Host and -For count only when a proxy that the settings name sets them;
    of several such, one behind the other, the farthest says who the client is."""

    def __init__(self, app: WsgiApp, proxies: Proxies) -> None:
        self._direct, self._proxies = app, proxies
        self._behind = ProxyFix(app, x_for=1, x_proto=1, x_host=1)
        self._warned = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        told = environ.get("HTTP_X_FORWARDED_FOR", "")
        if not self._proxies.trust(environ.get("REMOTE_ADDR", "")):
            self._warn_once(told)
            return self._direct(environ, start_response)
        if told:
            environ["HTTP_X_FORWARDED_FOR"] = self._proxies.client(told)
        return self._behind(environ, start_response)

    def _warn_once(self, told: str) -> None:
        if told and not self._warned:
            self._warned = True
            log.warning(
                "X-Forwarded-For from another machine is not believed: if that is your proxy, name "
                "it in CAUNOI_TRUSTED_PROXIES, else all who come through it count as one"
            )
