"""A register as a case manager reads it, and what she settles in it."""

from __future__ import annotations

import re
import tomllib
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from lxml import html

from server.model.entities import Conflict, ListKey
from server.processing.registers.given_registers import give_registers
from server.processing.registers.register_words import fillings_of
from server.routes.pages.registers import register_history
from server.routes.pages.registers import registers as registers_page
from server.services import PROJECT
from tests import registers
from tests.javarosa.filler import FORMS
from tests.pages.conftest import Enter
from tests.pages.looking import answer_to, links, open_page, said, words
from tests.records import record_of
from tests.registers import CHILD, CHILDREN, changed, created, entry, said_of, worked_off
from tests.sheets import answers_to
from tests.world import World, forgery_token

HERE = f"/lists/tre/{CHILD}"
CHANGING = ("vang_gia", "khao_sat_nhu_cau", "tiep_nhan_danh_gia", "kiem_tra_van_phong", "ho_so_ctv")
# What a form computes for the register alone and gives no label.
UNSAID = frozenset(("trang_thai", "giai_doan", "dot", "ky_dg"))
CODE = re.compile(r"[a-z]+_[a-z_]+|.*[0-9a-f]{8}-[0-9a-f]{4}-.*")


@pytest.fixture
def register(world: World) -> World:
    world.publish(registers.form())
    return world


def facts(page: html.HtmlElement) -> dict[str, str]:
    pairs = page.xpath("//dl[@class='form-facts']/div")
    return {words(each.find("dt")): words(each.find("dd")) for each in pairs}


def links_of_rows(page: html.HtmlElement) -> list[str]:
    return [str(each) for each in page.xpath("//a[@class='row-link']/@href")]


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


