"""A session that somebody stole, and a program's that came of the same password: once either is
over, by whatever way it ends, no route takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from pyotp import TOTP
from werkzeug.test import TestResponse

from server.model.sessions import SessionKind, Whence
from server.processing.accounts.staff import make_link
from server.routes.allow import SESSION_TOKEN, By
from tests.access.asking import asked_by, of_nobody, person
from tests.lent import lent_app
from tests.world import PASSWORD, Person, World, forgery_token, post, sign_in

_FACTOR = "/account/second-factor"
_CHOSEN = "con đường mùa mưa"


@dataclass(frozen=True)
class Scene:
    world: World
    app: Flask
    admin: FlaskClient
    whom: Person
    owner: FlaskClient
    """Where the person themself is signed in."""

    def steal(self) -> tuple[FlaskClient, str]:
        """A browser with a session of theirs, and the token of a program's."""
        door, where = self.world.house.door, Whence("203.0.113.9", "Chrome")
        client = self.app.test_client()
        with client.session_transaction() as session:
            session[SESSION_TOKEN] = door.open_session(self.whom.actor, where).token
        return client, door.open_session(self.whom.actor, where, SessionKind.PROGRAM).token

    def by_owner(self, path: str, **fields: str) -> TestResponse:
        return _post(self.owner, path, **fields)

    def by_admin(self, act: str) -> TestResponse:
        return _post(self.admin, f"/admin/people/{self.whom.actor.id}/{act}")


def _post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    answer = post(client, path, **fields)
    assert answer.status_code in (200, 303), (path, answer.get_data(as_text=True))
    return answer


@pytest.fixture(scope="module")
def app(shared_world: World) -> Iterator[Flask]:
    with lent_app(shared_world.house) as app:
        yield app


@pytest.fixture
def scene(app: Flask, shared_world: World, request: pytest.FixtureRequest) -> Scene:
    """Somebody new for each test, who may everything: no 403 hides that a session still lives."""
    admin, owner = app.test_client(), app.test_client()
    whom = person(shared_world, f"{request.node.name.split('[')[1][:-1]}@ctxh.example")
    sign_in(admin, shared_world.admin)
    sign_in(owner, whom)
    return Scene(shared_world, app, admin, whom, owner)


def _new_password(scene: Scene) -> None:
    scene.by_owner("/account/password", current=PASSWORD, chosen=_CHOSEN)


def _reset(scene: Scene) -> None:
    link = make_link(scene.world.house.stores, scene.whom.actor, scene.world.clock())
    stranger = scene.app.test_client()
    fields = {"csrf_token": forgery_token(stranger), "chosen": _CHOSEN}
    assert stranger.post(f"/invitation/{link}", data=fields).status_code == 303


def _let_go(scene: Scene) -> None:
    scene.by_admin("end")


def _let_in_again(scene: Scene) -> None:
    scene.by_admin("end")
    scene.by_admin("reopen")


def _set_up_factor(scene: Scene) -> None:
    page = html.fromstring(scene.owner.get(_FACTOR).get_data(as_text=True))
    seed = TOTP("".join("".join(page.xpath("//code")[0].itertext()).split()))
    salt = page.xpath("//input[@name='salt']")[0].value
    code = seed.at(scene.world.clock())
    scene.by_owner(_FACTOR, code=code, salt=salt, password=PASSWORD)


def _give_up_factor(scene: Scene) -> None:
    scene.by_owner(f"{_FACTOR}/remove", password=PASSWORD)


def _factor_taken_by_who_manages(scene: Scene) -> None:
    scene.by_admin("second-factor/remove")


def _end_others(scene: Scene) -> None:
    scene.by_owner("/account/sessions/end-others")


def _signed_out_by_who_manages(scene: Scene) -> None:
    page = html.fromstring(scene.admin.get(f"/admin/people/{scene.whom.actor.id}").get_data())
    for action in page.xpath("//form[contains(@action, '/sessions/')]/@action"):
        _post(scene.admin, action)


_ENDINGS: dict[str, Callable[[Scene], None]] = {
    "new-password": _new_password,
    "reset": _reset,
    "let-go": _let_go,
    "let-in-again": _let_in_again,
    "factor-set-up": _set_up_factor,
    "factor-given-up": _give_up_factor,
    "factor-taken": _factor_taken_by_who_manages,
    "others-ended": _end_others,
    "signed-out": _signed_out_by_who_manages,
}


@pytest.mark.parametrize("ending", _ENDINGS)
def test_a_stolen_session_opens_nothing_once_it_is_over(
    app: Flask, scene: Scene, ending: str
) -> None:
    if ending in ("factor-given-up", "factor-taken"):
        _set_up_factor(scene)
    stolen, program = scene.steal()
    token = forgery_token(stolen, "/account")
    cookie = stolen.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    _ENDINGS[ending](scene)
    # What an answer takes back is held against it all the same.
    thief, asked = scene.app.test_client(use_cookies=False), 0
    pages = {"Cookie": f"{cookie.key}={cookie.value}", "X-CSRFToken": token}
    for line in asked_by(scene.app, By.SESSION):
        asked += 1
        answer = thief.open(of_nobody(line), method=line.method, headers=pages)
        assert answer.status_code in (303, 401), (line, answer.status_code)
        if answer.status_code == 303:
            assert answer.headers["Location"].startswith("/sign-in"), line
    for line in asked_by(scene.app, By.PROGRAM, By.PHONE):
        if "<seg:token>" in line.path:
            continue
        asked += 1
        headers = {"Authorization": f"Bearer {program}"}
        answer = thief.open(of_nobody(line), method=line.method, headers=headers)
        assert answer.status_code == 401, (line, answer.status_code)
    assert asked
