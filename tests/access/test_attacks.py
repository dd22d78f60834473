"""Every route against those who mean harm, driven by the map of routes.

What a route is asked with here is nobody's id: it is answered like what does not exist, never with
an error of the server, and never repeated as a header or as markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.routes.access_table import Line, lines
from server.routes.allow import By
from tests.access.asking import filled, of_no_thing
from tests.architecture.test_rules import ROOT
from tests.lent import lent_app
from tests.world import Person, World, forgery_token, sign_in

_MARK = "<script>alert(7)</script>"
# As they stand in an address: already quoted.
_HOSTILE = (
    "..%2f..%2f..%2fetc%2fpasswd",
    "x%0d%0aX-Evil:%20yes",
    "x%00.jpg",
    "%ff%fe",
    "%E2%80%AEgpj.exe",
    "%3Cscript%3Ealert(7)%3C%2Fscript%3E",
    "a" * 3000,
)
_READING = ("GET", "HEAD", "OPTIONS")


@pytest.fixture(scope="module")
def app(shared_world: World) -> Iterator[Flask]:
    with lent_app(shared_world.house) as app:
        yield app


def _signed_in(app: Flask, person: Person) -> FlaskClient:
    client = app.test_client()
    sign_in(client, person)
    return client


def _filled(line: Line, hostile: str, only: str) -> str:
    """The hostile value in one place; in the others what a route's converter takes."""

    def value(kind: str, name: str) -> str:
        return hostile if name == only else of_no_thing(kind)

    return filled(line.path, value)


@pytest.mark.parametrize("who", ["admin", "lan"])
def test_no_parameter_of_any_route_lets_anything_through(
    app: Flask, shared_world: World, who: str
) -> None:
    client = _signed_in(app, getattr(shared_world, who))
    token, asked = forgery_token(client, "/account/password"), 0
    for line in lines(app):
        for name in line.names:
            for hostile in _HOSTILE:
                asked += 1
                answer = client.open(
                    _filled(line, hostile, name),
                    method=line.method,
                    headers={"X-CSRFToken": token},
                )
                about = (line.method, line.path, name, hostile[:40], answer.status_code)
                assert answer.status_code < 500, about
                assert "X-Evil" not in answer.headers, about
                said = answer.get_data()
                assert b"root:x:0" not in said, about
                if answer.mimetype == "text/html":
                    assert _MARK.encode() not in said, about
    assert asked
    assert client.get("/account/password").status_code == 200  # signed in to the end


def test_no_route_gives_back_what_was_asked_of_it(app: Flask) -> None:
    """As TRACE does, cookies and all."""
    client = app.test_client()
    for line in lines(app):
        answer = client.open(_filled(line, "", ""), method="TRACE", headers={"X-Told": "x-told"})
        assert answer.status_code in (404, 405), (line, answer.status_code)
        assert b"x-told" not in answer.get_data(), line


@pytest.mark.parametrize("bend", ["cut", "longer", "turned", "mixed"])
def test_no_route_takes_a_token_that_is_nearly_right(
    app: Flask, shared_world: World, bend: str
) -> None:
    right, other = shared_world.hong.token, shared_world.thao.token
    half = len(right) // 2
    bent = {
        "cut": right[:-1],
        "longer": right + "a",
        "turned": right[::-1],
        "mixed": right[:half] + other[half:],
    }[bend]
    client, asked = app.test_client(), 0
    for line in lines(app):
        if line.rule.by is By.PHONE and "<seg:token>" in line.path:
            asked += 1
            answer = client.open(_filled(line, bent, "token"), method=line.method)
            assert answer.status_code in (401, 403, 404), (line, answer.status_code)
    assert asked


def test_no_page_that_changes_something_is_taken_without_its_token(
    app: Flask, shared_world: World
) -> None:
    """As the administrator, who may do the most; a wrong token is none."""
    client, asked = _signed_in(app, shared_world.admin), 0
    before = len(shared_world.journalled())
    for line in lines(app):
        if line.rule.by not in (By.SESSION, By.ANYONE) or line.method in _READING:
            continue
        if line.endpoint.startswith("api_"):  # no cookie opens it
            continue
        for headers in ({}, {"X-CSRFToken": "x" * 40}):
            asked += 1
            answer = client.open(_filled(line, "", ""), method=line.method, headers=headers)
            assert answer.status_code == 400, (line, headers, answer.status_code)
    assert asked
    assert len(shared_world.journalled()) == before
    assert client.get("/account/password").status_code == 200  # not even signed out


@pytest.mark.parametrize("place", ["https://evil.example/", "/\\evil.example"])
def test_no_parameter_of_any_name_leads_to_another_site(
    app: Flask, shared_world: World, place: str
) -> None:
    """By every word that a route reads of an address or a form."""
    client, led = _signed_in(app, shared_world.admin), 0
    token = forgery_token(client, "/account/password")
    words = dict.fromkeys(_words_that_are_read(), place)
    for line in lines(app):
        if line.endpoint == "sign_in.leave":
            continue
        form = words if line.method == "POST" else None
        answer = client.open(
            _filled(line, "", ""),
            method=line.method,
            query_string=words,
            data=form,
            headers={"X-CSRFToken": token},
        )
        assert answer.status_code < 500, (line, answer.status_code)
        if location := answer.headers.get("Location"):
            led += 1
            assert re.match(r"/(?![/\\])", location), (line, location)
    assert led


def _words_that_are_read() -> set[str]:
    read = re.compile(r"""(?:request\.(?:args|form)\.get|given)\("(\w+)\"""")
    routes = (ROOT / "server" / "routes").rglob("*.py")
    found = {each for path in routes for each in read.findall(path.read_text("utf-8"))}
    assert "next" in found
    return found
