"""Nobody has all threads or connections of a web process: neither an address nor a client behind a
proxy; and whoever has to wait is answered when one of their own is done."""

from __future__ import annotations

import http.client
import select
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from server import web_worker
from server.routes.paths import Proxies
from server.shares import Shares, household
from tests.serving import THREADS, serving

HALF_A_HEAD = b"GET /-/alive HTTP/1.1\r\nHost: caunoi\r\nX-A: "
HALF_A_BODY = (
    b"POST /sign-in HTTP/1.1\r\nHost: caunoi\r\nContent-Length: 99\r\n%s"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail="
)
CROWD, ANOTHER = "127.0.0.2", "127.0.0.3"
Connect = Callable[[str], http.client.HTTPConnection]


@pytest.fixture
def connect(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """From an address of this machine, of which the first alone is a proxy."""
    monkeypatch.setitem(app.extensions, "proxies", Proxies((ip_network("127.0.0.1/32"),)))
    with serving(app) as address, ExitStack() as opened:
        host = urlsplit(address).netloc

        def made(source: str) -> http.client.HTTPConnection:
            connection = http.client.HTTPConnection(host, timeout=15, source_address=(source, 0))
            opened.callback(connection.close)
            connection.connect()
            return connection

        yield made


def _asks(connection: http.client.HTTPConnection, **headers: str) -> int:
    connection.request("GET", "/-/alive", headers=headers)
    return _answered(connection)


def _answered(connection: http.client.HTTPConnection) -> int:
    answer = connection.getresponse()
    answer.read()
    return answer.status


@pytest.mark.parametrize("sent", [HALF_A_HEAD, HALF_A_BODY % b""])
def test_no_address_has_all_threads(connect: Connect, sent: bytes) -> None:
    slow = [connect(CROWD) for _ in range(THREADS)]
    for each in slow:
        each.sock.sendall(sent)
    assert _asks(connect(ANOTHER)) == 200
    waits = connect(CROWD)
    waits.request("GET", "/-/alive")
    for each in slow:
        each.close()
    assert _answered(waits) == 200


def test_no_client_behind_a_proxy_has_all_threads(connect: Connect) -> None:
    """What a client says of itself counts for nothing."""
    slow = [connect("127.0.0.1") for _ in range(THREADS)]
    for number, each in enumerate(slow):
        each.sock.sendall(HALF_A_BODY % b"X-Forwarded-For: 10.9.8.%d, 203.0.113.9\r\n" % number)
    proxy = connect("127.0.0.1")
    assert _asks(proxy, **{"X-Forwarded-For": "203.0.113.10"}) == 200
    waits = connect("127.0.0.1")
    waits.request("GET", "/-/alive", headers={"X-Forwarded-For": "203.0.113.9"})
    for each in slow:
        each.close()
    assert _answered(waits) == 200
    assert _asks(waits, **{"X-Forwarded-For": "203.0.113.9"}) == 200


def test_no_address_has_all_connections(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """What they have beyond their share makes room."""
    monkeypatch.setattr(web_worker, "_GLANCE", 0.01)
    monkeypatch.setattr(web_worker, "_SHARE", 0.02)
    silent = {each.sock: each for each in (connect(CROWD) for _ in range(40))}
    closed = set[socket.socket]()
    while len(closed) < 20:
        ended, _, _ = select.select(silent.keys() - closed, [], [], 15)
        assert [each.recv(1) for each in ended] == [b""] * len(ended) != []
        closed.update(ended)
    assert [_asks(silent[each]) for each in silent.keys() - closed] == [200] * 20
    assert _asks(connect(ANOTHER)) == 200


def test_whoever_takes_nothing_of_an_answer_is_left(
    connect: Connect, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After two minutes, by the system's own clock."""
    kept, inner = list[int](), app.wsgi_app

    def looks(environ: dict[str, Any], start_response: Any) -> Any:
        sock = environ["gunicorn.socket"]
        kept.append(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))
        return inner(environ, start_response)

    monkeypatch.setattr(app, "wsgi_app", looks)
    assert _asks(connect(CROWD)) == 200
    assert kept == [120_000]


# -- by themselves ---------------------------------------------------------------------------------


def test_a_share_goes_from_one_to_the_next() -> None:
    shares = Shares(2)
    assert [shares.take("a", each) for each in "123"] == [True, True, False]
    assert [shares.take("b"), bool(shares)] == [True, True]
    assert [shares.take("a", "4"), shares.waiting()["a"]] == [False, 2]
    assert [shares.turn_away("a"), shares.turn_away("b")] == ["4", None]
    assert [shares.give_back("a") for _ in range(3)] == ["3", None, None]
    assert [shares.take("a"), bool(shares)] == [True, False]


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::1%eth0", "2001:db8:1:2::/64"),
        ("nobody", "nobody"),
    ],
)
def test_one_house_counts_as_one(address: str, counts_as: str) -> None:
    assert household(address) == counts_as
