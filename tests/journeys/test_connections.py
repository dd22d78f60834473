"""A phone that sends many forms keeps its connection; a thread stays with it, but not for long."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

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
