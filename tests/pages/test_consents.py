"""Who consented to what, as the records themselves say."""

from __future__ import annotations

import pytest
from lxml import html

from server.model.consents import consent_of
from server.processing import consents as processing
from tests.pages.conftest import Enter
from tests.pages.looking import open_page, words
from tests.pages.test_data_requests import act, fields, note
from tests.records import record_of
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


def test_what_a_record_does_not_say_is_no_consent() -> None:
    assert consent_of({}) is None
    assert consent_of({"g/can_cu_xl": None, "g/dong_y_chia_se": "co"}) is None
    said = consent_of({"g/can_cu_xl": "khan_cap", "g/ly_do_khong_dy": "Trẻ bị đánh"})
    assert said is not None
    assert not said.given
    assert not said.sharing
    assert said.reason == "Trẻ bị đánh"
