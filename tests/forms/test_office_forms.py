"""The forms of the office's own work: what each does to the registers, over many fillings."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from lxml import etree

from tests.javarosa.filler import fill, media_for, xform

ENTITY = "{http://www.opendatakit.org/xforms/entities}"
OFFICE_FORMS = [
    "bao_cao_thang",
    "danh_gia_ctv",
    "dao_tao",
    "ho_so_ctv",
    "ke_hoach",
    "khac_phuc_ton_tai",
    "nhat_ky_tu_van",
    "truyen_thong",
]
MANY = 20

pytestmark = pytest.mark.java


def filled(form: str, media: Path, seed: int = 11) -> list[etree._Element]:
    return [
        etree.fromstring(one.xml) for one in fill(xform(form), media_for(form, media), MANY, seed)
    ]


def said(record: etree._Element, name: str) -> str:
    """The answer to a question that is asked once; "" where the form did not ask it."""
    return next((element.text or "" for element in record.iter(f"{{*}}{name}")), "")


def changed(record: etree._Element) -> list[tuple[str, str, str]]:
    """Which entry of which register the record makes or changes."""
    return [
        (str(entity.get("dataset")), action, str(entity.get("id")))
        for entity in record.iter(f"{ENTITY}entity", "{*}entity")
        for action in ("create", "update")
        if entity.get(action) in ("1", "true")
    ]


def register(name: str, folder: Path) -> dict[str, dict[str, str]]:
    text = (folder / f"{name}.csv").read_text("utf-8")
    return {row["name"]: row for row in csv.DictReader(text.splitlines())}


@pytest.mark.parametrize("form", OFFICE_FORMS)
def test_an_office_sends_twenty_records_each_with_a_name_of_its_own(
    form: str, tmp_path: Path
) -> None:
    records = filled(form, tmp_path)
    assert len(records) == MANY
    assert len({said(record, "instanceID") for record in records}) == MANY
    assert all(said(record, "instanceName").strip() for record in records)


@pytest.mark.parametrize("form", ["bao_cao_thang", "nhat_ky_tu_van", "truyen_thong"])
def test_a_report_changes_no_register(form: str, tmp_path: Path) -> None:
    assert [changed(record) for record in filled(form, tmp_path)] == [[]] * MANY


def test_a_respondent_changes_no_collaborator_and_gives_no_name(tmp_path: Path) -> None:
    roles = set()
    for record in filled("danh_gia_ctv", tmp_path):
        role, collaborator = said(record, "vai"), said(record, "ctv_id")
        roles.add(role)
        anonymous = role == "phan_hoi"
        assert changed(record) == ([] if anonymous else [("ctv", "update", collaborator)])
        if anonymous:
            assert said(record, "nguoi_dg") == ""
            assert 20 <= float(said(record, "ph_diem")) <= 100
    assert {"tu", "phan_hoi", "chu_tich"} <= roles


def test_a_chair_gets_a_proposal_only_from_the_scores_of_the_same_period(tmp_path: Path) -> None:
    proposed = []
    for record in filled("danh_gia_ctv", tmp_path):
        if said(record, "vai") != "chu_tich":
            continue
        known = register("ctv", tmp_path)[said(record, "ctv_id")]
        if known["ky_dg"] != said(record, "ma_ky"):
            assert said(record, "diem_de_xuat") == ""
            continue
        own, team, manager = (
            int(known[key]) for key in ("diem_tu", "diem_tap_the", "diem_quan_ly")
        )
        # Without feedback of the community the manager's score stands in for it.
        score = (own * 10 + team * 25 + manager * 65) / 100
        assert float(said(record, "diem_de_xuat")) == pytest.approx(score, abs=0.051)
        assert (said(record, "xl_ly_do") != "") == (
            said(record, "xep_loai") != said(record, "xl_de_xuat")
        )
        proposed.append(score)
    assert proposed


def test_a_course_is_noted_once_for_each_collaborator_and_never_hides_a_later_one(
    tmp_path: Path,
) -> None:
    for record in filled("dao_tao", tmp_path):
        known = register("ctv", tmp_path)
        chosen = []
        for participant in record.iter("{*}hv"):
            collaborator = participant.findtext("{*}hv_ctv") or ""
            if not collaborator:
                continue
            chosen.append(("ctv", "update", collaborator))
            latest = max(known[collaborator]["dt_ngay"], said(record, "den_ngay"))
            assert participant.findtext("{*}hv_ngay") == latest
        assert changed(record) == chosen
        assert len(set(chosen)) == len(chosen)


def test_a_planner_makes_a_new_plan_or_changes_the_one_she_chose(tmp_path: Path) -> None:
    kinds = set()
    for record in filled("ke_hoach", tmp_path):
        kinds.add(kind := said(record, "loai"))
        new = ("ke_hoach", "create", said(record, "kh_uuid"))
        old = ("ke_hoach", "update", said(record, "kh_id"))
        assert changed(record) == [new if kind == "moi" else old]
        assert 0 <= float(said(record, "s_tl")) <= 100
    assert kinds == {"moi", "cu"}


def test_an_event_is_photographed_only_with_consent(tmp_path: Path) -> None:
    records = filled("truyen_thong", tmp_path)
    photographed = [record for record in records if any(e.text for e in record.iter("{*}anh"))]
    assert photographed
    assert {said(record, "dy_anh") for record in photographed} == {"co"}


def test_a_client_who_stays_anonymous_gives_no_name_and_an_emergency_is_never_just_done(
    tmp_path: Path,
) -> None:
    records = filled("nhat_ky_tu_van", tmp_path)
    anonymous = [record for record in records if said(record, "tv_an_danh") == "co"]
    urgent = [record for record in records if said(record, "tv_khan_cap") == "co"]
    assert anonymous
    assert urgent
    assert {said(r, "tv_ten") + said(r, "tv_sdt") for r in anonymous} == {""}
    assert all(said(r, "tv_hd_kc") and said(r, "tv_kq") != "xong" for r in urgent)


def test_an_office_reports_on_a_shortfall_that_is_still_open_and_says_why_it_is_late(
    tmp_path: Path,
) -> None:
    late = set()
    for record in filled("khac_phuc_ton_tai", tmp_path):
        chosen = said(record, "tt_id")
        known = register("ton_tai", tmp_path)[chosen]
        assert known["trang_thai"] != "xac_nhan"
        assert changed(record) == [("ton_tai", "update", chosen)]
        late.add(overdue := said(record, "ngay") > known["han"])
        assert said(record, "vuong_mac") or not overdue
        longer = said(record, "gia_han") == "co"
        assert (said(record, "s_han") > known["han"]) == longer
        if said(record, "s_tt") in ("cho_xn", "xac_nhan"):
            assert said(record, "s_td") == "100"
        confirmed = said(record, "s_tt") == "xac_nhan"
        assert said(record, "s_xong") == (said(record, "ngay") if confirmed else "")
    assert late == {True, False}


def test_a_profile_makes_or_changes_one_collaborator_and_shows_a_face_only_with_consent(
    tmp_path: Path,
) -> None:
    kinds = set()
    for record in filled("ho_so_ctv", tmp_path):
        kinds.add(kind := said(record, "loai"))
        new = ("ctv", "create", said(record, "ctv_uuid"))
        old = ("ctv", "update", said(record, "ctv_id"))
        assert changed(record) == [new if kind == "moi" else old]
        if said(record, "dy_anh") == "khong":
            assert said(record, "anh") + said(record, "anh_bc") == ""
        unfit = said(record, "s_chuan") == "khong_dat"
        assert not (unfit and said(record, "s_tt") == "hoat_dong")
    assert kinds == {"moi", "cu"}


def test_an_id_number_and_a_phone_number_never_reach_the_register_on_the_phones() -> None:
    saved = {
        str(bind.get("nodeset")).rsplit("/", 1)[-1]
        for bind in etree.fromstring(xform("ho_so_ctv")).iter("{*}bind")
        if bind.get(f"{ENTITY}saveto")
    }
    assert saved
    assert saved.isdisjoint({"cccd", "sdt", "anh", "anh_bc", "dd_tien_an", "ngay_sinh"})
