"""A register as a case manager reads it, and what she settles in it."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from server.routes.pages import registers as registers_page
from tests import registers
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, words
from tests.registers import CHILD, changed, created, entry, worked_off
from tests.world import World, forgery_token

HERE = f"/lists/tre/{CHILD}"


@pytest.fixture
def register(world: World) -> World:
    world.publish(registers.form())
    return world


def two_words(world: World) -> None:
    world.send(created(muc="thap", thon="Khu 1").xml)
    world.send(changed(1, "1", "", muc="tb").xml, by=world.hong)
    world.send(changed(1, "1", "", muc="cao").xml, by=world.spare)
    worked_off(world)


def test_a_register_shows_the_children_of_one_s_offices_page_by_page(
    register: World, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registers_page, "PAGE", 2)
    names = ("Ất", "Bình", "Chi", "Dũng", "Én")
    for at, name in enumerate(names):
        child = f"{at:08x}-9f8e-4d7c-8b6a-5f4e3d2c1b0a"
        register.send(created(f"Bé &lt;{name}&gt;", child).xml)
    register.send(created("Bé Xa", CHILD).xml, by=register.thao)
    worked_off(register)
    lan = enter(register.lan)
    assert links(open_page(lan, "/lists"), "tre") != []
    found: list[str] = []
    path = "/lists/tre"
    while path:
        page = open_page(lan, path)
        found += [words(each) for each in page.xpath("//th[@scope='row']")]
        path = next(iter(page.xpath("//p[@id='more']/a/@href")), "")
        assert "B%C3%A9" not in path, "an address names nobody"
    assert sorted(found) == sorted(f"Bé <{name}>" for name in names)
    assert open_page(enter(register.minh), HERE).xpath("//h1")[0].text == "Bé Xa"
    open_page(lan, HERE, 404)
    open_page(lan, "/lists/khong", 404)


def test_an_entry_says_where_each_word_came_from(register: World, enter: Enter) -> None:
    two_words(register)
    page = open_page(enter(register.lan), HERE)
    assert "Hai điện thoại ghi khác nhau" in words(page)
    events = [words(each) for each in page.xpath("//ol[@class='history']/li")]
    assert len(events) == 3
    [record] = [each for each in register.records("so_tre") if b'create="1"' in each.current.xml]
    assert links(page, "Từ một phiếu")[-1].endswith(quote(record.instance_id, safe=""))
    assert "thon: Khu 1" in events[-1]


def test_a_conflict_is_settled_by_what_a_person_chooses(register: World, enter: Enter) -> None:
    two_words(register)
    lan = enter(register.lan)
    page = open_page(lan, HERE)
    radios = page.xpath("//input[@type='radio']")
    assert {each.get("value") for each in radios} == {"thap", "tb", "cao"}
    [seen] = page.xpath("//input[@name='seen']/@value")
    before = entry(register)
    assert before is not None
    other = next(each for each in ("tb", "cao") if each != before.state.data["muc"])
    fields = {"csrf_token": forgery_token(lan, HERE), "seen": seen, "word-muc": other}
    assert lan.post(f"{HERE}/settle", data=fields).status_code == 303
    after = entry(register)
    assert after is not None
    assert (after.state.conflict, after.state.data["muc"]) == (None, other)
    assert after.state.version == before.state.version + 1
    assert lan.post(f"{HERE}/settle", data=fields).status_code == 409
    assert "Đã chọn giữa các thông tin không khớp" in words(open_page(lan, HERE))


def test_a_word_that_nobody_said_cannot_be_chosen(register: World, enter: Enter) -> None:
    two_words(register)
    lan = enter(register.lan)
    before = entry(register)
    assert before is not None
    said = {"word-muc": "khác", "word-thon": "Khu 9", "seen": str(before.state.version)}
    answer = lan.post(f"{HERE}/settle", data={"csrf_token": forgery_token(lan, HERE), **said})
    assert answer.status_code == 303
    after = entry(register)
    assert after is not None
    assert after.state.data == before.state.data


def test_what_was_settled_outlives_the_register(register: World, enter: Enter) -> None:
    two_words(register)
    lan = enter(register.lan)
    before = entry(register)
    assert before is not None
    fields = {"csrf_token": forgery_token(lan, HERE), "seen": str(before.state.version)}
    lan.post(f"{HERE}/settle", data=fields)
    house, settled = register.house, entry(register)
    assert settled is not None
    assert settled.state.conflict is None
    house.stores.entities._entities.drop()
    registers.rebuilt(register)
    again = entry(register)
    assert again is not None
    assert (again.state, again.within) == (settled.state, settled.within)


def test_only_who_publishes_forms_lets_new_entries_wait(register: World, enter: Enter) -> None:
    lan, admin = enter(register.lan), enter(register.admin)
    assert open_page(lan, "/lists/tre").xpath("//form[contains(@action, 'approval')]") == []
    fields = {"csrf_token": forgery_token(admin, "/lists/tre"), "approval": "on"}
    assert admin.post("/lists/tre/approval", data=fields).status_code == 303
    register.send(created().xml)
    worked_off(register)
    assert "chờ duyệt" in words(open_page(admin, "/lists"))
    assert "Đang chờ phiếu tạo ra mục này được duyệt" in words(open_page(admin, HERE))
