"""What is told to a register is as sensitive there, and wherever it is read again."""

from __future__ import annotations

from server.xforms.form import Form
from server.xforms.levels import LABEL, Level, levels_of
from server.xforms.read_form import read_form
from server.xforms.register_levels import register_levels
from server.xforms.xlsform import convert_xlsform
from tests.sheets import Sheet, workbook_of

_HEAD = ("type", "name", "label", "calculation", "sensitivity", "save_to")
_OF_CHOSEN = "instance('tre')/root/item[name=${ban}]/{}"


def _form(form_id: str, survey: Sheet, entities: Sheet) -> Form:
    sheets = {
        "survey": [_HEAD, *survey],
        "settings": [("form_id", "version", "form_title"), (form_id, "1", "Thử")],
        "entities": [("list_name", "label"), *entities],
    }
    return read_form(convert_xlsform(workbook_of(sheets), validate=False).xform)


def _of(name: str) -> str:
    return _OF_CHOSEN.replace("{}", name)


FILLS = _form(
    "ke",
    [
        ("text", "ten", "Tên", "", "nhay_cam", "ho_ten"),
        ("text", "ke", "Kể", "", "dac_biet", "loi_ke"),
        ("text", "lop", "Lớp", "", "", "lop"),
    ],
    [("tre", "${ten}")],
)
READS = _form(
    "tham",
    [
        ("select_one_from_file tre.csv", "ban", "Bạn", "", "", ""),
        ("calculate", "nghe", "", _of("loi_ke"), "", "da_nghe"),
        ("calculate", "cung", "", "pulldata('tre', 'loi_ke', 'name', ${ban})", "", ""),
        ("calculate", "ten_ban", "", "jr:choice-name(${ban}, '${ban}')", "", ""),
        ("calculate", "nhan_ban", "", _of("label"), "", ""),
        ("calculate", "lop_ban", "", _of("lop"), "", ""),
        ("calculate", "muc", "", f"if({_of('loi_ke')} = '', 0, 1)", "thuong", ""),
        ("note", "nhac", "Đã nghe: ${nghe}", "", "", ""),
    ],
    [("tham", "${lop_ban}")],
)
COPIES = _form(
    "chep",
    [
        ("select_one_from_file tham.csv", "lan", "Lần", "", "", ""),
        ("calculate", "lai", "", "instance('tham')/root/item[name=${lan}]/da_nghe", "", "lai"),
    ],
    [("chep", "x")],
)


def test_a_register_is_as_sensitive_as_what_fills_it_and_what_reads_it_likewise() -> None:
    registers = register_levels([[COPIES], [READS], [FILLS]])
    assert registers["tre"] == {
        "ho_ten": Level.SENSITIVE,
        "loi_ke": Level.SPECIAL,
        "lop": Level.NORMAL,
        LABEL: Level.SENSITIVE,
    }
    levels = levels_of([READS], registers)
    assert {name: levels.of((name,)) for name in ("nghe", "cung", "ten_ban", "nhan_ban")} == {
        "nghe": Level.SPECIAL,
        "cung": Level.SPECIAL,
        "ten_ban": Level.SENSITIVE,
        "nhan_ban": Level.SENSITIVE,
    }
    assert levels.of(("lop_ban",)) is Level.NORMAL
    assert levels.of(("muc",)) is Level.NORMAL, "as its designer says"
    # Through a second register too.
    assert registers["chep"]["lai"] is Level.SPECIAL
    assert levels_of([COPIES], registers).of(("lai",)) is Level.SPECIAL


def test_what_no_version_fills_any_more_is_as_sensitive_as_before() -> None:
    later = _form("ke", [("text", "ten", "Tên", "", "", "ho_ten")], [("tre", "${ten}")])
    assert register_levels([[later, FILLS]])["tre"]["loi_ke"] is Level.SPECIAL
