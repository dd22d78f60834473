"""Who signs in: invited, given roles, let go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from server.access.verbs import ADMINISTRATOR
from server.app import create_app
from server.mailing import Letter
from server.model.scope import WHOLE_HOUSE
from tests.faster import overtaken
from tests.lent import lent_app
from tests.pages.looking import open_page, words
from tests.world import PASSWORD, Person, World, forgery_token, post, sign_in

PAGE = "/admin/people"
CHOSEN = "con đường mùa mưa"
LINK = re.compile(r"http://localhost(/invitation/\w{64})<")


@pytest.fixture(scope="module")
def app(shared_world: World) -> Iterator[Flask]:
    with lent_app(shared_world.house) as app:
        yield app


@pytest.fixture(scope="module")
def head(shared_world: World, app: Flask) -> FlaskClient:
    """Who manages people in Hạ Long (VP01 and below) alone."""
    return enter(app, shared_world.hire("truong@ctxh.example", "Đỗ Văn Trưởng", ADMINISTRATOR))


@pytest.fixture(scope="module")
def admin(shared_world: World, app: Flask) -> FlaskClient:
    return enter(app, shared_world.admin)


def enter(app: Flask, someone: Person) -> FlaskClient:
    client = app.test_client()
    sign_in(client, someone)
    return client


def of(someone: Person) -> str:
    return f"{PAGE}/{someone.actor.id}"


def invited(
    client: FlaskClient, email: str, role: str = "case_manager", office: str = "VP02"
) -> str:
    answer = post(client, PAGE, email=email, name="Vũ Thị Mới", role=role, office=office)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return link_in(answer)


def link_in(answer: TestResponse) -> str:
    found = LINK.search(answer.get_data(as_text=True))
    assert found
    return found[1]


def choose(app: Flask, link: str, password: str = CHOSEN) -> int:
    stranger = app.test_client()
    token = forgery_token(stranger)
    return stranger.post(link, data={"csrf_token": token, "chosen": password}).status_code


def listed(client: FlaskClient) -> str:
    return words(open_page(client, PAGE))


# -- invitations -----------------------------------------------------------------------------------


def test_whoever_is_invited_chooses_a_password_and_is_in(app: Flask, admin: FlaskClient) -> None:
    link = invited(admin, "Moi@ctxh.example")
    assert "1 người chưa nhận lời mời" in listed(admin)
    assert "/invitation/" not in admin.get(PAGE).get_data(as_text=True), "shown once"
    stranger = app.test_client()
    page = stranger.get(link)
    assert "Vũ Thị Mới" in page.get_data(as_text=True)
    # To no other site, and to this one: over TLS a form without it is refused as forged.
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert choose(app, link, "ngan") == 400
    assert choose(app, link) == 303
    assert choose(app, link, "mật khẩu của kẻ khác") == 404, "it works once"
    client = app.test_client()
    sign_in(client, Person(None, "moi@ctxh.example", CHOSEN))  # type: ignore[arg-type]
    assert client.get("/records").status_code == 200
    assert "chưa nhận lời mời" not in listed(admin)


def test_a_link_ends_in_its_time_and_with_the_next_one(
    app: Flask, shared_world: World, admin: FlaskClient
) -> None:
    first = invited(admin, "cham@ctxh.example")
    [row] = open_page(admin, PAGE).xpath("//tr[contains(., 'cham@ctxh.example')]//a")
    second = link_in(post(admin, f"{row.get('href')}/link"))
    assert app.test_client().get(first).status_code == 404
    assert app.test_client().get(second).status_code == 200
    shared_world.clock.move(days=7)
    assert app.test_client().get(second).status_code == 404


def test_a_forgotten_password_is_chosen_anew_and_ends_every_session(
    app: Flask, shared_world: World
) -> None:
    admin = enter(app, shared_world.admin)
    quen = shared_world.hire("quen@ctxh.example", "Lý Thị Quên", "case_manager")
    before = enter(app, quen)
    link = link_in(post(admin, f"{of(quen)}/link"))
    assert enter(app, quen).get("/records").status_code == 200, "the old one goes on meanwhile"
    assert choose(app, link) == 303
    assert before.get("/records").status_code == 303
    sign_in(app.test_client(), Person(quen.actor, quen.email, CHOSEN))


def test_a_reset_link_lasts_a_day(app: Flask, shared_world: World) -> None:
    admin = enter(app, shared_world.admin)
    link = link_in(post(admin, f"{of(shared_world.minh)}/link"))
    shared_world.clock.move(hours=25)
    assert app.test_client().get(link).status_code == 404


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"email": "lan@ctxh.example"}, 409, "Tài khoản này đã có"),
        ({"email": "không phải thư"}, 400, "Thư điện tử chưa đúng"),
        ({"email": "a@b.example\nBcc: x@y.example"}, 400, "Thư điện tử chưa đúng"),
        ({"name": " "}, 400, "Hãy ghi tên"),
        ({"role": "phone"}, 403, "Bạn không thể giao vai trò này"),
        ({"role": "vua"}, 403, "Bạn không thể giao vai trò này"),
        ({"office": "VP99"}, 404, "VP99"),
    ],
)
def test_an_invitation_that_cannot_be_says_why_and_keeps_what_was_typed(
    app: Flask, shared_world: World, fields: dict[str, str], status: int, said: str
) -> None:
    admin = enter(app, shared_world.admin)
    typed = {"email": "ai@ctxh.example", "name": "Ai Đó", "role": "case_manager", "office": "VP02"}
    answer = post(admin, PAGE, **{**typed, **fields})
    assert answer.status_code == status
    page = answer.get_data(as_text=True)
    assert said in page
    assert "Ai Đó" in page or "name" in fields
    assert "/invitation/" not in page


class Postman:
    def __init__(self, *, takes: bool) -> None:
        self.takes, self.letters = takes, list[Letter]()

    def send(self, letter: Letter) -> bool:
        self.letters.append(letter)
        return self.takes


@pytest.mark.parametrize("takes", [True, False])
def test_a_letter_brings_the_link_and_where_it_cannot_the_page_says_so(
    shared_world: World, *, takes: bool
) -> None:
    postman = Postman(takes=takes)
    admin = enter(create_app(replace(shared_world.house, mailer=postman)), shared_world.admin)
    answer = post(
        admin,
        PAGE,
        email=f"thu-{takes}@ctxh.example",
        name="An",
        role="case_manager",
        office="VP02",
    )
    page = answer.get_data(as_text=True)
    assert ("Đã gửi tới" in page) is takes
    assert ("Không gửi được thư" in page) is not takes
    [letter] = postman.letters
    assert letter.to == f"thu-{takes}@ctxh.example".lower()
    assert "Chào An" in letter.text
    assert link_in(answer) in letter.text


def test_a_letter_leads_here_whatever_host_the_request_names(shared_world: World) -> None:
    """Else whoever slips in a host of theirs is sent the key to somebody's account."""
    postman = Postman(takes=True)
    house = replace(shared_world.house, mailer=postman)
    admin = enter(create_app(house), shared_world.admin)
    token, poisoned = forgery_token(admin, PAGE), {"X-Forwarded-Host": "evil.example"}
    path = f"{of(shared_world.lan)}/link"
    assert admin.post(path, data={"csrf_token": token}, headers=poisoned).status_code == 200
    [letter] = postman.letters
    assert "evil.example" not in letter.text
    assert f"{house.config.public_url}/invitation/" in letter.text