def test_an_entry_says_where_each_word_came_from(
    register: World, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_words(register)
    page = open_page(enter(register.lan), HERE)
    assert "Hai phiếu ghi khác nhau" in words(page)
    events = [words(each) for each in page.xpath("//ol[@class='history']/li")]
    assert len(events) == 3
    monkeypatch.setattr(register_history, "PAGE", 2)
    first = open_page(enter(register.lan), HERE)
    rest = open_page(enter(register.lan), links(first, "Xem phần cũ hơn")[0])
    paged = (each.xpath("//ol[@class='history']/li") for each in (first, rest))
    assert [words(each) for page in paged for each in page] == events
    assert links(rest, "Xem phần cũ hơn") == []
    [record] = [each for each in register.records("so_tre") if b'create="1"' in each.current.xml]
    assert links(page, "Từ một phiếu")[-1].endswith(quote(record.instance_id, safe=""))
    assert "Thôn: Khu 1" in events[-1]


def visit(world: World, child: str, friends: str, name: str = "") -> str:
    """The page of a record in which they were chosen."""
    inside = f"<tre_id>{child}</tre_id><ten_tre>{name}</ten_tre><ban>{friends}</ban>"
    received = world.send(answers_to("tham_tre", inside))
    return f"/records/tham_tre/{received.instance_id}"


def test_a_child_that_was_chosen_is_called_by_name_as_far_as_the_reader_may_know(
    register: World, enter: Enter
) -> None:
    """By today's name, else by the one in the record; never by an id."""
    far, gone = CHILD.replace("3d0c", "aaaa"), CHILD.replace("3d0c", "bbbb")
    register.publish(registers.visit_form())
    register.send(created("Bé Na").xml)
    register.send(created("Bé Xa", far).xml, by=register.thao)
    worked_off(register)
    page = open_page(enter(register.lan), visit(register, gone, f"{CHILD} {far}", "Bé Mất"))
    unseen = "Không có trong sổ, hoặc thuộc văn phòng mà bạn không được xem"
    assert said(page) == [("Trẻ", "Bé Mất"), ("Bạn", f"Bé Na / {unseen}")]
    register.house.stores.entity_lists.set_option(CHILDREN, "shared", True)
    open_again = links(page, "JSON")[0].removesuffix("/data.json")
    shared = open_page(enter(register.lan), open_again)
    assert answer_to(shared, "Bạn") == "Bé Na / Bé Xa"


def test_an_entry_is_read_in_the_words_of_the_questions_that_fill_it(
    register: World, enter: Enter
) -> None:
    """What holds, what is to be settled, and what came before; also what is still a code here."""
    two_words(register)
    entity = entry(register)
    assert entity is not None
    page = open_page(enter(register.lan), HERE)
    assert facts(page) == {"Thôn": "Khu 1", "Mức": entity.state.data["muc"]}
    assert [words(each) for each in page.xpath("//legend[@id='word-1']")] == ["Mức"]
    assert "Thôn: Khu 1" in words(page.xpath("//ol[@class='history']")[0])


def test_an_entry_of_the_library_s_registers_has_no_code_on_its_page(
    world: World, enter: Enter
) -> None:
    """Names of properties, codes of choices, other entries' ids; nor has the register's name."""
    give_registers(world.house.stores, FORMS, PROJECT)
    made = [record_of(form, at) for form in CHANGING for at in (1, 2)]
    for each in made:
        world.send(each.without_files().xml)
    worked_off(world)
    admin, seen = enter(world.admin), 0
    given = tomllib.loads((FORMS / "registers.toml").read_text(encoding="utf-8"))
    title_of = {name: options["title"]["vi"] for name, options in given.items()}
    for name, columns in world.house.registers.columns(PROJECT).items():
        overview = open_page(admin, f"/lists/{name}")
        assert words(overview.xpath("//h1")[0]) == title_of[name]
        for path in links_of_rows(overview):
            page = open_page(admin, path)
            assert set(columns) & set(facts(page)) <= UNSAID, path
            assert not [each for each in facts(page).values() if CODE.fullmatch(each)], path
            seen += 1
    assert seen > 5
    offices = fillings_of(world.house.shelf, ListKey(PROJECT, "van_phong"))
    assert [each.field.name for each in offices["cap"]] == ["cap_vp"], "only shown by a form"


def test_a_conflict_is_settled_by_what_a_person_chooses(register: World, enter: Enter) -> None:
    two_words(register)
    lan = enter(register.lan)
    page = open_page(lan, HERE)
    radios = page.xpath("//input[@type='radio']")
    choices = [words(each) for each in page.xpath("//fieldset//label")]
    assert "(đang dùng)" in choices[0]
    assert all("Máy của Hồng" in each or "Máy dự phòng" in each for each in choices), choices
    assert {each.get("value") for each in radios} == {"thap", "tb", "cao"}
    [seen] = page.xpath("//input[@name='seen']/@value")
    before = entry(register)
    assert before is not None
    other = next(each for each in ("tb", "cao") if each != before.state.data["muc"])
    assert lan.post(f"{HERE}/settle", data=settling(lan, "9" * 5000)).status_code == 400
    fields = {"csrf_token": forgery_token(lan, HERE), "seen": seen, "word-muc": other}
    assert lan.post(f"{HERE}/settle", data=fields).status_code == 303
    after = entry(register)
    assert after is not None
    assert (after.state.conflict, after.state.data["muc"]) == (None, other)
    assert after.state.version == before.state.version + 1
    assert lan.post(f"{HERE}/settle", data=fields).status_code == 409
    assert "Do cán bộ quyết định" in words(open_page(lan, HERE))


def settling(client: FlaskClient, seen: object, **more: str) -> dict[str, str]:
    return {"csrf_token": forgery_token(client, HERE), "seen": str(seen), **more}


def test_what_a_person_kept_stays_when_somebody_comes_late(register: World, enter: Enter) -> None:
    """She settled on the word that held; a phone that did not know of it sends another."""
    two_words(register)
    lan, before = enter(register.lan), entry(register)
    assert before is not None
    kept = before.state.data["muc"]
    fields = settling(lan, before.state.version, **{"word-muc": kept})
    assert lan.post(f"{HERE}/settle", data=fields).status_code == 303
    register.send(changed(1, "1", "", muc="khong", end="2099-01-01T08:00:00.000+07:00").xml)
    worked_off(register)
    after = entry(register)
    assert after is not None
    assert (after.state.data["muc"], after.state.conflict) == (kept, Conflict.HARD)


def test_what_another_office_sent_is_shown_to_who_answers_for_both(
    register: World, enter: Enter
) -> None:
    """Lan reads that something is held, and nothing of it; the administrator lets it in."""
    register.send(created(muc="thap").xml)
    register.send(changed(1, "1", "", muc="bi-mat").xml, by=register.thao)
    worked_off(register)
    lan, admin = enter(register.lan), enter(register.admin)
    open_page(enter(register.minh), HERE, 404)
    assert "Văn phòng khác gửi, chưa có hiệu lực" in words(open_page(lan, "/lists/tre"))
    page = open_page(lan, HERE)
    assert "Người phụ trách cả hai văn phòng sẽ quyết định" in words(page)
    [theirs] = [each for each in register.records("so_tre") if each.office == "VP10"]
    for hidden in ("bi-mat", register.thao.actor.name, quote(theirs.instance_id, safe="")):
        assert hidden not in lan.get(HERE).get_data(as_text=True)
    theirs_shown = open_page(admin, HERE)
    vp10 = register.house.shelf.offices()["VP10"].label
    assert f"Do {vp10} gửi; mục này không thuộc văn phòng đó." in words(theirs_shown)
    [name] = set(theirs_shown.xpath("//input[starts-with(@name, 'held-')]/@name"))
    found = entry(register)
    assert found is not None
    seen = found.state.version
    assert lan.post(f"{HERE}/settle", data=settling(lan, seen, **{name: "in"})).status_code == 400
    assert said_of(register) == {"muc": "thap"}
    answer = admin.post(f"{HERE}/settle", data=settling(admin, seen, **{name: "in"}))
    assert answer.status_code == 303
    assert said_of(register) == {"muc": "bi-mat"}
    assert "chưa có hiệu lực" not in words(open_page(lan, HERE))


def test_what_is_to_settle_is_shown_page_by_page(
    register: World, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First where a word was overwritten; and a page begins where one's own entries say."""
    monkeypatch.setattr(registers_page, "CONFLICTS", 2)
    names = ("Ất", "Bình", "Chi", "Dũng", "Én")
    for at, name in enumerate(names):
        child = f"{at:08x}-9f8e-4d7c-8b6a-5f4e3d2c1b0a"
        register.send(created(name, child, muc="thap").xml)
        for word in ("tb", "cao") if name == "Én" else ("tb", "tb"):
            said = changed(1, "1", "", muc=word).xml
            register.send(said.replace(CHILD.encode(), child.encode()))
    register.send(created("Chú Xa", CHILD).xml, by=register.thao)
    worked_off(register)
    lan = enter(register.lan)
    found: list[str] = []
    path = "/lists/tre"
    while path:
        page = open_page(lan, path)
        found += [words(each) for each in page.xpath("//section[1]//li/a")]
        path = next(iter(links(page, "Xem thêm việc cần quyết định")), "")
    assert found == ["Én", "Bình", "Chi", "Dũng", "Ất"]
    first = [words(each) for each in open_page(lan, "/lists/tre").xpath("//tbody//th")]
    behind_a_stranger = open_page(lan, f"/lists/tre?after={CHILD}&open_after={CHILD}")
    assert [words(each) for each in behind_a_stranger.xpath("//tbody//th")] == first


def test_a_team_that_is_too_small_or_too_large_is_pointed_out(
    register: World, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose team a child is in stands in ``thon`` here, and who is at work has ``muc`` tb. Nobody
    is counted for each page."""
    rule = {"list": "tre", "by": "thon", "who": "muc=tb", "least": 1, "most": 2}
    register.house.stores.entity_lists.give(CHILDREN, {"members": rule})
    register.send(created("Đội một", muc="thap").xml)
    resting = CHILD.replace("3d0c", "4e1d")
    register.send(created("Người đã thôi", resting, thon=CHILD, muc="thap").xml)
    lan = enter(register.lan)
    for count, is_flagged in ((0, True), (1, False), (2, False), (3, True)):
        if count:
            member = f"{count:08x}-9f8e-4d7c-8b6a-5f4e3d2c1b0a"
            register.send(created(f"Người {count}", member, thon=CHILD, muc="tb").xml)
        worked_off(register)
        said = f"{count} người đang hoạt động, quy định từ 1 đến 2"
        assert (said in words(open_page(lan, HERE))) == is_flagged
        assert (said in words(open_page(lan, "/lists/tre"))) == is_flagged

    def read_again(*_: object) -> None:
        raise AssertionError("the members were read again")

    monkeypatch.setattr(type(register.house.stores.entities), "rows", read_again)
    monkeypatch.setattr("server.processing.registers.registers.fillings_of", read_again)
    assert said in words(open_page(lan, HERE))


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


def test_who_reads_no_form_of_a_register_is_not_led_to_it(world: World, enter: Enter) -> None:
    chair = enter(world.hire("chu-tich@ctxh.example", "Bùi Văn Tám", "commune_chair", "VP02"))
    found = open_page(chair, "/lists").xpath("//tbody[@id='rows']//a/@href")
    assert "/lists/truong_hop" in found
    assert "/lists/ton_tai" not in found
    assert "/lists/ton_tai" in open_page(enter(world.admin), "/lists").xpath(
        "//tbody[@id='rows']//a/@href"
    )
