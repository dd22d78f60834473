"""A child who is known to another office already: one is told to ask there, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from server.model.entities import ListKey
from server.model.scope import WHOLE_HOUSE
from server.model.withholding import LISTS, Target, Withholding
from server.services import PROJECT
from server.worker import _file_lists as file_lists
from tests import registers
from tests.lent import lent_app
from tests.pages.looking import links, open_page, sent, words
from tests.registers import CHILD, CHILDREN
from tests.world import Person, World, post, sign_in

HERE = "/lists/tre/elsewhere"
OTHER = CHILD.replace("3d0c", "4e1d")


@pytest.fixture(scope="module")
def app(shared_world: World) -> Iterator[Flask]:
    """The same child in two regions, written differently, and another in one of them."""
    world = shared_world
    world.publish(registers.form())
    world.house.stores.entity_lists.choose(CHILDREN, {"names": ["thon"]})
    world.send(registers.created("Nguyễn Thị Hoà (2015)", CHILD, muc="cao").xml)
    world.send(registers.created("Nguyễn Thị Hòa (2014)", OTHER, muc="thap").xml, by=world.thao)
    registers.worked_off(world)
    with lent_app(world.house) as app:
        yield app


def enter(app: Flask, someone: Person) -> FlaskClient:
    client = app.test_client()
    sign_in(client, someone)
    return client


def asked(client: FlaskClient, name: str) -> str:
    return words(html.fromstring(sent(client, HERE, {"person": name}, 200)))


def test_who_is_known_elsewhere_is_told_by_the_office_alone(
    app: Flask, shared_world: World
) -> None:
    lan = enter(app, shared_world.lan)
    assert HERE in links(open_page(lan, "/lists/tre"), "đã có")
    page = sent(lan, HERE, {"person": "nguyen thi hoa"}, 200)
    said = words(html.fromstring(page))
    assert "đã có ở 1 văn phòng khác" in said
    assert "Văn phòng CTXH xã Đông Ngũ" in said
    assert "Nguyễn Thị Hoà (2015)" in said, "her own is a link"
    for secret in ("2014", OTHER, "thap", shared_world.thao.actor.name, "VP10"):
        assert secret not in page
    assert "không văn phòng nào khác có" in asked(lan, "Nguyễn Thị Hoài")
    # Whoever answers for both is shown both.
    assert "không văn phòng nào khác có" in asked(enter(app, shared_world.admin), "Nguyễn Thị Hoà")


@pytest.mark.parametrize("piece", ["", "Hoà", "Nguyễn", "x" * 300, "Nguyễn Thị Hoà, Lê Văn An"])
def test_a_piece_of_a_name_shows_nobody(app: Flask, shared_world: World, piece: str) -> None:
    answer = post(enter(app, shared_world.lan), HERE, person=piece)
    assert answer.status_code == 400
    assert "Đông Ngũ" not in answer.get_data(as_text=True)


def test_nobody_tries_a_whole_village_s_names(
    app: Flask, shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.processing.registers.known_elsewhere.MOST_A_DAY", 2)
    asker = enter(app, shared_world.hire("h@ctxh.example", "Bùi Hỏi", "case_manager", "VP01"))
    for name in ("Nguyễn Văn An", "Nguyễn Thị Hoà", "nguyen thi hoa"):
        asked(asker, name)
    for name in ("Nguyễn Văn Bình", "Nguyễn Văn Cao"):
        assert "ngày mai" in sent(asker, HERE, {"person": name}, 400)
    assert "đã có ở 1" in asked(asker, "Nguyễn Thị Hoà"), "which was asked for today"
    shared_world.clock.move(days=1)
    sign_in(asker, shared_world.lan)
    assert "không văn phòng nào khác có" in asked(asker, "Nguyễn Văn Bình")


def test_who_reads_no_names_of_a_register_is_told_nothing(app: Flask, shared_world: World) -> None:
    inspector = enter(app, shared_world.hire("kt@ctxh.example", "Bùi Kiểm", "inspector", "VP01"))
    assert inspector.get(HERE).status_code == 404
    assert post(inspector, HERE, person="Nguyễn Thị Hoà").status_code == 404
    # What all offices have is nowhere else.
    offices = ListKey(PROJECT, "van_phong")
    shared_world.house.stores.entity_lists.set_option(offices, "shared", True)
    assert enter(app, shared_world.lan).get("/lists/van_phong/elsewhere").status_code == 404


def test_the_office_that_is_named_finds_in_its_log_who_asked(
    app: Flask, shared_world: World
) -> None:
    asked(enter(app, shared_world.lan), "Nguyễn Thị Hoà")
    head = shared_world.hire("tp@ctxh.example", "Bùi Trưởng", "director", "VP09")
    page = open_page(enter(app, head), f"/admin/audit?who={shared_world.lan.actor.id}")
    assert "Nguyễn Thị Lan" in words(page)
    assert "Hoà" not in words(page)


def test_what_is_shared_no_more_is_not_told(app: Flask, shared_world: World) -> None:
    at = shared_world.clock()
    target = Target(LISTS, CHILDREN.text, OTHER)
    withheld = shared_world.house.stores.withheld

    def say(kept_back: bool) -> None:
        day = shared_world.clock()
        withheld.add([target], Withholding(kept_back, "…", at.date(), "y", "l", "Lan", day))

    say(kept_back=True)
    assert "không văn phòng nào khác có" in asked(enter(app, shared_world.lan), "Nguyễn Thị Hoà")
    say(kept_back=False)
    assert "đã có ở 1" in asked(enter(app, shared_world.lan), "Nguyễn Thị Hoà")


def test_entries_from_before_get_their_names(shared_world: World, app: Flask) -> None:
    house = shared_world.house
    entities = house.stores.entities._entities
    entities.update_many({}, {"$unset": {"called": "", "words": ""}})
    assert house.stores.entities.called(WHOLE_HOUSE, CHILDREN, "nguyen thi hoa") == []
    file_lists(house)
    found = house.stores.entities.called(WHOLE_HOUSE, CHILDREN, "nguyen thi hoa")
    assert {each.id for each in found} == {CHILD, OTHER}
