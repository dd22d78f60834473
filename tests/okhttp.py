"""Collect's HTTP client: its headers, its cache, how it signs in and when it sends again
(collect.md §2.2–2.4)."""

from __future__ import annotations

import base64
import gzip
import http.client
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.collect_xml import read_message
from tests.multipart import Body

TIMEOUT = 60


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def message(self) -> str:
        """The words of an OpenRosaResponse, '' for anything else."""
        return read_message(self.body)


class OkHttp:
    """``address`` is a project's; ``https`` is the name under which phones in the field know its
    server, where a proxy on the server's machine takes TLS off."""

    def __init__(
        self, address: str, *, credentials: tuple[str, str] | None, https: str | None
    ) -> None:
        parts = urlsplit(address)
        self._at = (parts.hostname or "", parts.port or 80)
        self.path = parts.path.rstrip("/")
        self.https = https
        self._credentials = credentials
        self._signed = False
        self._connection: http.client.HTTPConnection | None = None
        self._cached: dict[str, Answer] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.hang_up()

    @property
    def host(self) -> str:
        return f"{self._at[0]}:{self._at[1]}"

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(self, path: str) -> Answer:
        """With the cache in front."""
        known = self._cached.get(path)
        if known is not None and "max-age" in known.headers.get("Cache-Control", ""):
            return known  # whatever the server has by now
        marks = {"If-None-Match": known.headers["ETag"]} if known else {}
        answer = self.request("GET", path, headers=marks)
        if answer.status == 304 and known is not None:
            return known
        if answer.status == 200 and answer.headers.get("ETag"):
            self._cached[path] = answer
        return answer

    def request(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        answer = self._ask(method, path, body, headers or {})
        if answer.status == 401 and self._may_sign(answer):
            self._signed = True  # from now on without being asked
            answer = self._ask(method, path, body, headers or {})
        return answer

    def _may_sign(self, answer: Answer) -> bool:
        """Basic goes out over https alone, and only where a challenge says so."""
        challenges = answer.headers.get_all("WWW-Authenticate") or []
        offered = any(each.startswith("Basic ") for each in challenges)
        return bool(self._credentials and self.https and offered and not self._signed)

    def _ask(self, method: str, path: str, body: Body | None, headers: Mapping[str, str]) -> Answer:
        try:
            return self._answer(self._write(method, path, body, headers))
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # A kept connection turned out dead: OkHttp sends again, silently.
            self.hang_up()
            return self._answer(self._write(method, path, body, headers))

    def _write(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> http.client.HTTPConnection:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(*self._at, timeout=TIMEOUT)
        connection = self._connection
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in (*self._headers(), *(headers or {}).items()):
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Type", body.type)
            connection.putheader("Content-Length", str(body.length))
        host = self.https or self.host
        connection.putheader("Host", host)
        connection.putheader("Connection", "Keep-Alive")
        connection.putheader("Accept-Encoding", "gzip")
        connection.endheaders()
        for piece in body.pieces() if body else ():
            connection.send(piece)
        return connection

    def _headers(self) -> Iterator[tuple[str, str]]:
        if self._signed and self._credentials:
            plain = ":".join(self._credentials).encode("iso-8859-1", "replace")
            yield "Authorization", f"Basic {base64.b64encode(plain).decode()}"
        if self.https:
            yield "X-Forwarded-Proto", "https"
            yield "X-Forwarded-Host", self.https
        yield "User-Agent", "org.odk.collect.android/v2026.3.0 Dalvik/2.1.0 (Linux; U; Android 14)"
        yield "X-OpenRosa-Version", "1.0"
        # Twelve hours without AM or PM, as Collect writes it.
        yield "Date", time.strftime("%a, %d %b %Y %I:%M:%S GMT", time.gmtime())

    @staticmethod
    def _answer(connection: http.client.HTTPConnection) -> Answer:
        response = connection.getresponse()
        body = response.read()
        if response.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return Answer(response.status, response.headers, body)
