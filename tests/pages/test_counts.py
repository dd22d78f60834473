"""How many records there are, for who reads reports: no small number, and no name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.model.counts import count_day
from server.model.forms import FormKey
from server.model.offices import Office, within
from server.model.records import ReviewState
from server.model.scope import Scope
from server.processing.records.told_counts import Reader, month_lines
from server.services import PROJECT
from tests.lent import lent_app
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, words
from tests.world import World, sign_in

KEY, OTHER = FormKey(PROJECT, "vang_gia"), FormKey(PROJECT, "dao_tao")
THIRD = FormKey(PROJECT, "khao_sat_nhu_cau")
RECEIVED, APPROVED = ReviewState.RECEIVED.value, ReviewState.APPROVED.value


@pytest.fixture(scope="module")
def app(shared_world: World) -> Iterator[Flask]:
    with lent_app(shared_world.house) as app:
        yield app


@pytest.fixture(scope="module")
def counted(shared_world: World) -> World:
    """October and November of two regions."""
    count(shared_world, "2026-10-05", {"VP02": 6, "VP10": 7})
    count(shared_world, "2026-11-02", {"VP02": 20, "VP03": 3, "VP10": 30})
    count(shared_world, "2026-11-24", {"VP02": 2, "VP10": 8}, review=APPROVED)
    return shared_world


@pytest.fixture(scope="module")
def viewer(app: Flask, counted: World) -> FlaskClient:
    """Reads the reports of VP01 and below."""
    client = app.test_client()
    sign_in(client, counted.hire("baocao@so.example", "Đặng Văn Báo", "report_viewer"))
    return client


def count(
    world: World, day: str, many: Mapping[str, int], *, key: FormKey = KEY, review: str = RECEIVED
) -> None:
    offices = world.house.shelf.offices()
    records = [(1, within(office, offices), review) for office, n in many.items() for _ in range(n)]
    assert world.house.stores.counters.put_day(key, count_day(day, records), "")


def rows(client: FlaskClient, path: str) -> list[list[str]]:
    page = open_page(client, path)
    return [[words(cell) for cell in each] for each in page.xpath("//tbody[@id='rows']/tr")]


def test_who_reads_reports_finds_numbers_alone_and_none_that_is_small(
    viewer: FlaskClient,
) -> None:
    assert viewer.get("/").headers["Location"] == "/counts"
    page = open_page(viewer, "/counts")
    assert page.xpath("//nav[@class='rail']//a/@href") == ["/counts"]
    assert "Số dưới 5 ghi là “<5”" in words(page)
    hidden = ["ẩn"] * 5
    shown = rows(viewer, "/counts?form=vang_gia")
    assert [each[1:] for each in shown] == [
        ["11/2026", "25", *hidden],
        ["11/2026", "<5", *hidden],
        ["11/2026", "ẩn", *hidden],
        ["10/2026", "6", "6", "0", "0", "0", "0"],
        ["10/2026", "6", "6", "0", "0", "0", "0"],
    ]
    for path in ("/records", "/records/vang_gia", "/lists", "/records/vang_gia/export/csv"):
        assert viewer.get(path).status_code == 403, path


def test_where_the_few_of_a_region_are_is_told_by_no_filter(
    counted: World, viewer: FlaskClient, enter: Enter
) -> None:
    """Four communes with some of fewer than five: each has one."""
    count(counted, "2026-11-02", dict.fromkeys(("VP02", "VP03", "VP04", "VP05"), 1), key=THIRD)
    here = f"/counts?form={THIRD.form_id}"
    assert [each[2] for each in rows(viewer, here)] == ["<5"]
    for office in ("VP02", "VP06"):
        assert rows(viewer, f"{here}&office={office}") == []
        table = viewer.get(f"/counts.csv?form={THIRD.form_id}&office={office}")
        assert len(table.get_data(as_text=True).splitlines()) == 1
    assert [each[2] for each in rows(enter(counted.lan), f"{here}&office=VP02")] == ["1"]
    alone = counted.hire("mot@so.example", "Đặng Thị Một", "report_viewer", "VP02")
    assert [each[2] for each in rows(enter(alone), here)] == ["<5"], "they know no other number"


def test_the_table_says_what_the_page_says(viewer: FlaskClient) -> None:
    [href] = links(open_page(viewer, "/counts?form=vang_gia&office=VP03"), "Bảng CSV")
    table = viewer.get(href).get_data(as_text=True)
    [line] = csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))
    assert (line["office"], line["month"], line["total"]) == ("VP03", "2026-11", "<5")
    assert (line["received"], line["approved"]) == ("ẩn", "ẩn")
    whole = viewer.get("/counts.csv?form=vang_gia").get_data(as_text=True)
    assert len(whole.splitlines()) == 6
    assert "VP10" not in whole
    assert "VP10" not in viewer.get("/counts.csv?form=vang_gia&office=VP10").get_data(as_text=True)


def test_who_reads_the_records_is_told_all_of_them(counted: World, enter: Enter) -> None:
    lan = enter(counted.lan)
    page = open_page(lan, "/counts?form=vang_gia")
    assert "“<5”" not in words(page)
    assert page.xpath("//nav[@class='rail']//a[@aria-current]/@href") == ["/counts"]
    shown = [each[2:] for each in rows(lan, "/counts?form=vang_gia")][:3]
    assert shown == [
        ["25", "23", "0", "0", "2", "0"],
        ["3", "3", "0", "0", "0", "0"],
        ["22", "20", "0", "0", "2", "0"],
    ]


def test_a_name_is_no_formula_and_what_nobody_can_mean_is_left_out(
    counted: World, enter: Enter
) -> None:
    counted.house.stores.offices.put([Office("VP77", "=1+1", parent="VP09")])
    counted.house.shelf.forget()
    count(counted, "2026-09-01", {"VP77": 9}, key=OTHER)
    minh = enter(counted.minh)
    assert ",VP77,'=1+1,9" in minh.get(f"/counts.csv?form={OTHER.form_id}").get_data(as_text=True)
    for odd in ("form=x&office=x&before=x", "before=2026-1", "form=vang_gia&office=VP02"):
        assert minh.get(f"/counts?{odd}").status_code == 200
    assert rows(minh, f"/counts?form={OTHER.form_id}&before=2026-10")[0][1] == "09/2026"
    assert rows(minh, f"/counts?form={OTHER.form_id}&before=2026-09") == []


def test_many_months_are_read_page_by_page(counted: World, enter: Enter) -> None:
    for year in (2021, 2022, 2023):
        for month in range(1, 13):
            count(counted, f"{year}-{month:02}-01", {"VP02": 5}, key=OTHER)
    lan = enter(counted.lan)
    page = open_page(lan, f"/counts?form={OTHER.form_id}")
    seen, pages = len(page.xpath("//tbody[@id='rows']/tr")), 1
    while more := links(page, "Xem thêm"):
        page = open_page(lan, more[0])
        seen, pages = seen + len(page.xpath("//tbody[@id='rows']/tr")), pages + 1
    assert (seen, pages) == (36 * 2, 2)


def test_a_unit_that_is_in_the_tree_no_more_stands_under_the_next_one(counted: World) -> None:
    """Until the worker has counted its days anew."""
    house = counted.house
    offices = {k: v for k, v in house.shelf.offices().items() if k != "VP01"}
    everything = Scope.of(["*"])
    reader = Reader(offices, everything, everything)
    [newest, _] = month_lines(house.stores.counters, KEY, reader, "", "")
    assert {each.office for each in newest} >= {"*", "VP02", "VP03", "VP10"}
