"""The lists of people and phones: page by page, by what somebody types, and nobody out of reach."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from server.access.verbs import ADMINISTRATOR
from server.model.alphabet import by_given_name
from server.model.people import Grant
from server.model.scope import WHOLE_HOUSE, Scope
from server.processing.accounts.leaving import end_access
from server.processing.accounts.people import connect_phone
from server.processing.accounts.staff import give_role
from server.routes.pages.accounts import actor_pages
from server.services import PROJECT
from tests.lent import lent_app
from tests.pages.looking import open_page, words
from tests.world import Person, World, post, sign_in

PEOPLE, PHONES = "/admin/people", "/phones"


@pytest.fixture(scope="module")
def app(shared_world: World) -> Iterator[Flask]:
    with lent_app(shared_world.house) as app:
        yield app


@pytest.fixture(scope="module")
def admin(shared_world: World, app: Flask) -> FlaskClient:
    return enter(app, shared_world.admin)


@pytest.fixture(scope="module")
def head(shared_world: World, app: Flask) -> FlaskClient:
    """Of Hạ Long (VP01 and below) alone."""
    return enter(app, shared_world.hire("truong@ctxh.example", "Đỗ Văn Trưởng", ADMINISTRATOR))


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actor_pages, "PAGE", 3)


def enter(app: Flask, someone: Person) -> FlaskClient:
    client = app.test_client()
    sign_in(client, someone)
    return client


def names(page: html.HtmlElement) -> list[str]:
    return [words(each) for each in page.xpath("//th[@scope='row']/a")]


def title(page: html.HtmlElement) -> str:
    return words(page.xpath("//h1")[0])


def pages(client: FlaskClient, path: str) -> Iterator[list[str]]:
    while path:
        page = open_page(client, path)
        yield names(page)
        path = next(iter(page.xpath("//*[@id='more']/a/@href")), "")


def whole(client: FlaskClient, path: str) -> list[str]:
    return [name for page in pages(client, path) for name in page]


def found(client: FlaskClient, path: str, typed: str, **kept: str) -> tuple[str, list[str]]:
    """The title, and all that the words find, page by page as without scripts."""
    fields, seen = {"q": typed, **kept}, list[str]()
    while fields:
        page = html.fromstring(post(client, f"{path}/find", **fields).get_data(as_text=True))
        assert not [each for each in page.xpath("//@href | //@action") if "q=" in each]
        seen += names(page)
        more = page.xpath("//form[@id='more']//input[@name != 'csrf_token']")
        fields = {each.get("name"): each.get("value") for each in more}
    return title(page), seen


def test_page_by_page_nobody_is_met_twice_or_missed_while_people_come(
    shared_world: World, admin: FlaskClient
) -> None:
    """By the Vietnamese alphabet, the given name first; whoever comes in behind is met too."""
    for at, name in enumerate(("Bùi Đức Ân", "Lý Ánh", "Trần Thị Ất", "Vũ Đào", "Lê Dũng")):
        shared_world.hire(f"trang{at}@ctxh.example", name, "case_manager")
    before = [each.name for each in shared_world.house.stores.actors.people(WHOLE_HOUSE)]
    seen = []
    for at, page in enumerate(pages(admin, PEOPLE)):
        assert 0 < len(page) <= 3
        seen += page
        if at == 0:
            shared_world.hire("truoc@ctxh.example", "Lê A", "case_manager")
            shared_world.hire("sau@ctxh.example", "Lê Ý", "case_manager")
    assert seen == sorted([*before, "Lê Ý"], key=by_given_name)
    assert seen.index("Trần Thị Ất") < seen.index("Lê Dũng") < seen.index("Vũ Đào")
    assert whole(admin, PEOPLE) == sorted([*before, "Lê A", "Lê Ý"], key=by_given_name)
    assert title(open_page(admin, PEOPLE)) == f"{len(before) + 2} người có tài khoản"


def test_phones_stand_newest_first_page_by_page(shared_world: World, admin: FlaskClient) -> None:
    house, seen = shared_world.house, list[str]()
    for at in range(4):
        at_office = ("VP02", "VP10")[at % 2]
        name, now = f"Máy số {at}", shared_world.clock()
        connect_phone(house.stores, house.shelf, WHOLE_HOUSE, name, at_office, now)
    before = [each.name for each in house.stores.actors.phones(WHOLE_HOUSE)]
    for page in pages(admin, PHONES):
        seen += page
        now = shared_world.clock()
        connect_phone(house.stores, house.shelf, WHOLE_HOUSE, "Máy tới sau", "VP02", now)
    assert seen == before


def test_a_head_s_list_titles_and_search_end_at_their_own_offices(
    shared_world: World, head: FlaskClient, admin: FlaskClient
) -> None:
    shared_world.hire("sam.dat@ctxh.example", "Ngô Thị Sâm", "case_manager", "VP02")
    far = shared_world.hire("sam.xa@ctxh.example", "Hồ Văn Sâm", "case_manager", "VP10")
    theirs = shared_world.house.stores.actors.people(Scope.of(["VP01"]))
    mine = sorted((each.name for each in theirs), key=by_given_name)
    assert whole(head, PEOPLE) == mine
    assert "Lê Quang Minh" not in mine
    assert title(open_page(head, PEOPLE)) == f"{len(mine)} người có tài khoản"
    assert found(head, PEOPLE, "sâm") == ("Tìm thấy 1 người cho “sâm”", ["Ngô Thị Sâm"])
    assert found(head, PEOPLE, far.email)[1] == []
    assert found(admin, PEOPLE, "SAM")[1] == ["Hồ Văn Sâm", "Ngô Thị Sâm"]
    # Where somebody out of reach stands in the list is not told either.
    assert whole(head, f"{PEOPLE}?after={far.actor.id}") == mine
    assert whole(head, f"{PEOPLE}?after=khong-co") == mine
    vp10 = shared_world.house.shelf.offices()["VP10"].label
    assert found(head, PHONES, vp10)[1] == []
    assert "Máy của Thảo" in found(admin, PHONES, vp10)[1]
    assert "Máy của Thảo" not in whole(head, PHONES)


def test_whoever_is_in_two_regions_stands_and_counts_once(
    shared_world: World, app: Flask, admin: FlaskClient
) -> None:
    house, at = shared_world.house, shared_world.clock()
    both = shared_world.hire("haivung@ctxh.example", "Âu Thị Hai Vùng", ADMINISTRATOR, "VP01")
    grant = Grant(ADMINISTRATOR, "VP09")
    give_role(house.stores, house.shelf, shared_world.admin.actor, both.actor, grant, at)
    client = enter(app, both)
    seen = whole(client, PEOPLE)
    assert seen.count("Âu Thị Hai Vùng") == 1
    assert {"Nguyễn Thị Lan", "Lê Quang Minh"} <= set(seen)
    assert title(open_page(client, PEOPLE)) == f"{len(seen)} người có tài khoản"
    assert found(client, PEOPLE, "hai vung")[0] == "Tìm thấy 1 người cho “hai vung”"


def test_words_find_without_signs_and_by_how_they_begin(
    shared_world: World, admin: FlaskClient
) -> None:
    for at, name in enumerate(("Nguyễn Thị Hòa", "Nguyễn Thị Hoà", "Trần Hoàng", "Phí Thị Hoe")):
        shared_world.hire(f"dau.{at}@ctxh.example", name, "case_manager")
    both = ["Nguyễn Thị Hoà", "Nguyễn Thị Hòa"]
    assert found(admin, PEOPLE, "  hoa   NGUYEN ")[1] == both
    assert found(admin, PEOPLE, "Nguyễn Hoá")[1] == both, "signs are left aside here too"
    assert found(admin, PEOPLE, "hoà")[1] == [*both, "Trần Hoàng"]
    assert found(admin, PEOPLE, "dau.3@ctxh")[1] == ["Phí Thị Hoe"]
    for nothing in ("oa", "hoa minh", "%", "$where", "h" * 5000):
        assert found(admin, PEOPLE, nothing)[1] == [], nothing
    asked_by_address = open_page(admin, f"{PEOPLE}/find?q=hoe")
    assert len(names(asked_by_address)) == 3, "no name is asked for in an address"


def test_a_phone_is_found_by_its_name_or_its_office(
    shared_world: World, admin: FlaskClient
) -> None:
    assert found(admin, PHONES, "may cua hong")[1] == ["Máy của Hồng"]
    vp03 = shared_world.house.shelf.offices()["VP03"].label
    said, seen = found(admin, PHONES, vp03)
    assert seen == ["Máy của Cường"]
    assert said == f"Tìm thấy 1 điện thoại cho “{vp03}”"


def test_those_whose_access_has_ended_are_a_list_of_their_own(
    shared_world: World, admin: FlaskClient
) -> None:
    house, at = shared_world.house, shared_world.clock()
    assert "đã ngừng quyền" not in words(open_page(admin, PEOPLE))
    gone = [
        shared_world.hire(f"cu{each}@ctxh.example", f"Giáp Văn Cũ {each}", "case_manager")
        for each in range(4)
    ]
    for each in gone:
        assert not end_access(house.stores, PROJECT, (), each.actor, at).leaves_work
    cu = [each.actor.name for each in gone]
    assert not set(cu) & set(whole(admin, PEOPLE))
    page = open_page(admin, PEOPLE)
    [there] = page.xpath("//a[contains(., 'Những người đã ngừng quyền (4)')]/@href")
    assert whole(admin, there) == cu
    assert title(open_page(admin, there)) == "4 người đã ngừng quyền"
    assert found(admin, PEOPLE, "cũ")[1] == []
    assert found(admin, PEOPLE, "cũ", ended="1")[1] == cu
    house.stores.actors.reopen(gone[0].actor.id)
    assert whole(admin, there) == cu[1:]
    assert found(admin, PEOPLE, "cũ")[1] == cu[:1]
    # Who leaves, and has work to hand over, is still to be seen to; who came back meanwhile too.
    house.stores.actors.set_leaving(gone[1].actor.id, leaving=True)
    house.stores.actors.set_leaving(gone[0].actor.id, leaving=False)
    assert found(admin, PEOPLE, "cũ")[1] == cu[:2]


def test_a_house_from_before_lists_everybody_after_its_next_start(
    shared_world: World, admin: FlaskClient
) -> None:
    actors = shared_world.house.stores.actors
    paths = (PEOPLE, PHONES, f"{PEOPLE}?ended=1")
    before = [whole(admin, each) for each in paths]
    keys = ("ended", "order", "words")
    actors._actors.update_many({}, {"$unset": dict.fromkeys(keys, "")})
    assert whole(admin, PEOPLE) == []
    assert actors.file() == sum(map(len, before))
    assert [whole(admin, each) for each in paths] == before
    assert actors.file() == 0