# -- nobody gives more than they have --------------------------------------------------------------


def test_a_head_sees_and_invites_in_their_own_offices_alone(
    head: FlaskClient, shared_world: World
) -> None:
    seen = listed(head)
    assert "lan@ctxh.example" in seen
    assert "minh@ctxh.example" not in seen
    assert "quantri@ctxh.example" not in seen
    assert head.get(of(shared_world.minh)).status_code == 404
    for office in ("VP09", "*"):
        answer = post(
            head, PAGE, email="x@ctxh.example", name="X", role="case_manager", office=office
        )
        assert answer.status_code == 403
    assert invited(head, "cap-duoi@ctxh.example", office="VP03")


@pytest.mark.parametrize(
    "act", ["link", "roles", "roles/take", "end", "reopen", "second-factor/remove"]
)
def test_who_may_more_is_changed_by_nobody_who_may_less(
    app: Flask, shared_world: World, head: FlaskClient, act: str
) -> None:
    """Nor does anybody change their own account here."""
    both = shared_world.hire(f"{act.replace('/', '')}@ctxh.example", "Hai Nơi", "case_manager")
    admin = enter(app, shared_world.admin)
    fields = {"role": "case_manager", "office": "VP09"}
    assert post(admin, f"{of(both)}/roles", **fields).status_code == 303
    assert head.get(of(both)).status_code == 200
    assert post(head, f"{of(both)}/{act}", **fields).status_code == 403
    assert post(admin, f"{of(shared_world.admin)}/{act}", **fields).status_code == 403


def test_a_case_manager_manages_nobody(app: Flask, shared_world: World) -> None:
    lan = enter(app, shared_world.lan)
    assert lan.get(PAGE).status_code == 403
    assert post(lan, f"{of(shared_world.minh)}/end").status_code == 403


