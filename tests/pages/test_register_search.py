"""An entry of a register, looked for by its name or code."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient
from lxml import html

from server.model.entities import ListKey
from server.routes.pages.registers import registers as registers_page
from server.services import PROJECT
from server.worker import _file_lists
from tests import registers
from tests.pages.conftest import Enter
from tests.pages.looking import open_page, words
from tests.registers import CHILDREN, created, record, worked_off
from tests.world import World, post

HERE = "/lists/tre"
NAMES = (
    "Lê Thị Hoa (2016) TE-26-0a1b2c",
    "Nguyễn Thị Hòa (2015) TE-26-0a1b2d",
    "Nguyễn Văn Hoài (2015) TE-26-ffee00",
    "Nguyễn Thị Hoà (2012) TE-26-ffee01",
    "Trần Văn Bình (2014) TE-26-ffee02",
)
FAR = "Đỗ Thị Hoa Xa (2016) TE-26-0a1b2c"


def child(at: int) -> str:
    return str(UUID(int=at, version=4))


@pytest.fixture
def register(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Five children of Hạ Long's and one of Tiên Yên's; two to a page."""
    monkeypatch.setattr(registers_page, "PAGE", 2)
    world.publish(registers.form())
    for at, name in enumerate(NAMES):
        world.send(created(name, child(at)).xml)
    world.send(created(FAR, child(9)).xml, by=world.thao)
    worked_off(world)
    return world


def found(client: FlaskClient, typed: str) -> list[str]:
    """All that the words find, page by page as without scripts."""
    fields, seen = {"q": typed}, list[str]()
    while fields:
        answer = post(client, f"{HERE}/find", **fields)
        assert answer.status_code == 200
        page = html.fromstring(answer.get_data(as_text=True))
        assert page.xpath("//input[@id='find']/@value") == [" ".join(typed.split())]
        rows = [words(each) for each in page.xpath("//th[@scope='row']")]
        assert len(rows) <= 2
        seen += rows
        more = page.xpath("//form[@id='more']//input[@name != 'csrf_token']")
        fields = {each.get("name"): each.get("value") for each in more}
    return seen


def test_words_find_an_entry_page_by_page_as_far_as_the_reader_sees(
    register: World, enter: Enter
) -> None:
    lan, minh = enter(register.lan), enter(register.minh)
    hoa, both, hoai = NAMES[0], sorted((NAMES[1], NAMES[3])), NAMES[2]
    assert found(lan, "hoa") == [hoa, *both, hoai]
    assert found(lan, " NGUYEN   hoa ") == [*both, hoai]
    assert found(lan, "nguyễn thị hoá") == both, "signs are left aside"
    assert found(lan, "TE-26-0a1b2c") == [hoa]
    assert found(lan, "2015 thi") == [NAMES[1]]
    for nothing in ("oa", "hoa xa", FAR, child(9), "%", "$gt", "h" * 5000):
        assert found(lan, nothing) == [], nothing
    assert found(minh, "hoa") == [FAR]
    assert found(enter(register.admin), "te-26-0A1B2C") == [hoa, FAR]
    # Two of the five stand there: no name is asked for in an address.
    page = open_page(lan, f"{HERE}/find?q=hoai")
    assert len(page.xpath("//th[@scope='row']")) == 2
    chair = register.hire("chu-tich@ctxh.example", "Bùi Văn Tám", "commune_chair", "VP02")
    assert found(enter(chair), "hoa") == [], "who reads no form of it finds nothing in it"


def test_an_entry_is_found_by_what_it_is_called_now_and_while_it_is_there(
    register: World, enter: Enter
) -> None:
    lan = enter(register.lan)
    renamed = record('update="1" baseVersion="1"', "Trần Văn Khôi (2014)", child(4))
    register.send(renamed.xml)
    worked_off(register)
    assert found(lan, "binh") == []
    assert found(lan, "khoi") == ["Trần Văn Khôi (2014)"]
    register.house.stores.entity_lists.set_option(CHILDREN, "approval", True)
    register.send(created("Hoa Chờ Duyệt", child(5)).xml)
    worked_off(register)
    assert found(lan, "cho duyet") == []


def test_entries_from_before_are_found_after_the_next_start(register: World, enter: Enter) -> None:
    lan, entities = enter(register.lan), register.house.stores.entities
    documents = list(entities._entities.find({}))
    entities._entities.update_many({}, {"$unset": {"words": ""}})
    assert found(lan, "hoa") == []
    _file_lists(register.house)
    assert list(entities._entities.find({})) == documents
    assert len(found(lan, "hoa")) == 4
    entities.file(ListKey(PROJECT, "khong_co"))
