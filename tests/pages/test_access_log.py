"""Who did and who looked at what stands in the access log, for whoever may read it."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.access.verbs import CASE_MANAGER, Verb
from server.app import create_app
from server.errors import DatabaseDown
from server.model.audit import Act, Entry, Logged
from server.model.people import Grant
from server.model.scope import WHOLE_HOUSE, Scope
from server.processing.accounts.staff import give_role
from server.processing.records.counting import count_news
from server.routes.access_table import lines
from server.routes.pages.duties.audit_words import BY_ROUTE, CHANGED, ROOMS, thing_words
from tests import registers
from tests.pages.looking import links, open_page, words
from tests.pages.test_review import KEY
from tests.records import Made, record_of
from tests.world import Person, World, basic, forgery_token, post, sign_in

_LOG = "/admin/audit"


@pytest.fixture(scope="module")
def site(shared_world: World) -> Flask:
    return create_app(shared_world.house)


def client_of(site: Flask, person: Person) -> FlaskClient:
    client = site.test_client()
    sign_in(client, person)
    return client


def logged(world: World) -> list[Logged]:
    """Newest first."""
    return world.house.stores.audit.entries(WHOLE_HOUSE, 0, 2**40)


def last(world: World, act: Act | None = None) -> Entry:
    return next(each.entry for each in logged(world) if act in (None, each.entry.act))


def sent(world: World, number: int) -> Made:
    made = record_of("vang_gia")
    made = made.saying(made.instance_id.encode(), f"uuid:nhat-ky-{number}".encode())
    world.send(made.xml, made.files)
    count_news(world.house.stores, KEY, world.clock())
    return made


def test_every_kind_of_change_has_its_words(site: Flask) -> None:
    changing = {
        each.rule.verb
        for each in lines(site)
        if each.rule.verb
        and each.rule.act_by(each.method, each.names) is Act.CHANGED
        and each.endpoint not in BY_ROUTE
    }
    assert changing - {Verb.SEND_RECORDS} <= CHANGED.keys(), "the rest is one's own account"


def test_every_page_that_is_noted_is_called_by_words(site: Flask) -> None:
    noted = {
        each.endpoint.partition(".")[0]
        for each in lines(site)
        if each.rule.act_by(each.method, each.names) in (Act.READ, Act.LISTED, Act.EXPORTED)
        and {"form_id", "name"}.isdisjoint(each.names)
    }
    assert noted <= ROOMS.keys()


def test_whose_account_or_phone_it_was_is_said_by_name(shared_world: World, site: Flask) -> None:
    world = shared_world
    nga = world.hire("nga@ctxh.example", "Đỗ Thị Nga", CASE_MANAGER).actor
    admin, here = client_of(site, world.admin), f"/admin/people/{nga.id}"
    assert admin.get(f"/phones/{world.spare.actor.id}").status_code == 200
    assert admin.get(here).status_code == 200
    assert post(admin, f"{here}/end").status_code == 303
    rows = [words(each) for each in open_page(admin, _LOG).xpath("//tbody[@id='rows']/tr")][:3]
    assert ["Đỗ Thị Nga" in each for each in rows] == [True, True, False]
    assert "Máy dự phòng" in rows[2]
    with site.test_request_context("/"):
        assert thing_words(f"person:{nga.id}", Scope.of(["VP09"])) == "Nhân sự"


def test_a_look_at_a_record_is_noted_once_with_its_pictures(
    shared_world: World, site: Flask
) -> None:
    world = shared_world
    sent(world, 1)
    here, lan = "/records/vang_gia/uuid:nhat-ky-1", client_of(site, world.lan)
    before = len(logged(world))
    assert lan.get(here).status_code == 200
    entry = last(world)
    assert (entry.act, entry.who and entry.who.id) == (Act.READ, world.lan.actor.id)
    assert entry.things == ("1/vang_gia/uuid:nhat-ky-1",)
    assert set(entry.places) == {"TT", "VP01", "VP02"}, "of the record"
    assert entry.origin == "127.0.0.1"
    [record] = [r for r in world.records("vang_gia") if r.instance_id == "uuid:nhat-ky-1"]
    name = record.media[0].name
    for _ in range(2):
        lan.get(here)
        lan.get(f"{here}/files/{name}/320")
    assert len(logged(world)) == before + 1
    lan.get(f"{here}/files/{name}")
    assert last(world).given["name"] == name, "an original that was taken is a look of its own"


def test_a_picture_without_its_page_is_a_look(shared_world: World, site: Flask) -> None:
    world = shared_world
    sent(world, 2)
    [record] = [r for r in world.records("vang_gia") if r.instance_id == "uuid:nhat-ky-2"]
    path = f"/records/vang_gia/uuid:nhat-ky-2/files/{record.media[0].name}/320"
    client_of(site, world.lan).get(path)
    assert last(world).things == ("1/vang_gia/uuid:nhat-ky-2",)


def test_a_decision_a_refusal_and_a_guess_are_noted(shared_world: World, site: Flask) -> None:
    world = shared_world
    made, lan = sent(world, 3), client_of(site, world.lan)
    here = "/records/vang_gia/uuid:nhat-ky-3"
    token = forgery_token(lan, here)
    fields = {"csrf_token": token, "seen": "uuid:nhat-ky-3", "decision": "approved"}
    assert lan.post(here, data=fields).status_code == 303
    entry = last(world)
    assert (entry.act, entry.verb, entry.things) == (
        Act.CHANGED,
        "records.review",
        ("1/vang_gia/uuid:nhat-ky-3",),
    )
    assert lan.get("/forms").status_code == 403
    assert (last(world).act, last(world).route) == (Act.REFUSED, "forms.overview")
    operator = client_of(site, world.hire("van-hanh@ctxh.example", "Lê Bảo", "system_admin", "*"))
    assert operator.get("/").headers["Location"] == "/phones"
    assert last(world).act is Act.SIGNED_IN, "who reads no records begins elsewhere"
    minh = client_of(site, world.minh)
    assert last(world).act is Act.SIGNED_IN
    assert minh.get(here).status_code == 404
    assert (last(world).act, last(world).places) == (Act.REFUSED, ())
    guess = {"csrf_token": forgery_token(minh), "email": world.lan.email, "password": "sai"}
    stranger = site.test_client()
    guess["csrf_token"] = forgery_token(stranger)
    assert stranger.post("/sign-in", data=guess).status_code == 401
    entry = last(world)
    assert (entry.act, entry.who and entry.who.name) == (
        Act.SIGN_IN_FAILED,
        "Nguyễn Thị Lan",
    )
    assert "sai" not in logged(world)[0].line
    assert stranger.get("/v1/key/" + "a" * 64 + "/projects/1/formList").status_code == 403
    assert "a" * 64 not in logged(world)[0].line
    assert made


def test_what_a_phone_sends_costs_no_entry_and_the_list_it_gets_is_one(
    shared_world: World, site: Flask
) -> None:
    world = shared_world
    world.publish(registers.form())
    world.send(registers.created("Bé Na", "aaaaaaaa-1111-4222-8333-444455556666").xml)
    registers.worked_off(world)
    phone, before = site.test_client(), len(logged(world))
    form = registers.KEY.form_id
    for _ in range(3):
        got = phone.get(f"{world.hong.path}/forms/{form}/attachments/tre.csv")
        assert "Bé Na" in got.get_data(as_text=True)
    phone.get(f"{world.hong.path}/forms/{form}/manifest")
    assert len(logged(world)) == before + 1
    entry = last(world)
    assert entry.who
    assert entry.who.id == world.hong.actor.id
    assert entry.things == (f"list:{registers.CHILDREN.text}",)
    assert entry.asked["md5"] == got.get_etag()[0]
    assert "Bé Na" not in logged(world)[0].line


def test_an_export_says_whom_it_carried_off(shared_world: World, site: Flask) -> None:
    world = shared_world
    sent(world, 4)
    lan = client_of(site, world.lan)
    with lan.get("/records/vang_gia/export/csv?state=waiting") as table:
        assert b"nhat-ky-4" in table.get_data()
    began, carried = [each.entry for each in logged(world) if each.entry.act is Act.EXPORTED][1::-1]
    assert (began.things, began.asked) == ((), {"state": "waiting"})
    assert "1/vang_gia/uuid:nhat-ky-4" in carried.things
    assert carried.count == len(carried.things)
    headers = {**basic(world.lan), "X-Action-Notes": "b%C3%A1o%20c%C3%A1o"}
    told = site.test_client().get("/v1/projects/1/forms/vang_gia/submissions", headers=headers)
    assert told.status_code == 200
    assert told.get_data()
    told.close()
    listed = [each.entry for each in logged(world)[:2]]
    assert any("1/vang_gia/uuid:nhat-ky-4" in each.shown for each in listed)
    assert listed[0].why == "báo cáo", "as ODK Central keeps it"


def test_without_the_log_nothing_is_shown(
    shared_world: World, site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = shared_world
    sent(world, 5)
    lan = client_of(site, world.lan)

    def down(*_: object) -> None:
        raise DatabaseDown

    monkeypatch.setattr(world.house.stores.audit, "append", down)
    answer = lan.get("/records/vang_gia/uuid:nhat-ky-5")
    assert answer.status_code == 503
    assert "nhat-ky-5" not in answer.get_data(as_text=True)


def test_the_log_is_read_with_its_filters_and_taken_along(shared_world: World, site: Flask) -> None:
    world = shared_world
    sent(world, 6)
    client_of(site, world.lan).get("/records/vang_gia/uuid:nhat-ky-6")
    admin = client_of(site, world.admin)
    page = open_page(admin, _LOG)
    assert "ai đã làm, ai đã xem" in words(page.xpath("//h1")[0])
    rows = [words(each) for each in page.xpath("//tbody[@id='rows']/tr")]
    assert any("Nguyễn Thị Lan" in row and "Đã xem" in row and "nhat-ky-6" in row for row in rows)
    record = open_page(admin, "/records/vang_gia/uuid:nhat-ky-6")
    [who] = links(record, "Ai đã xem phiếu này")
    rows = [words(each) for each in open_page(admin, who).xpath("//tbody[@id='rows']/tr")]
    assert len(rows) == 2
    assert ["Phạm Thu Hà" in rows[0], "Nguyễn Thị Lan" in rows[1]] == [True, True]
    mine = f"{_LOG}?who={world.lan.actor.id}&act=read"
    rows = [words(each) for each in open_page(admin, mine).xpath("//tbody[@id='rows']/tr")]
    assert rows
    assert all("Nguyễn Thị Lan" in row for row in rows)
    assert "không có mục nào" in words(open_page(admin, f"{_LOG}?to=2020-01-01")).lower()
    table = admin.get(f"{_LOG}.csv?who={world.lan.actor.id}").get_data(as_text=True)
    lines = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    assert {each["who"] for each in lines} == {"Nguyễn Thị Lan"}
    assert "1/vang_gia/uuid:nhat-ky-6" in {each["things"] for each in lines}


def test_the_log_is_asked_from_where_and_about_whom(shared_world: World, site: Flask) -> None:
    world = shared_world
    world.publish(registers.form())
    world.send(registers.created("Bé Ty", "bbbbbbbb-1111-4222-8333-444455556666").xml)
    registers.worked_off(world)
    entry = f"/lists/{registers.CHILDREN.name}/bbbbbbbb-1111-4222-8333-444455556666"
    lan, admin = client_of(site, world.lan), client_of(site, world.admin)
    assert lan.get(entry, environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 200
    assert links(open_page(lan, entry), "Ai đã xem mục này") == []

    def found(**asked: str) -> list[str]:
        path = f"{_LOG}?{urlencode(asked)}"
        return [words(each) for each in open_page(admin, path).xpath("//tbody[@id='rows']/tr")]

    [row] = found(origin="203.0.113.9")
    assert "Nguyễn Thị Lan" in row
    assert found(origin="203.0.113.9", who=world.lan.actor.id) == [row]
    assert found(origin="203.0.113.9", who=world.admin.actor.id) == []
    assert found(origin="203.0.113") == [], "an address, not a part of one"
    assert row in found(record=f"https://ctxh.example{entry}?behind=x", act="read")
    [there] = links(open_page(admin, entry), "Ai đã xem mục này")
    assert row in [words(each) for each in open_page(admin, there).xpath("//tbody[@id='rows']/tr")]
    table = admin.get(f"{_LOG}.csv?origin=203.0.113.9").get_data(as_text=True)
    [line] = csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))
    assert (line["from"], line["who"]) == ("203.0.113.9", "Nguyễn Thị Lan")
    sent(world, 9)
    assert lan.get(quoted := "/records/vang_gia/uuid%3Anhat-ky-9").status_code == 200
    assert any("Nguyễn Thị Lan" in each for each in found(record=quoted))
    there = open_page(admin, f"{_LOG}/seen?who={world.lan.actor.id}&origin=x&act=changed")
    assert "Bé Ty" not in words(there)
    assert there.xpath(f"//tbody//a[@href='{entry}']"), "all that was seen, from wherever"


def test_what_one_account_and_one_phone_saw_and_sent(shared_world: World, site: Flask) -> None:
    world = shared_world
    sent(world, 7)
    client_of(site, world.lan).get("/records/vang_gia/uuid:nhat-ky-7")
    admin = client_of(site, world.admin)
    page = open_page(admin, f"{_LOG}/seen?who={world.lan.actor.id}")
    [row] = [words(each) for each in page.xpath("//tbody/tr") if "nhat-ky-7" in words(each)]
    assert "Đã xem" in row
    [there] = page.xpath("//tbody//a[contains(@href, 'nhat-ky-7')]/@href")
    assert admin.get(there).status_code == 200
    table = admin.get(f"{_LOG}/seen.csv?who={world.hong.actor.id}").get_data(as_text=True)
    assert "1/vang_gia/uuid:nhat-ky-7,sent," in table
    assert admin.get(f"{_LOG}/seen").status_code == 200


def test_an_office_reads_of_itself_alone(shared_world: World, site: Flask) -> None:
    world = shared_world
    sent(world, 8)
    client_of(site, world.lan).get("/records/vang_gia/uuid:nhat-ky-8")
    tien = world.hire("tienyen@ctxh.example", "Hoàng Văn Tiến", "administrator", "VP09")
    there = client_of(site, tien)
    page = words(open_page(there, _LOG))
    assert "Nguyễn Thị Lan" not in page
    assert "nhat-ky" not in page
    assert "nhat-ky" not in there.get(f"{_LOG}.csv").get_data(as_text=True)
    seen = there.get(f"{_LOG}/seen.csv?who={world.lan.actor.id}").get_data(as_text=True)
    assert "nhat-ky" not in seen
    lan = client_of(site, world.lan)
    assert lan.get(_LOG).status_code == 403


def test_whether_another_office_has_a_record_is_not_told_by_asking_for_it(
    shared_world: World, site: Flask
) -> None:
    """Somebody of two offices looked at the other one's: the log says so to who may know it."""
    house, made = shared_world.house, record_of("vang_gia", 3).without_files()
    shared_world.send(made.xml, by=shared_world.thao)
    both = shared_world.hire("hai.noi@ctxh.example", "Người Hai Nơi", "case_manager", "VP02")
    elsewhere, at = Grant("case_manager", "VP10"), shared_world.clock()
    give_role(house.stores, house.shelf, shared_world.admin.actor, both.actor, elsewhere, at)
    here = f"/records/vang_gia/{quote(made.instance_id, safe='')}"
    assert client_of(site, both).get(here).status_code == 200
    asked = f"/admin/audit?{urlencode({'record': f'1/vang_gia/{made.instance_id}'})}"
    head = shared_world.hire("truong.vp01@ctxh.example", "Trưởng", "director", "VP01")
    for reader, rows in ((shared_world.admin, 1), (head, 0)):
        client = client_of(site, reader)
        assert len(open_page(client, asked).xpath("//tbody/tr")) == rows
        table = client.get(asked.replace("audit?", "audit.csv?")).get_data(as_text=True)
        assert len(table.splitlines()) == 1 + rows
    assert "Người Hai Nơi" in words(open_page(client_of(site, head), "/admin/audit"))