def test_a_role_given_holds_at_once_and_taken_back_no_more(app: Flask, shared_world: World) -> None:
    admin = enter(app, shared_world.admin)
    di = shared_world.hire("di@ctxh.example", "Ngô Văn Đi", "case_manager", "VP02")
    client = enter(app, di)
    far = {"role": "case_manager", "office": "VP10"}
    assert "VP10" not in client.get("/phones").get_data(as_text=True)
    nowhere = post(admin, f"{of(di)}/roles", role="case_manager", office="")
    assert nowhere.status_code == 404
    page = html.fromstring(nowhere.get_data(as_text=True))
    assert page.xpath("//select[@id='role']/option[@selected]/@value") == ["case_manager"]
    assert page.xpath("//select[@id='office']/@aria-invalid") == ["true"]
    assert post(admin, f"{of(di)}/roles", **far).status_code == 303
    assert "VP10" in client.get("/phones").get_data(as_text=True)
    minh_s_list = shared_world.house.stores.actors.people(WHOLE_HOUSE.of(["VP10"]))
    assert di.actor.id in {each.id for each in minh_s_list}
    assert post(admin, f"{of(di)}/roles/take", **far).status_code == 303
    assert "VP10" not in client.get("/phones").get_data(as_text=True)
    last = post(admin, f"{of(di)}/roles/take", role="case_manager", office="VP02")
    assert last.status_code == 409


# -- the end ---------------------------------------------------------------------------------------


def test_who_is_let_go_is_out_at_once_everywhere(app: Flask, shared_world: World) -> None:
    """Another process has its own application; it is out there too."""
    admin = enter(app, shared_world.admin)
    nghi = shared_world.hire("nghi@ctxh.example", "Hoàng Thị Nghỉ", "case_manager")
    here, elsewhere = enter(app, nghi), enter(create_app(shared_world.house), nghi)
    link = link_in(post(admin, f"{of(nghi)}/link"))
    basic = (nghi.email, PASSWORD)
    assert app.test_client().get("/v1/projects", auth=basic).status_code == 200
    assert post(admin, f"{of(nghi)}/end").status_code == 303
    assert here.get("/records").status_code == 303
    assert elsewhere.get("/records").status_code == 303
    assert app.test_client().get("/v1/projects", auth=basic).status_code == 401
    assert app.test_client().get(link).status_code == 404
    again = link_in(post(admin, f"{of(nghi)}/reopen"))
    assert app.test_client().get("/v1/projects", auth=basic).status_code == 401
    assert choose(app, again) == 303
    sign_in(app.test_client(), Person(nghi.actor, nghi.email, CHOSEN))


def test_a_session_of_somebody_is_ended_by_who_manages_them(
    app: Flask, shared_world: World, head: FlaskClient
) -> None:
    mot = shared_world.hire("mot@ctxh.example", "Phùng Thị Một", "case_manager")
    client = enter(app, mot)
    [form] = open_page(head, of(mot)).xpath("//form[contains(@action, '/sessions/')]")
    assert post(head, form.get("action")).status_code == 303
    assert client.get("/records").status_code == 303
    assert post(head, form.get("action")).status_code == 404


def test_the_administrator_reads_of_a_storm_of_guesses(app: Flask, shared_world: World) -> None:
    admin = enter(app, shared_world.admin)
    assert "dò mật khẩu" not in listed(admin)
    now = shared_world.clock()
    for _ in range(100):
        shared_world.house.stores.tries.count([f"house {now:%Y-%m-%dT%H}"], now, now)
    assert re.search(r"10\d lần đăng nhập sai", listed(admin))


def test_of_two_who_give_and_take_roles_at_once_none_undoes_the_other(
    shared_world: World, head: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slower one is told, sees what there is now, and does it again."""
    world, actors = shared_world, shared_world.house.stores.actors
    whom = world.hire("hai-nguoi@ctxh.example", "Bùi Thị Hai", "case_manager", "VP02")
    assert post(head, f"{of(whom)}/roles", role="case_manager", office="VP05").status_code == 303

    def another() -> None:
        given = post(head, f"{of(whom)}/roles", role="case_manager", office="VP03")
        assert given.status_code == 303

    for path, office in (("roles", "VP04"), ("roles/take", "VP02")):
        overtaken(monkeypatch, actors, "set_grants", another)
        told = post(head, f"{of(whom)}/{path}", role="case_manager", office=office)
        assert told.status_code == 409
        assert "Người khác vừa thay đổi vai trò" in told.get_data(as_text=True)
        now = actors.by_id(whom.actor.id)
        assert now is not None
        assert now.offices == ("VP02", "VP05", "VP03")
        taken = post(head, f"{of(whom)}/roles/take", role="case_manager", office="VP03")
        assert taken.status_code == 303
