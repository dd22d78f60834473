"""A token opens what it was made for, while it lasts: no other route takes it, nor any once it is
ended, renewed or bent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.model.forms import FormKey
from server.model.scope import WHOLE_HOUSE
from server.model.sessions import SessionKind, Whence
from server.processing.accounts.feedback import Asked, make_codes, revoke_codes
from server.processing.accounts.people import connect_phone, disconnect_phone, renew_phone
from server.processing.accounts.staff import make_link
from server.routes.allow import SESSION_TOKEN, By
from server.services import PROJECT
from tests import registers
from tests.access.asking import asked_by, filled
from tests.lent import lent_app
from tests.world import World, forgery_token

_DRAFT = "dRaFt" * 13


@dataclass(frozen=True)
class Scene:
    app: Flask
    right: Mapping[str, str]
    """By what it opens."""
    ended: Mapping[str, str]


@pytest.fixture(scope="module")
def scene(shared_world: World) -> Iterator[Scene]:
    world, house = shared_world, shared_world.house
    world.publish(registers.form())
    world.publish(registers.form().replace(b'version="1"', b'version="2"'), draft_token=_DRAFT)
    admin, where = world.admin.actor, Whence("203.0.113.9", "Chrome")
    sessions = {
        kind.value: house.door.open_session(admin, where, kind).token for kind in SessionKind
    }
    right = {"phone": world.hong.token, "draft": _DRAFT, **sessions}
    right["link"] = make_link(house.stores, admin, world.clock())
    right["code"] = _code(world)
    with lent_app(house) as app:
        yield Scene(app, right, _ended(world))


def _ended(world: World) -> dict[str, str]:
    house, at, by = world.house, world.clock(), world.admin.actor
    made = (house.stores, house.shelf, WHOLE_HOUSE)
    revoked, ended = connect_phone(*made, "Máy mất", "VP02", at)
    disconnect_phone(house.stores, WHOLE_HOUSE, revoked.id, at)
    renewed, before = connect_phone(*made, "Máy cũ", "VP02", at)
    renew_phone(house.stores, house.shelf, by, WHOLE_HOUSE, renewed.id, at)
    session = house.door.open_session(by, Whence("", ""), SessionKind.PROGRAM).token
    house.door.close_session(session)
    code = _code(world, revoked=True)
    return {"revoked": ended, "renewed": before, "closed": session, "code": code}


def _code(world: World, *, revoked: bool = False) -> str:
    house, at, by = world.house, world.clock(), world.admin.actor
    made, key = (house.stores, house.shelf, WHOLE_HOUSE), FormKey(PROJECT, "phan_hoi")
    batch, [code] = make_codes(*made, key, Asked("VP02", "1", "30"), by, at)
    if revoked:
        revoke_codes(*made, key, batch.id, by, at)
    return code


def _bent(token: str) -> Iterator[str]:
    yield from (token[:-1], f"{token}a", token.upper(), token.lower(), token.swapcase())


def _wrong(scene: Scene, *but: str) -> Iterator[str]:
    """All tokens there are but those of these kinds, of which the first is bent."""
    yield from scene.ended.values()
    yield from (token for kind, token in scene.right.items() if kind not in but)
    right = scene.right[but[0]]
    yield from (each for each in _bent(right) if each != right)


def _statuses(scene: Scene, token: str, way: str) -> set[int]:
    """What all routes answer to whom they know in this way."""
    client, headers = scene.app.test_client(), dict[str, str]()
    by, parameter = _WAYS[way]
    if way == "header":
        headers = {"Authorization": f"Bearer {token}"}
    elif way == "cookie":
        headers = _browser_s(client, token)
        client = scene.app.test_client(use_cookies=False)  # nothing that an answer takes back
    given = {parameter: token, "project": "1", "form_id": registers.KEY.form_id}
    told = set()
    for line in asked_by(scene.app, *by):
        if (parameter in line.names) is not bool(parameter):
            continue
        path = filled(
            line.path, lambda kind, name: given.get(name, "1" if kind == "int" else "tre.csv")
        )
        told.add(client.open(path, method=line.method, headers=headers).status_code)
    assert told
    return told


def _browser_s(client: FlaskClient, token: str) -> dict[str, str]:
    """As if that were the token of its session."""
    forgery = forgery_token(client)
    with client.session_transaction() as session:
        session[SESSION_TOKEN] = token
    cookie = client.get_cookie("caunoi")
    assert cookie is not None
    return {"Cookie": f"{cookie.key}={cookie.value}", "X-CSRFToken": forgery}


_WAYS = {
    "phone": ((By.PHONE,), "token"),
    "draft": ((By.DRAFT,), "draft_token"),
    "code": ((By.CODE,), "code_token"),
    "header": ((By.PROGRAM, By.PHONE), ""),
    "cookie": ((By.SESSION,), ""),
}
_OPENED_BY = {
    "phone": ("phone",),
    "draft": ("draft",),
    "code": ("code",),
    "header": ("program", "token", "pages"),
    "cookie": ("pages", "program", "token"),
}


@pytest.mark.parametrize("way", _WAYS)
def test_no_route_takes_a_token_of_another_kind_or_time(scene: Scene, way: str) -> None:
    refused = {303, 401} if way == "cookie" else {401, 403, 404}
    for token in _wrong(scene, *_OPENED_BY[way]):
        assert _statuses(scene, token, way) <= refused, token
    assert 200 in _statuses(scene, scene.right[_OPENED_BY[way][0]], way)
