"""A phone that sends many forms keeps its connection; a thread stays with it, but not for long."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import cast
from urllib.parse import urlsplit

import pytest

from server import web_worker
from tests.serving import THREADS


@pytest.fixture
def host(server: str) -> str:
    return urlsplit(server).netloc


def _asks(connection: http.client.HTTPConnection) -> int:
    connection.request("GET", "/-/alive")
    answer = connection.getresponse()
    answer.read()
    return answer.status


@pytest.fixture
def connections(host: str) -> Iterator[list[http.client.HTTPConnection]]:
    with ExitStack() as opened:
        made = [http.client.HTTPConnection(host, timeout=20) for _ in range(THREADS + 1)]
        for each in made:
            opened.callback(each.close)
        yield made


def test_one_request_after_the_other_is_answered_on_one_connection(
    connections: list[http.client.HTTPConnection],
) -> None:
    phone = connections[0]
    assert [_asks(phone) for _ in range(20)] == [200] * 20
    assert phone.sock is not None, "it was kept open"


def test_two_requests_in_one_packet_are_both_answered(
    connections: list[http.client.HTTPConnection],
) -> None:
    phone = connections[0]
    phone.connect()
    ask = b"GET /-/alive HTTP/1.1\r\nHost: caunoi\r\n\r\n"
    phone.sock.sendall(ask + ask.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    said = b"".join(iter(lambda: phone.sock.recv(65536), b""))
    assert said.count(b"HTTP/1.1 200") == 2


def test_silent_phones_take_no_thread_from_another(
    connections: list[http.client.HTTPConnection],
) -> None:
    *silent, other = connections
    assert [_asks(each) for each in silent] == [200] * THREADS
    assert _asks(other) == 200


HALF_A_HEAD = b"POST / HTTP/1.1\r\nHost: caunoi\r\nX-A: "
HALF_A_BODY = (
    b"POST /sign-in HTTP/1.1\r\nHost: caunoi\r\nContent-Length: 99\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail="
)


@pytest.mark.parametrize("sent", [b"", b"P", HALF_A_HEAD, HALF_A_BODY])
def test_whoever_sends_half_a_request_holds_no_thread(
    connections: list[http.client.HTTPConnection],
    monkeypatch: pytest.MonkeyPatch,
    sent: bytes,
) -> None:
    for patience in ("_GLANCE", "_HEAD", "_SILENCE", "_FAREWELL"):
        monkeypatch.setattr(web_worker, patience, 0.1)
    *slow, other = connections
    for each in slow:
        each.connect()
        each.sock.sendall(sent)
    assert _asks(other) == 200


def test_whoever_does_not_close_what_is_over_stops_nobody_else(
    connections: list[http.client.HTTPConnection],
) -> None:
    *rude, other = connections
    for each in rude:
        each.connect()
        each.sock.sendall(b"GET /-/alive HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert [each.sock.recv(12) for each in rude] == [b"HTTP/1.1 200"] * THREADS
    assert _asks(other) == 200


class Sender:
    """It takes ``seconds`` for each of its pieces, on a clock of its own."""

    def __init__(self, seconds: float, piece: bytes) -> None:
        self.now, self.most = 0.0, list[float | None]()
        self._seconds, self._piece = seconds, piece

    def sends(self, size_hint: int | None) -> bytes:
        self.now += self._seconds
        if self.most[-1] is not None and self._seconds > self.most[-1]:
            raise TimeoutError
        return self._piece

    def settimeout(self, seconds: float | None) -> None:
        self.most.append(seconds)

    def for_how_long(self) -> float:
        """Until nobody listens any more; an hour of it is enough."""
        read = web_worker.paced(self.sends, cast("socket.socket", self), lambda: self.now)
        try:
            while self.now < 3600:
                read(None)
        except TimeoutError:
            with pytest.raises(TimeoutError):
                read(None)
        return self.now


@pytest.mark.parametrize(
    ("seconds", "piece", "bears"),
    [
        (0.1, b"x" * 8192, 3600),
        (2.0, b"x" * 4096, 3600),  # a phone where there is hardly a network
        (59.0, b"x" * 65536, 3600),
        (61.0, b"x" * 65536, 61),
        (1.0, b"x", 62),
        (59.0, b"x", 118),
    ],
)
def test_a_body_may_be_slow_but_neither_silent_nor_a_trickle(
    seconds: float, piece: bytes, bears: float
) -> None:
    sender = Sender(seconds, piece)
    assert sender.for_how_long() == pytest.approx(bears, rel=0.02)
    assert sender.most[-1] is None, "what is written then has all the time"
