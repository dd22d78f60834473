"""One's own account: where one is signed in, tokens for programs, and the second factor."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from pyotp import TOTP
from werkzeug.test import TestResponse

from server.errors import NotSignedIn
from server.model.sessions import Whence
from server.processing.accounts.staff import let_in_again, make_link
from tests.lent import lent_app
from tests.pages.looking import open_page, words
from tests.world import PASSWORD, Person, World, forgery_token, post, sign_in

PAGE, FACTOR = "/account", "/account/second-factor"
ME = "/v1/users/current"


@pytest.fixture(scope="module")
def app(shared_world: World) -> Iterator[Flask]:
    with lent_app(shared_world.house) as app:
        yield app


@pytest.fixture
def mai(shared_world: World, request: pytest.FixtureRequest) -> Person:
    """Somebody new for each test."""
    email = f"{request.node.name[:40]}@ctxh.example"
    return shared_world.hire(email, "Trần Thị Mai", "case_manager")


def enter(
    app: Flask, person: Person, browser: str = "Firefox/140", address: str = ""
) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = f"Mozilla/5.0 (Windows NT 10.0) {browser}"
    if address:
        client.environ_base["REMOTE_ADDR"] = address
    sign_in(client, person)
    return client


def rows(client: FlaskClient, title: str) -> list[str]:
    page = open_page(client, PAGE)
    return [words(each) for each in page.xpath(f"//section[h2='{title}']//tbody/tr")]


def sessions(client: FlaskClient) -> list[str]:
    return rows(client, "Nơi bạn đang đăng nhập")


def is_in(client: FlaskClient) -> bool:
    return client.get("/records").status_code == 200


def basic(client: FlaskClient, person: Person, password: str) -> int:
    return client.get(ME, auth=(person.email, password)).status_code


def set_up(client: FlaskClient, world: World) -> tuple[TOTP, list[str]]:
    """An app that scanned the code, and the recovery codes that were shown."""
    page = open_page(client, FACTOR)
    app = TOTP("".join(words(page.xpath("//code")[0]).split()))
    fields = {"salt": page.xpath("//input[@name='salt']")[0].value, "password": PASSWORD}
    answer = post(client, FACTOR, code=app.at(world.clock()), **fields)
    assert answer.status_code == 200
    shown = html.fromstring(answer.get_data(as_text=True))
    return app, [words(each) for each in shown.xpath("//ul[@class='codes']//code")]


def type_password(app: Flask, person: Person, client: FlaskClient | None = None) -> FlaskClient:
    client = client or app.test_client()
    fields = {"csrf_token": forgery_token(client), "email": person.email, "password": PASSWORD}
    answer = client.post("/sign-in", data={**fields, "next": "/records/vang_gia"})
    assert answer.headers["Location"] == "/sign-in/code?next=/records/vang_gia"
    return client


def type_code(client: FlaskClient, code: str) -> TestResponse:
    fields = {"csrf_token": forgery_token(client, "/sign-in/code"), "next": "/records/vang_gia"}
    return client.post("/sign-in/code", data={**fields, "code": code})


# -- sessions --------------------------------------------------------------------------------------


def test_everybody_sees_where_they_are_signed_in_and_ends_what_they_do_not_know(
    app: Flask, mai: Person
) -> None:
    here = enter(app, mai)
    elsewhere = enter(app, mai, "Chrome/142", address="203.0.113.9")
    first, second = sessions(here)
    assert first.startswith("Firefox · Windows 127.0.0.1")
    assert "Phiên này" in first
    assert second.startswith("Chrome · Windows 203.0.113.9")
    [action] = open_page(here, PAGE).xpath(
        "//form[contains(@action, '/end') and button='Kết thúc']"
    )
    assert post(here, action.get("action")).status_code == 303
    assert not is_in(elsewhere)
    assert is_in(here)
    assert len(sessions(here)) == 1


def test_nobody_ends_another_s_session(app: Flask, shared_world: World, mai: Person) -> None:
    hers, his = enter(app, mai), enter(app, shared_world.minh)
    [session] = shared_world.house.stores.sessions.of(mai.actor.id, shared_world.clock())
    assert post(his, f"/account/sessions/{session.id}/end").status_code == 404
    assert is_in(hers)


def test_an_address_counts_only_when_our_own_proxy_says_it(app: Flask, mai: Person) -> None:
    """Else a guesser would come from another address with each try."""
    client = app.test_client()
    forwarded = {"X-Forwarded-For": "198.51.100.77"}
    for peer, seen in (("127.0.0.1", "198.51.100.77"), ("203.0.113.5", "203.0.113.5")):
        client.environ_base["REMOTE_ADDR"] = peer
        fields = {"csrf_token": forgery_token(client), "email": mai.email, "password": PASSWORD}
        assert client.post("/sign-in", data=fields, headers=forwarded).status_code == 303
        assert any(seen in each for each in sessions(client))


def test_a_new_password_ends_sessions_and_tokens(app: Flask, mai: Person) -> None:
    here, elsewhere = enter(app, mai), enter(app, mai)
    token = made_token(here)
    fields = {"current": PASSWORD, "chosen": "con đường mùa mưa"}
    assert post(here, "/account/password", **fields).status_code == 303
    assert is_in(here)
    assert not is_in(elsewhere)
    assert basic(app.test_client(), mai, token) == 401


def test_a_new_password_ends_a_link_that_lies_in_some_mailbox(
    app: Flask, shared_world: World, mai: Person
) -> None:
    link = make_link(shared_world.house.stores, mai.actor, shared_world.clock())
    stranger = app.test_client()
    assert stranger.get(f"/invitation/{link}").status_code == 200
    chosen = "mot-cau-khac-rat-dai"
    post(enter(app, mai), "/account/password", current=PASSWORD, chosen=chosen)
    assert stranger.get(f"/invitation/{link}").status_code >= 400


def test_who_is_let_in_again_finds_no_session_of_before(shared_world: World, mai: Person) -> None:
    """One that was begun while access ended."""
    house = shared_world.house
    house.stores.actors.end(mai.actor.id, shared_world.clock())
    late = house.door.open_session(mai.actor, Whence("", "")).token
    let_in_again(house.stores, mai.actor, shared_world.clock())
    with pytest.raises(NotSignedIn):
        house.door.session(late)


def test_a_stolen_session_cannot_guess_the_password(app: Flask, mai: Person) -> None:
    thief = enter(app, mai)
    codes = [
        post(thief, "/account/password", current=f"sai-{n}", chosen="x" * 12).status_code
        for n in range(11)
    ]
    assert codes == [401] * 10 + [429]


# -- tokens ----------------------------------------------------------------------------------------


def made_token(client: FlaskClient, name: str = "Báo cáo tuần") -> str:
    answer = post(client, "/account/tokens", name=name, password=PASSWORD)
    assert answer.status_code == 200
    found = re.search(r'class="secret">(\w{64})<', answer.get_data(as_text=True))
    assert found
    return found[1]


def test_a_token_serves_a_program_in_place_of_the_password(app: Flask, mai: Person) -> None:
    """By Basic, and where a program begins a session with it as with a password."""
    here, program = enter(app, mai), app.test_client()
    token = made_token(here)
    assert token not in here.get(PAGE).get_data(as_text=True)
    assert basic(program, mai, token) == 200
    begun = program.post("/v1/sessions", json={"email": mai.email, "password": token}).get_json()
    bearer = {"Authorization": f"Bearer {begun['token']}"}
    assert program.get(ME, headers=bearer).get_json()["email"] == mai.email
    assert program.get(ME, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    [row] = rows(here, "Mã truy cập cho chương trình")
    assert row.startswith("Báo cáo tuần")
    [end] = open_page(here, PAGE).xpath("//section[h2='Mã truy cập cho chương trình']//td//form")
    assert post(here, end.get("action")).status_code == 303
    assert basic(program, mai, token) == 401
    assert program.get(ME, headers=bearer).status_code == 401, "what was begun with it ends too"


def test_a_token_is_for_its_owner_alone_and_needs_the_password(
    app: Flask, shared_world: World, mai: Person
) -> None:
    here = enter(app, mai)
    assert post(here, "/account/tokens", name="Báo cáo", password="sai-sai-sai").status_code == 401
    assert post(here, "/account/tokens", name=" ", password=PASSWORD).status_code == 400
    token = made_token(here)
    assert basic(app.test_client(), shared_world.minh, token) == 401


# -- the second factor -----------------------------------------------------------------------------


def test_with_a_second_factor_the_password_alone_opens_nothing(
    app: Flask, shared_world: World, mai: Person
) -> None:
    here = enter(app, mai)
    elsewhere = enter(app, mai)
    authenticator, _ = set_up(here, shared_world)
    assert not is_in(elsewhere), "who had the password alone is out"
    client = type_password(app, mai)
    assert not is_in(client)
    with client.session_transaction() as cookie:  # which its owner can read
        halfway = {"Authorization": f"Bearer {cookie['halfway']}"}
    assert client.get(ME, headers=halfway).status_code == 401
    assert type_code(client, "000000").status_code == 401
    shared_world.clock.move(minutes=1)
    answer = type_code(client, authenticator.at(shared_world.clock()))
    assert answer.headers["Location"] == "/records/vang_gia"
    assert is_in(client)
    program = app.test_client()
    assert basic(program, mai, PASSWORD) == 403
    given = {"email": mai.email, "password": PASSWORD}
    refused = program.post("/v1/sessions", json=given)
    assert refused.status_code == 403
    assert "token" in refused.get_json()["message"]
    assert basic(program, mai, made_token(here)) == 200


def test_a_code_is_good_once_and_not_for_long(app: Flask, shared_world: World, mai: Person) -> None:
    authenticator, _ = set_up(enter(app, mai), shared_world)
    shared_world.clock.move(minutes=1)
    code = authenticator.at(shared_world.clock())
    assert type_code(type_password(app, mai), code).status_code == 303
    assert type_code(type_password(app, mai), code).status_code == 401
    shared_world.clock.move(minutes=1)
    late = authenticator.at(shared_world.clock())
    shared_world.clock.move(minutes=2)
    assert type_code(type_password(app, mai), late).status_code == 401, "nor for long"


def test_the_six_digits_cannot_be_guessed(app: Flask, shared_world: World, mai: Person) -> None:
    authenticator, _ = set_up(enter(app, mai), shared_world)
    client = type_password(app, mai)
    codes = [type_code(client, f"{n:06}").status_code for n in range(12)]
    assert codes == [401] * 10 + [429] * 2
    shared_world.clock.move(minutes=5)
    assert type_code(client, authenticator.at(shared_world.clock())).status_code == 303
    client = type_password(app, mai)
    shared_world.clock.move(minutes=11)
    answer = client.get("/sign-in/code")
    assert answer.headers["Location"].startswith("/sign-in?"), "the password again"


def test_who_knows_the_password_alone_makes_nobody_wait_where_they_signed_in_before(
    app: Flask, shared_world: World, mai: Person
) -> None:
    own = enter(app, mai)
    authenticator, _ = set_up(own, shared_world)
    shared_world.clock.move(minutes=1)
    stranger = type_password(app, mai)
    codes = [type_code(stranger, f"{n:06}").status_code for n in range(11)]
    assert codes == [401] * 10 + [429]
    code = authenticator.at(shared_world.clock())
    assert type_code(type_password(app, mai), code).status_code == 429, "on a new device"
    assert type_code(type_password(app, mai, own), code).status_code == 303


def test_a_recovery_code_serves_once_where_the_phone_is_lost(
    app: Flask, shared_world: World, mai: Person
) -> None:
    here = enter(app, mai)
    _, codes = set_up(here, shared_world)
    assert len(codes) == 10
    typed = f" {codes[3].upper().replace('-', ' ')} "
    assert type_code(type_password(app, mai), typed).status_code == 303
    assert type_code(type_password(app, mai), codes[3]).status_code == 401
    assert "Còn 9 mã khôi phục" in words(open_page(here, FACTOR))
    assert post(here, f"{FACTOR}/recovery", password=PASSWORD).status_code == 200
    assert type_code(type_password(app, mai), codes[4]).status_code == 401, "the earlier ones end"


def test_it_is_given_up_with_the_password_alone_known(
    app: Flask, shared_world: World, mai: Person
) -> None:
    here = enter(app, mai)
    set_up(here, shared_world)
    assert post(here, f"{FACTOR}/remove", password="sai-sai-sai").status_code == 401
    assert post(here, f"{FACTOR}/remove", password=PASSWORD).status_code == 303
    assert is_in(enter(app, mai))


def test_a_database_alone_makes_no_codes(app: Flask, shared_world: World, mai: Person) -> None:
    """What the app counts from, and the recovery codes, are nowhere in it."""
    authenticator, codes = set_up(enter(app, mai), shared_world)
    kept = str(shared_world.house.stores.actors._actors.find_one({"_id": mai.actor.id}))
    assert "second_factor" in kept
    assert authenticator.secret not in kept
    assert not any(each in kept or each.replace("-", "") in kept for each in codes)
    found = shared_world.house.stores.actors.by_id(mai.actor.id)
    assert "salt" not in repr(found)
