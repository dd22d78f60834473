"""Whom this server asks over HTTP of its own accord: another house's accounts (``accounts/oidc``).

The house that the settings name may be anywhere, also in the office's own net. Where its document
leads is somebody else's word: only by TLS and to a public address, or we could be made to ask this
machine's own services or a cloud's. What counts is the address that is connected to, not what its
name meant a moment before. Nothing leads on from there, no answer is large, and none takes long.

Where the environment names a proxy (``HTTPS_PROXY``), that one connects, by its own rules.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from io import BytesIO
from ipaddress import ip_address
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.requests_client import OAuth2Session
from requests import PreparedRequest, RequestException, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

_LARGEST = 1024 * 1024
_PIECE = 16 * 1024
_PATIENCE = 10.0  # seconds, for all of an answer


class CarefulSession(OAuth2Session):  # type: ignore[misc]
    """``named`` is the address in the settings: whatever else lies at its origin is trusted as it
    is."""

    def __init__(self, named: str, **told: Any) -> None:
        super().__init__(**told)
        self.max_redirects = 0
        self.adapters.clear()
        self.mount("https://", _Elsewhere())
        self.mount(f"{origin_of(named)}/", _Bounded())


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


class _Cut:
    """A connection that is over after a while, however lively it is: each byte of a trickle would
    be waited for anew."""

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        # TLS takes the socket over: another hold of the same.
        self._hold = sock.dup()
        self._end = Timer(_PATIENCE, _end, (self._hold,))
        self._end.daemon = True
        self._end.start()
        return sock

    def close(self) -> None:
        if hasattr(self, "_end"):
            self._end.cancel()
            self._hold.close()
        super().close()  # type: ignore[misc]


def _end(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


class _Public:
    """A connection to a public address; to another it is ended before a byte is said."""

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        if not is_public(sock.getpeername()[0]):
            sock.close()
            raise NewConnectionError(self, "a private address")  # type: ignore[arg-type]
        return sock


def is_public(peer: str) -> bool:
    address = ip_address(peer.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_global and not address.is_multicast


class _CutHttp(_Cut, HTTPConnection):
    pass


class _CutHttps(_Cut, HTTPSConnection):
    pass


class _CutPublic(_Cut, _Public, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _CutHttp


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _CutHttps


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _CutPublic


class _Bounded(HTTPAdapter):
    _pools: Mapping[str, type[HTTPConnectionPool]] = {"http": _HttpPool, "https": _HttpsPool}

    def init_poolmanager(self, *sizes: Any, **named: Any) -> None:
        super().init_poolmanager(*sizes, **named)
        self.poolmanager.pool_classes_by_scheme = dict(self._pools)

    def send(self, request: PreparedRequest, *told: Any, **how: Any) -> Response:
        """Raises RequestException also for an answer that is too large."""
        answer = super().send(request, *told, **{**how, "stream": True})
        with closing(answer.raw) as raw:
            try:
                answer.raw = BytesIO(_bounded(raw.stream(_PIECE, decode_content=True)))
            except HTTPError as trouble:
                raise RequestException(type(trouble).__name__) from None
        return answer


class _Elsewhere(_Bounded):
    _pools: Mapping[str, type[HTTPConnectionPool]] = {"https": _PublicPool}


def _bounded(pieces: Iterable[bytes]) -> bytes:
    whole = bytearray()
    for piece in pieces:
        whole += piece
        if len(whole) > _LARGEST:
            raise RequestException("too large")
    return bytes(whole)
