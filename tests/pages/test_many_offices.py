"""Where there are more units than a box to choose from holds, words find them, without scripts."""

from __future__ import annotations

import pytest
from lxml import html

from server.model.scope import WHOLE_HOUSE
from server.processing.offices.national_units import units_of
from tests.pages.conftest import Enter
from tests.pages.looking import open_page, words
from tests.records import record_of
from tests.world import World, forgery_token

PAGES = (
    ("/phones", "office"),
    ("/admin/people", "office"),
    ("/admin/people/{lan}", "office"),
    ("/admin/incidents/new", "office"),
    ("/admin/requests/new", "office"),
    ("/approvals/new", "office"),
    ("/records/vang_gia", "office"),
    ("/counts", "office"),
    ("/admin/offices/succeed?end=VP02", "parent"),
)
MOST_BYTES = 120_000


@pytest.fixture
def country(world: World) -> World:
    """With three provinces."""
    for province in ("22", "25", "01"):
        world.house.stores.offices.put(units_of(province, "", with_old=False))
    world.house.shelf.forget()
    return world


def choices(page: html.HtmlElement, name: str = "office") -> list[str]:
    return [str(each) for each in page.xpath(f"//select[@name='{name}']/option/@value")]


def test_no_page_holds_every_unit_of_a_country(country: World, enter: Enter) -> None:
    admin = enter(country.admin)
    for path, name in PAGES:
        where = path.format(lan=country.lan.actor.id)
        page = open_page(admin, where)
        boxes = [len(each.xpath("option")) for each in page.xpath("//select")]
        assert max(boxes, default=0) < 60, (path, boxes)
        assert len(html.tostring(page)) < MOST_BYTES, path
        assert page.xpath(f"//input[@name='{name}-words']"), path
    lan = open_page(enter(country.lan), "/records/vang_gia")
    assert "VP02" in choices(lan), "who has few chooses from a box"
    assert not lan.xpath("//input[@name='office-words']")


def test_a_unit_is_chosen_by_words_where_one_fits_and_else_from_those_that_do(
    country: World, enter: Enter
) -> None:
    admin = enter(country.admin)
    fields = {"csrf_token": forgery_token(admin, "/phones"), "name": "Máy mới", "role": "phone"}

    def connect(**more: str) -> tuple[int, html.HtmlElement]:
        answer = admin.post("/phones", data=fields | more)
        return answer.status_code, html.fromstring(answer.data)

    status, page = connect(**{"office-words": "khong co dau ca"})
    assert (status, choices(page)) == (404, [])
    status, page = connect(**{"office-words": "văn phòng tiên"})
    found = choices(page)
    assert (status, found[0]) == (400, "")
    assert {"VP09", "VP11"} <= set(found)
    assert "hãy chọn một đơn vị trong danh sách" in words(page.xpath("//main")[0])
    status, page = connect(**{"office-words": "văn phòng tiên", "office": "VP11"})
    assert status == 200
    assert phones_of(country, "VP11") == ["Máy mới"]
    status, _ = connect(**{"office-words": "VP12", "office": "VP11", "name": "Máy khác"})
    assert (status, phones_of(country, "VP12")) == (200, ["Máy khác"])


def phones_of(world: World, office: str) -> list[str]:
    actors = world.house.stores.actors.phones(WHOLE_HOUSE)
    return [each.name for each in actors if each.office == office]


def test_a_list_is_filtered_by_an_office_that_words_find(country: World, enter: Enter) -> None:
    country.send(record_of("vang_gia", 1).without_files().xml)
    country.send(record_of("vang_gia", 2).without_files().xml, by=country.cuong)
    admin = enter(country.admin)

    def listed(asked: str) -> tuple[int, html.HtmlElement]:
        page = open_page(admin, f"/records/vang_gia?{asked}")
        return len(page.xpath("//tbody[@id='rows']/tr")), page

    assert listed("")[0] == 2
    count, page = listed("office-words=VP02")
    assert (count, page.xpath("//select[@name='office']/option[@selected]/@value")) == (1, ["VP02"])
    count, page = listed("office-words=van+phong+phuong")
    assert (count, {"VP02", "VP03"} <= set(choices(page))) == (2, True)
    assert listed("office-words=van+phong+phuong&office=VP03")[0] == 1
    assert listed("office-words=VP02&office=VP03")[0] == 1
    assert listed("office=VP03")[0] == 1
