"""The forms about a child's case: what each does to the registers, over many fillings."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from tests.forms.test_office_forms import changed, filled, register, said

pytestmark = pytest.mark.java

CASE_LABEL = r"TH-20\d\d-[0-9a-f]{8} • \d{4}-\d\d-\d\d • nguy cơ (cao|trung bình|thấp)"


@pytest.fixture(scope="module")
def intakes(tmp_path_factory: pytest.TempPathFactory) -> list[etree._Element]:
    return filled("tiep_nhan_danh_gia", tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="module")
def case_media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def events(case_media: Path) -> list[etree._Element]:
    # Of this seed come all nine kinds of events.
    return filled("quan_ly_truong_hop", case_media, seed=15)


def test_an_intake_opens_a_case_and_registers_a_child_only_where_that_was_answered(
    intakes: list[etree._Element],
) -> None:
    answered = set()
    for record in intakes:
        opened, child_is = said(record, "mo_th"), said(record, "loai_tre")
        answered.add((opened, child_is))
        child = said(record, "tre_id" if child_is == "cu" else "tre_uuid")
        entries = changed(record)
        cases = [action for name, action, _ in entries if name == "truong_hop"]
        children = [(action, key) for name, action, key in entries if name == "tre_em"]
        assert cases == (["create"] if opened == "co" else [])
        assert children == ([("create", child)] if child_is == "moi" else [])
        assert child
        assert said(record, "s_tre") == child
    assert {opened for opened, _ in answered} == {"co", "khong"}
    assert {child_is for _, child_is in answered} == {"moi", "cu"}


def test_the_list_of_cases_on_a_phone_names_no_child(intakes: list[etree._Element]) -> None:
    labels = [
        label
        for record in intakes
        for label in record.iterfind(".//{*}e_th//{*}label")
        if said(record, "mo_th") == "co"
    ]
    assert labels
    assert [each.text for each in labels if not re.fullmatch(CASE_LABEL, each.text or "")] == []


def test_a_worker_is_told_the_twelve_hours_and_gives_a_reason_for_more(
    intakes: list[etree._Element],
) -> None:
    in_time = set()
    for record in intakes:
        if said(record, "muc_nguy_co") != "cao":
            assert (said(record, "han_12h"), said(record, "dung_12h")) == ("", "")
            continue
        told = datetime.fromisoformat(said(record, "tg_nhan"))
        took = datetime.fromisoformat(said(record, "tg_can_thiep")) - told
        assert said(record, "han_12h") == f"{told + timedelta(hours=12):%H:%M %d/%m/%Y}"
        hours = took / timedelta(hours=1)
        assert float(said(record, "so_gio")) == pytest.approx(hours, abs=0.051)
        if abs(hours - 12) > 0.1:
            in_time.add(hours < 12)
            assert said(record, "dung_12h") == ("1" if hours < 12 else "0")
        assert (said(record, "ly_do_cham") != "") == (said(record, "dung_12h") == "0")
        due = (told + timedelta(days=1)).date()
        assert said(record, "s_han") == due.isoformat()
    assert in_time == {True, False}


def test_a_worker_who_disagrees_with_the_proposal_says_why(
    intakes: list[etree._Element], events: list[etree._Element]
) -> None:
    for record in intakes:
        differs = said(record, "muc_nguy_co") != said(record, "muc_gy")
        assert (said(record, "ly_do") != "") == differs
    for record in events:
        if said(record, "loai_hd") == "ra_soat":
            differs = said(record, "rs_kl") != said(record, "rs_de_xuat")
            assert (said(record, "rs_ly_do") != "") == differs


def test_a_case_worker_changes_the_case_she_chose_and_opens_a_closed_one_only_again(
    events: list[etree._Element], case_media: Path
) -> None:
    cases = register("truong_hop", case_media)
    before_and_after = set()
    for record in events:
        case, event = said(record, "th_id"), said(record, "loai_hd")
        assert changed(record) == [("truong_hop", "update", case)]
        assert said(record, "van_phong") == cases[case]["van_phong_id"]
        before, after = cases[case]["trang_thai"], said(record, "s_tt")
        before_and_after.add((before, after))
        assert (said(record, "tt_ht"), said(record, "gd_ht")) == (before, cases[case]["giai_doan"])
        assert (event == "mo_lai") == (before == "dong")
        assert (event == "ket_thuc") == (after == "dong")
        assert (said(record, "s_dong") != "") == (said(record, "s_ldkt") != "") == (after == "dong")
    assert before_and_after == {("mo", "mo"), ("mo", "dong"), ("dong", "mo")}


def test_an_event_that_arrives_late_hides_no_later_one(
    events: list[etree._Element], case_media: Path
) -> None:
    cases = register("truong_hop", case_media)
    for record in events:
        known = cases[said(record, "th_id")]["hd_cuoi"]
        assert said(record, "s_cuoi") == max(known, said(record, "ngay"))
