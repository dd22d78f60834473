"""What stays of a record that is erased: nothing that says who it is about."""

from __future__ import annotations

import pytest

from server.xforms.deidentified import deidentified
from server.xforms.envelope import read_envelope
from server.xforms.levels import levels_of
from server.xforms.read_form import read_form
from server.xforms.xlsform import convert_xlsform
from tests.sheets import workbook_of

SURVEY = (
    ("type", "name", "label", "calculation", "sensitivity"),
    ("text", "ho_ten", "Họ tên", "", ""),
    ("integer", "tuoi", "Tuổi", "", ""),
    ("integer", "dien_thoai", "Điện thoại", "", ""),
    ("decimal", "can_nang", "Cân nặng", "", ""),
    ("date", "ngay_sinh", "Ngày sinh", "", ""),
    ("dateTime", "luc", "Lúc", "", ""),
    ("select_one gioi", "gioi", "Giới", "", ""),
    ("select_multiple gioi", "nhieu", "Nhiều", "", ""),
    ("select_one gioi", "xam_hai", "Xâm hại", "", "dac_biet"),
    ("geopoint", "gps", "Nơi", "", ""),
    ("image", "anh", "Ảnh", "", ""),
    ("calculate", "tom_tat", "", "${ho_ten}", ""),
    ("begin_repeat", "con", "Con", "", ""),
    ("text", "ten_con", "Tên con", "", ""),
    ("select_one gioi", "gioi_con", "Giới con", "", ""),
    ("end_repeat", "", "", "", ""),
)
CHOICES = (("list_name", "name", "label"), ("gioi", "nam", "Nam"), ("gioi", "nu", "Nữ"))
RECORD = (
    b'<data id="f" version="1" note="Lan"><ho_ten>Lan</ho_ten>Lan<tuoi>9</tuoi>'
    b"<dien_thoai>912345678</dien_thoai><can_nang>31.25</can_nang><ngay_sinh>2017-03-05</ngay_sinh>"
    b"<luc>2026-11-20T08:00:00.000+07:00</luc><gioi a='Lan'>nu</gioi><nhieu>nam Lan</nhieu>"
    b"<xam_hai>nu</xam_hai><gps>21.1 107.2 0 5</gps><anh>Lan.jpg</anh><tom_tat>Lan</tom_tat>"
    b"<con><ten_con>Lan</ten_con><gioi_con>nu</gioi_con></con>"
    b"<con><ten_con>Lan</ten_con><gioi_con>Lan</gioi_con></con><la>Lan</la>"
    b"<meta><instanceID>uuid:1</instanceID><instanceName>Lan</instanceName><audit>Lan.csv</audit>"
    b'<entity dataset="tre" id="x"><label>Lan</label></entity></meta></data>'
)


def emptied(xml: bytes, *, answers: bool = True) -> bytes:
    sheets = {"survey": SURVEY, "choices": CHOICES, "settings": (("form_id",), ("f",))}
    form = read_form(convert_xlsform(workbook_of(sheets), validate=False).xform)
    return deidentified(read_envelope(xml), form, levels_of([form]), answers=answers)


def test_choices_small_numbers_and_years_stay_and_nothing_else() -> None:
    left = emptied(RECORD).decode().partition("?>")[2].strip()
    assert left == (
        '<data id="f" version="1"><tuoi>9</tuoi><can_nang>31.2</can_nang>'
        "<ngay_sinh>2017-01-01</ngay_sinh><gioi>nu</gioi><nhieu>nam</nhieu>"
        "<con><gioi_con>nu</gioi_con></con><con/>"
        "<meta><instanceID>uuid:1</instanceID></meta></data>"
    )


@pytest.mark.parametrize("number", ["012345678", "-012345678", "00123", "912345678", "1e9", "nan"])
def test_what_names_somebody_is_no_number(number: str) -> None:
    """An identity card of nine digits may begin with zero."""
    said = RECORD.replace(b"<tuoi>9<", f"<tuoi>{number}<".encode())
    assert b"<tuoi" not in emptied(said)


def test_of_an_earlier_version_stays_that_it_was() -> None:
    left = emptied(RECORD, answers=False).decode().partition("?>")[2].strip()
    assert left == ('<data id="f" version="1"><meta><instanceID>uuid:1</instanceID></meta></data>')


def test_what_was_erased_keeps_its_identity_though_it_named_none() -> None:
    xml = b'<data id="f" version="1"><ho_ten>Lan</ho_ten></data>'
    before = read_envelope(xml).instance_id
    assert read_envelope(emptied(xml)).instance_id == before


def test_erasing_twice_is_erasing_once() -> None:
    assert emptied(emptied(RECORD)) == emptied(RECORD)
