"""Who consented to what, as the records themselves say."""

from __future__ import annotations

import pytest
from lxml import html

from server.model.consents import Sharing, consent_of
from server.model.data_requests import Concern
from server.model.entities import ListKey
from server.model.withholding import LISTS, RECORDS
from server.processing.duties import consents as processing
from server.processing.duties.concerns import reached
from server.services import PROJECT
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, words
from tests.pages.test_data_requests import act, fields, note
from tests.records import record_of
from tests.registers import worked_off
from tests.world import World

PATH = "/admin/consents"


def rows(page: html.HtmlElement) -> list[list[str]]:
    """The cells of each row, without the record's name and time."""
    return [
        [words(each) for each in row.xpath("./td")][1:] for row in page.xpath("//*[@id='rows']/tr")
    ]


def test_each_form_that_asks_for_consent_has_its_list(
    world: World, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 4, 5):  # of the second, nobody was met
        world.send(record_of("vang_gia", number).without_files().xml)
    admin = enter(world.admin)
    page = open_page(admin, f"{PATH}?form=vang_gia")
    forms = page.xpath("//select[@id='filter-form']/option/@value")
    assert forms == ["khao_sat_nhu_cau", "vang_gia"]
    assert words(page.xpath("//h1")[0]).startswith("Sự đồng ý: ")
    told = [
        ["Sự đồng ý", "Có", "Có", "Có", "Có"],
        ["Nhiệm vụ theo luật, không có sự đồng ý", "–", "–", "Không", "–"],
        ["Sự đồng ý", "Có", "Không", "Có", "Có"],
    ]
    assert rows(page) == told
    assert rows(open_page(admin, f"{PATH}?form=vang_gia&given=no")) == told[1:2]
    assert rows(open_page(admin, f"{PATH}?form=vang_gia&given=yes")) == [told[0], told[2]]
    # Page by page, also over records that say nothing of it.
    monkeypatch.setattr(processing, "PAGE", 1)
    monkeypatch.setattr(processing, "_MOST_READ", 2)
    seen, here = [], f"{PATH}?form=vang_gia&given=yes"
    while here:
        page = open_page(admin, here)
        seen += rows(page)
        here = next(iter(page.xpath("//p[@id='more']/a/@href")), "")
    assert seen == [told[0], told[2]]


def test_a_record_that_is_shared_no_more_says_so_in_the_list(world: World, enter: Enter) -> None:
    world.send((made := record_of("vang_gia").without_files()).xml)
    admin = enter(world.admin)
    assert "Không chia sẻ nữa" not in words(open_page(admin, f"{PATH}?form=vang_gia"))
    request = note(admin, fields(world, concerns=f"/records/vang_gia/{made.instance_id}"))
    assert act(admin, request, "stopped") == 303
    assert "Không chia sẻ nữa" in words(open_page(admin, f"{PATH}?form=vang_gia"))


def test_of_one_child_it_is_said_who_consented_to_what(world: World, enter: Enter) -> None:
    """And from the list it is found by the address of the entry's page."""
    made = record_of("khao_sat_nhu_cau").without_files()
    world.send(made.xml)
    worked_off(world)
    [record] = world.records("khao_sat_nhu_cau")
    stores, shelf = world.house.stores, world.house.shelf
    [entry, *_] = [
        each
        for each in reached(
            stores, shelf, PROJECT, [Concern(RECORDS, record.key.form_id, record.instance_id)]
        )
        if each.kind == LISTS
    ]
    here = f"/lists/{ListKey.parse(entry.key).name}/{entry.id}"
    lan = enter(world.lan)
    [path] = links(open_page(lan, here), "Sự đồng ý")
    [row] = open_page(lan, path).xpath("//*[@id='rows']/tr")
    said = consent_of(record.derived.answers)
    assert said is not None
    assert said.given
    assert said.person in words(row)
    assert said.relation not in words(row).split(), "in words, not as a code"
    assert "chia sẻ" in words(row)
    assert enter(world.minh).get(path).status_code == 404
    admin = enter(world.admin)
    for address in (here, f"https://ctxh.example{here}?a=1"):
        answer = admin.get(PATH, query_string={"entry": address})
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert admin.get(PATH, query_string={"entry": "//[x"}).status_code == 200
    # Withdrawn since.
    request = note(admin, fields(world, concerns=here))
    assert act(admin, request, "stopped") == 303
    page = open_page(lan, path)
    assert "Không chia sẻ từ ngày" in words(page)
    assert "Không được chia sẻ" in words(page.xpath("//*[@id='rows']/tr")[0])


@pytest.mark.parametrize(
    ("sharing", "child", "may"),
    [
        ("co", "co", Sharing.ALLOWED),
        ("co", "khong_ro", Sharing.IF_UNDER_SEVEN),
        ("co", "", Sharing.IF_UNDER_SEVEN),
        ("co", "khong", Sharing.CHILD_REFUSES),
        ("khong", "co", Sharing.NOT_AGREED),
    ],
)
def test_from_seven_years_the_child_has_a_say_too(sharing: str, child: str, may: Sharing) -> None:
    answers = {"a/can_cu_xl": "dong_y", "a/dong_y_chia_se": sharing, "a/tre_dong_y": child}
    said = consent_of(answers)
    assert said is not None
    assert said.may_be_shared is may
    duty = consent_of({**answers, "a/can_cu_xl": "nhiem_vu"})
    assert duty is not None
    assert duty.may_be_shared is Sharing.NOT_AGREED


def test_what_a_record_does_not_say_is_no_consent() -> None:
    assert consent_of({}) is None
    assert consent_of({"g/can_cu_xl": None, "g/dong_y_chia_se": "co"}) is None
    said = consent_of({"g/can_cu_xl": "khan_cap", "g/ly_do_khong_dy": "Trẻ bị đánh"})
    assert said is not None
    assert not said.given
    assert not said.sharing
    assert said.reason == "Trẻ bị đánh"
