"""Somebody asks about the data held of a child: noted, answered in time, closed with a note."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from server.access.roles import Power
from server.access.verbs import CASE_MANAGER, TABLE, Verb
from server.app import create_app
from server.model.calendar import ZONE
from server.model.data_requests import Deed
from server.model.scope import WHOLE_HOUSE
from server.processing.duties.work_calendar import work_calendar
from server.processing.recovery.replay import replay
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, sent, words
from tests.records import record_of
from tests.world import World, forgery_token, sign_in

NEW = "/admin/requests/new"


def fields(world: World, **changed: str) -> dict[str, str]:
    today = world.clock().astimezone(ZONE).date().isoformat()
    return {
        "wish": "withdraw",
        "arrived": today,
        "asker": "Vũ Thị Mận",
        "standing": "representative",
        "about": "Bé <b>Na</b>",
        "contact": "thôn 3",
        "words": "Gia đình không muốn\nchia sẻ nữa.",
        "processors": "no",
        "office": "VP02",
        **changed,
    }


def note(client: FlaskClient, given: dict[str, str], status: int = 303) -> str:
    """The address of the new request's page, or the page that says what is wrong."""
    return sent(client, "/admin/requests", given, status)


def act(client: FlaskClient, path: str, deed: str, said: str = "Đã gọi.", **more: str) -> int:
    page = open_page(client, path)
    [seen] = page.xpath("//input[@name='seen']/@value") or ["9"]
    token = forgery_token(client, path)
    given = {"csrf_token": token, "seen": seen, "deed": deed, "note": said, **more}
    return client.post(f"{path}/acts", data=given).status_code


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Case managers may look after requests too, within their offices."""
    trust(monkeypatch)


def trust(monkeypatch: pytest.MonkeyPatch, *forms: str) -> None:
    """With these forms alone, where there are some."""
    role = TABLE[CASE_MANAGER]
    if forms:
        powers = tuple(replace(each, forms=frozenset(forms)) for each in role.powers)
        role = replace(role, powers=powers)
    too = Power(frozenset((Verb.MANAGE_DUTIES.value,)), None, "dac_biet")
    monkeypatch.setitem(TABLE, CASE_MANAGER, replace(role, powers=(*role.powers, too)))


def test_a_request_goes_from_its_arrival_to_its_end(world: World, enter: Enter) -> None:
    made = record_of("vang_gia").without_files()
    world.send(made.xml)
    admin = enter(world.admin)
    assert "Không có yêu cầu nào" in words(open_page(admin, "/admin/requests"))
    record = f"/records/vang_gia/{quote(made.instance_id, safe='')}"
    path = note(admin, fields(world, concerns=f"https://ctxh.example{record}\n\n"))
    page = open_page(admin, path)
    assert words(page.xpath("//h1")[0]) == "Rút lại sự đồng ý"
    assert "Bé <b>Na</b>" in words(page), "what was typed is text"
    assert "còn 2 ngày làm việc" in words(page)
    assert "còn 15 ngày làm việc" in words(page)
    assert links(page, "Phiếu: ") == [record]
    assert act(admin, path, "answered", "Đã báo đã nhận.") == 303
    assert "Trả lời lần đầu chậm nhất" not in words(open_page(admin, path))
    assert act(admin, path, "done", "") == 400, "it is closed with a note only"
    assert act(admin, path, "done") == 400, "what it names is still shared"
    assert act(admin, path, "stopped") == 303
    assert act(admin, path, "done", "Đã ngừng chia sẻ.") == 303
    page = open_page(admin, path)
    assert not page.xpath("//section[@id='step']")
    assert "Phạm Thu Hà đã làm đúng yêu cầu và kết thúc" in words(page)
    assert "Đã ngừng chia sẻ." in words(page)
    assert "Không có yêu cầu nào" in words(open_page(admin, "/admin/requests"))
    assert links(open_page(admin, "/admin/requests?ended=1"), "Rút lại") == [path]
    assert "Na" not in path
    # The journal alone brings all of it back.
    before = world.house.stores.data_requests.find(WHOLE_HOUSE, path.rpartition("/")[2])
    world.house.stores.data_requests._requests.delete_many({})
    assert replay(world.house.intake, lambda _: None).healed >= 3
    assert world.house.stores.data_requests.find(WHOLE_HOUSE, before.id) == before  # type: ignore[union-attr]
    assert replay(world.house.intake, lambda _: None).healed == 0


def test_what_is_due_first_stands_first_and_what_is_late_is_said_on_the_first_page(
    world: World, enter: Enter
) -> None:
    admin = enter(world.admin)
    erase = note(admin, fields(world, wish="erase"))
    see = note(admin, fields(world, wish="see"))
    assert act(admin, erase, "answered") == act(admin, see, "answered") == 303
    world.clock.move(days=3)
    admin = enter(world.admin)
    fresh = note(admin, fields(world, wish="object"))
    rows = open_page(admin, "/admin/requests").xpath("//a[@class='row-link']/@href")
    assert rows == [fresh, see, erase]
    assert "quá hạn" not in words(open_page(admin, "/"))
    assert act(admin, see, "extended", "Hồ sơ giấy ở văn phòng cũ.") == 303
    assert act(admin, see, "extended") == 400, "once"
    world.clock.move(days=60)
    admin = enter(world.admin)
    assert "3 yêu cầu về dữ liệu cá nhân quá hạn" in words(open_page(admin, "/"))
    assert act(admin, see, "partly") == 303
    assert "2 yêu cầu về dữ liệu cá nhân đang mở, 2 quá hạn" in words(
        open_page(admin, "/admin/requests")
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("wish", "x"),
        ("arrived", ""),
        ("arrived", "2999-01-01"),
        ("asker", " "),
        ("standing", ""),
        ("about", "a" * 201),
        ("words", ""),
        ("office", "VP99"),
        ("concerns", "/records/vang_gia/uuid:never"),
        ("concerns", "//[/records/x"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    shared_world: World, field: str, value: str
) -> None:
    client = create_app(shared_world.house).test_client()
    sign_in(client, shared_world.admin)
    status = 404 if field == "office" else 400
    page = note(client, fields(shared_world, **{field: value}), status)
    assert f'id="{field}-problem"' in page
    assert "không muốn" in page or field == "words"
    assert shared_world.house.stores.data_requests.open(WHOLE_HOUSE) == []


def test_only_who_may_and_only_in_their_offices(world: World, enter: Enter, trusted: None) -> None:
    world.send((made := record_of("vang_gia").without_files()).xml)
    lan, minh = enter(world.lan), enter(world.minh)
    here = note(lan, fields(world))
    other = f"/records/vang_gia/{made.instance_id}"
    assert 'id="office-problem"' in note(minh, fields(world), 404)
    refused = note(minh, fields(world, office="VP10", concerns=other), 400)
    unknown = note(minh, fields(world, office="VP10", concerns=f"{other}0"), 400)
    said = "dòng 1 không phải địa chỉ"
    assert said in refused.lower()
    assert said in unknown.lower()
    assert minh.get(here).status_code == 404
    token = forgery_token(minh, NEW)
    given = {"csrf_token": token, "seen": "1", "deed": "done", "note": "x"}
    assert minh.post(f"{here}/acts", data=given).status_code == 404
    assert "Không có yêu cầu nào" in words(open_page(minh, "/admin/requests"))
    # Its office may be put under another: who answers for it then has it.
    world.house.stores.data_requests.move("VP02", ("*", "VP09", "VP02"))
    assert lan.get(here).status_code == 404
    assert links(open_page(minh, "/admin/requests"), "Rút lại") == [here]
    world.house.stores.data_requests.move("VP02", ("*", "VP01", "VP02"))
    # Of two who act at once one looks again.
    stale = {**given, "csrf_token": forgery_token(lan, NEW)}
    assert act(lan, here, "noted") == 303
    assert lan.post(f"{here}/acts", data=stale).status_code == 409


def test_who_may_not_sees_neither_the_way_nor_the_page(world: World, enter: Enter) -> None:
    lan = enter(world.lan)
    assert "Dữ liệu cá nhân" not in words(open_page(lan, "/"))
    for path in ("/admin/requests", NEW, "/admin/requests/0", "/admin/working-days"):
        assert lan.get(path).status_code == 403


def test_the_centre_s_own_days_move_the_clocks(world: World, enter: Enter) -> None:
    admin = enter(world.admin)
    path = note(admin, fields(world))
    calendar = "/admin/working-days"
    today = world.clock().astimezone(ZONE).date()

    def set_day(day: str, kind: str, name: str) -> int:
        token = forgery_token(admin, calendar)
        given = {"csrf_token": token, "day": day, "kind": kind, "name": name}
        return admin.post(calendar, data=given).status_code

    assert set_day("", "rests", "x") == set_day("2026-12-01", "rests", " ") == 400
    for ahead in range(1, 6):
        assert set_day((today + timedelta(days=ahead)).isoformat(), "rests", "Bão số 15") == 303
    due = work_calendar(world.house.stores).after(today, 2)
    assert due > today + timedelta(days=6)
    assert f"Trả lời lần đầu chậm nhất ngày {due:%d/%m/%Y}" in words(open_page(admin, path))
    page = open_page(admin, f"{calendar}?year={(today + timedelta(days=1)).year}")
    assert "Bão số 15" in words(page)
    [action, *_] = page.xpath("//form[contains(@action, '/drop')]/@action")
    dropped = admin.post(action, data={"csrf_token": forgery_token(admin, calendar)})
    assert dropped.status_code == 303
    assert len(world.house.stores.own_days.all()) == 4
    assert open_page(admin, f"{calendar}?year=2040").xpath("//p[contains(@class, 'is-late')]")


def test_every_deed_has_a_word(world: World, enter: Enter) -> None:
    admin = enter(world.admin)
    path = note(admin, fields(world))
    offered = open_page(admin, path).xpath("//select[@id='deed']/option/@value")
    can_be = [each for each in Deed if each not in (Deed.RECEIVED, Deed.RESUMED)]
    assert offered == ["", *can_be], "none is chosen for whoever fills it in"
