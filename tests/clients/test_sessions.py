"""Who a program is: sessions, Basic, and what it is told when it is nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
import requests

from server.app import create_app
from server.errors import NotSignedIn
from server.model.scope import WHOLE_HOUSE
from server.processing.accounts.people import add_person
from server.processing.accounts.sign_in import SESSION, Door
from tests.clients.conftest import Program, code, signed_in
from tests.world import PASSWORD, Clock, World, sign_in

pytestmark = pytest.mark.journey

ME = "/users/current"


def test_a_session_has_a_token_and_an_end(province: World, stranger: Program) -> None:
    """Rows 1, 2: the address in any case; whatever is in the header meanwhile does not matter."""
    answer = stranger.post(
        "/sessions",
        json={"email": province.lan.email.upper(), "password": PASSWORD},
        headers={"Authorization": "Bearer outdated"},
    )
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    session = answer.json()
    begun, over = (datetime.fromisoformat(session[each]) for each in ("createdAt", "expiresAt"))
    assert over - begun == SESSION
    assert session["createdAt"].endswith("Z")
    me = stranger.get(ME, headers={"Authorization": f"Bearer {session['token']}"}).json()
    assert (me["email"], me["displayName"]) == (province.lan.email, "Nguyễn Thị Lan")
    assert isinstance(me["id"], int)


def test_whoever_cannot_sign_in_hears_why(stranger: Program, province: World) -> None:
    """Row 3."""
    wrong = {"email": province.lan.email, "password": "sai-mat-khau"}
    assert code(stranger.post("/sessions", json=wrong)) == (401, 401.2)
    nobody = {"email": "khong-co@ctxh.example", "password": PASSWORD}
    assert code(stranger.post("/sessions", json=nobody)) == (401, 401.2)
    for body in ({}, {"email": province.lan.email}, {"email": 5, "password": ["x"]}):
        answer = stranger.post("/sessions", json=body)
        assert code(answer) == (400, 400.3)
        assert answer.json()["details"]["expected"] == ["email", "password"]


def test_a_session_ends_when_its_owner_says_so(
    province: World, address: str, stranger: Program, lan: Program
) -> None:
    """Row 5; and nobody ends another's."""
    for path in ("/sessions/current", None):
        mine = signed_in(address, province.minh)
        token = str(mine.http.headers["Authorization"]).partition(" ")[2]
        assert code(lan.delete(f"/sessions/{token}")) == (403, 403.1)
        assert mine.get(ME).status_code == 200
        assert mine.delete(path or f"/sessions/{token}").json() == {"success": True}
        assert code(mine.get(ME)) == (401, 401.2)
    assert code(lan.delete("/sessions/unknown")) == (403, 403.1)
    basic = (province.lan.email, PASSWORD)
    assert code(stranger.delete("/sessions/current", auth=basic)) == (404, 404.1)


def test_a_session_is_over_after_its_time(province: World, address: str) -> None:
    mine, clock = signed_in(address, province.minh), province.clock
    token = str(mine.http.headers["Authorization"]).partition(" ")[2]
    minutes = [timedelta(minutes=each) for each in (-1, 1)]
    before, after = (Door(province.house.stores, partial(later, clock, each)) for each in minutes)
    assert before.session(token).id == province.minh.actor.id
    with pytest.raises(NotSignedIn):
        after.session(token)


def later(clock: Clock, much: timedelta) -> datetime:
    return clock() + SESSION + much


def test_basic_does_for_programs_that_know_nothing_else(province: World, stranger: Program) -> None:
    assert stranger.get(ME, auth=(province.lan.email, PASSWORD)).status_code == 200
    assert code(stranger.get(ME, auth=(province.lan.email, "sai"))) == (401, 401.2)


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer x", "Basic", "Basic !!!", "Basic Og==", "Digest a=b", "Đ x"],
)
def test_a_header_that_names_nobody_is_refused(stranger: Program, header: str) -> None:
    """401 without a challenge: programs do not ask their user in the midst of a script."""
    answer = stranger.get("/projects", headers={"Authorization": header.encode()})
    assert code(answer) == (401, 401.2)
    assert "WWW-Authenticate" not in answer.headers


def test_a_token_that_lost_its_end_opens_nothing(admin: Program, stranger: Program) -> None:
    whole = str(admin.http.headers["Authorization"])
    for header in (whole[:-1], whole + "a", whole.lower(), whole.replace("Bearer", "Basic")):
        answer = stranger.get("/projects", headers={"Authorization": header})
        assert code(answer) == (401, 401.2), header


def test_a_cookie_of_the_pages_counts_for_nothing(province: World, address: str) -> None:
    """Row 4, stricter: so no page of another site can act here in a reader's name."""
    browser = create_app(province.house).test_client()
    sign_in(browser, province.admin)
    cookie = browser.get_cookie("caunoi")
    assert cookie is not None
    for method, path in (("GET", "/projects"), ("POST", "/projects/1/forms")):
        answer = requests.request(
            method,
            f"{address}/v1{path}",
            cookies={"caunoi": cookie.value},
            headers={"X-Requested-With": "XMLHttpRequest"},
            data=b"__csrf=a",
            timeout=60,
        )
        assert code(answer) == (401, 401.2)


def test_a_phone_s_token_opens_no_project(province: World, stranger: Program) -> None:
    """Row 7: neither as a bearer nor in the address."""
    phone = {"Authorization": f"Bearer {province.hong.token}"}
    assert code(stranger.get("/projects", headers=phone)) == (401, 401.2)
    assert code(stranger.get(f"/key/{province.hong.token}/projects")) == (404, 404.1)


def test_a_one_time_password_is_changed_on_the_page_first(
    province: World, stranger: Program
) -> None:
    house = province.house
    add_person(
        house.stores,
        house.shelf,
        WHOLE_HOUSE,
        email="moi@ctxh.example",
        name="Vũ Thị Mới",
        password=PASSWORD,
        role="case_manager",
        office="VP01",
        at=province.clock(),
    )
    answer = stranger.get("/projects", auth=("moi@ctxh.example", PASSWORD))
    assert code(answer) == (403, 403.1)
    assert "một lần" in answer.json()["message"]


def test_whoever_guesses_is_made_to_wait(province: World, stranger: Program) -> None:
    """As on the sign-in page, and with the same count: by session and by Basic."""
    email = "doan@ctxh.example"
    for number in range(5):
        wrong = f"doan-{number}-xxxx"
        assert code(stranger.get(ME, auth=(email, wrong))) == (401, 401.2)
        given = {"email": email, "password": wrong}
        assert code(stranger.post("/sessions", json=given)) == (401, 401.2)
    answer = stranger.post("/sessions", json={"email": email, "password": "doan-nua-xxxx"})
    assert code(answer) == (429, 429.1)
    assert int(answer.headers["Retry-After"]) > 0


def test_words_are_in_the_language_of_whoever_reads_them(
    lan: Program, stranger: Program, province: World
) -> None:
    """What the program asks for, else the account's, else English."""
    path = "/projects/1/forms/khong_co"
    assert "không có trên máy chủ" in lan.get(path).json()["message"]
    english = lan.get(path, headers={"Accept-Language": "en-GB,en;q=0.8"}).json()["message"]
    assert "is not on this server" in english
    assert stranger.get(path).json()["message"] == "Please sign in to continue."
    asked = stranger.get(path, headers={"Accept-Language": "vi"})
    assert asked.json()["message"] == "Hãy đăng nhập để tiếp tục."
