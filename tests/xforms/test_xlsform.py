"""A designer's spreadsheet becomes a form, or the cell that prevents it is named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pyxform import xls2json_backends

from server.xforms.findings import Finding, FormRejected
from server.xforms.plain_words import finding
from server.xforms.read_form import read_form
from server.xforms.xlsform import convert_xlsform, java_found
from tests.javarosa.filler import FORMS, java_missing
from tests.sheets import Sheet, workbook_of

HEAD = ("type", "name", "label", "calculation", "relevant")
FINE = ("text", "ten", "Tên")


def workbook(survey: Sheet, **sheets: Sheet) -> bytes:
    settings: Sheet = (("form_title", "form_id", "version"), ("Thăm", "tham", "1"))
    return workbook_of({"survey": survey, "settings": settings, **sheets})


def refused(data: bytes, *, validate: bool = False) -> list[Finding]:
    with pytest.raises(FormRejected) as rejected:
        convert_xlsform(data, validate=validate)
    assert str(rejected.value)
    return list(rejected.value.findings)


def test_a_good_spreadsheet_becomes_a_form() -> None:
    converted = convert_xlsform(workbook([HEAD, FINE]), validate=False)
    assert read_form(converted.xform).form_id == "tham"
    assert converted.warnings == ()


def test_a_workbook_is_opened_once_whoever_names_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening it is the slow part, and a program may name the form and have it validated."""
    opened: list[int] = []
    reader = xls2json_backends.ExcelReader

    def counted(*args: Any, **options: Any) -> Any:
        opened.append(1)
        return reader(*args, **options)

    monkeypatch.setattr(xls2json_backends, "ExcelReader", counted)
    nameless: Sheet = (("form_title",), ("Thăm",))
    data = workbook([HEAD, FINE], settings=nameless)
    converted = convert_xlsform(data, validate=java_found(), form_id="theo_ten")
    assert read_form(converted.xform).form_id == "theo_ten"
    assert len(opened) == 1


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (("text", "ten", "Lại"), "name", "'ten'"),
        (("txet", "a", "A"), "type", "Unknown question type"),
        (("text", "a b", "A"), "name", "Names must begin"),
        (("text", "a", None), "label", "no label"),
        (("text", "a", "A", "", "${zz} = 1"), "relevant", "'zz'"),
        (("calculate", "a", None, ""), "calculation", "Missing calculation"),
        (("calculate", "a", None, "1 +* 2"), "calculation", "1 +* 2"),
        (("begin_group", "g", "G"), "type", "Unmatched"),
        (("text", None, "A"), "name", "no name"),
    ],
)
def test_a_designer_is_told_sheet_row_and_column(
    row: Sequence[str | None], column: str, words: str
) -> None:
    (found,) = refused(workbook([HEAD, FINE, row]))
    assert (found.sheet, found.row, found.column) == ("survey", 3, column)
    assert words in found.message
    assert str(found).startswith("Sheet survey, row 3")
    assert found.words("vi").startswith(f"Trang tính survey, dòng 3, cột {column}: ")


def test_rows_are_counted_as_the_designer_sees_them_empty_ones_too() -> None:
    (found,) = refused(workbook([HEAD, FINE, (None,), (None,), FINE]))
    assert found.row == 5


@pytest.mark.parametrize(
    "data", [b"", b"junk", b"PK\x03\x04junk", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 junk"]
)
def test_what_is_no_workbook_is_refused_in_words(data: bytes) -> None:
    (found,) = refused(data)
    assert found.message


@given(some.binary(max_size=200), some.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"]))
def test_no_file_whatever_stops_the_server(data: bytes, start: bytes) -> None:
    assert refused(start + data)


def test_a_workbook_without_a_survey_is_refused() -> None:
    assert "survey" in refused(workbook([]))[0].message


@pytest.mark.java
def test_what_a_phone_could_not_run_is_found_before_it_gets_there() -> None:
    if missing := java_missing():
        pytest.skip(missing)
    (found,) = refused(
        workbook([HEAD, FINE, ("text", "c", "C", None, "khong_co()")]), validate=True
    )
    assert (found.sheet, found.row, found.column) == ("survey", 3, "relevant")
    assert "khong_co()" in found.words("vi")
    assert "javarosa" not in found.message


CIRCLES: Sequence[Sheet] = (
    [("calculate", "b", None, "${c}"), ("calculate", "c", None, "${b}")],
    [("text", "b", "B", None, "${c} = 1"), ("text", "c", "C", None, "${b} = 1")],
    [("text", "b", "B", None, "${c} = 1"), ("calculate", "c", None, "${b}")],
    [("text", "b", "B", None, "${b} = 1")],
    [("begin_group", "g", "G", None, "${b} = 1"), ("text", "b", "B"), ("end_group", None, None)],
)


@pytest.mark.java
@pytest.mark.parametrize("rows", CIRCLES)
def test_a_designer_sees_which_questions_wait_for_each_other(rows: Sheet) -> None:
    """Where Java is found, whatever shape the circle has."""
    if missing := java_missing():
        pytest.skip(missing)
    (found,) = refused(workbook([HEAD, FINE, *rows]), validate=True)
    assert (found.sheet, found.row) == ("survey", 3)
    assert "phụ thuộc" in found.words("vi")


@pytest.mark.parametrize("rows", CIRCLES[:-1])
def test_an_office_without_java_is_told_of_a_circle_too(rows: Sheet) -> None:
    (found,) = refused(workbook([HEAD, FINE, *rows]))
    assert (found.sheet, found.row) == ("survey", 3)


def test_a_round_of_a_repeat_may_refer_to_itself_and_to_the_round_before() -> None:
    rows: Sheet = [
        ("begin_repeat", "r", "R"),
        ("integer", "n", "N"),
        ("calculate", "tong", None, "${n} + indexed-repeat(${tong}, ${r}, position(..) - 1)"),
        ("end_repeat", None, None),
    ]
    assert convert_xlsform(workbook([HEAD, FINE, *rows]), validate=False)


@pytest.mark.java
def test_java_is_used_where_it_is_found() -> None:
    if missing := java_missing():
        pytest.skip(missing)
    assert java_found()
    assert refused(workbook([HEAD, FINE, ("calculate", "c", None, "1 +* 2")]), validate=True)


@pytest.mark.parametrize(
    ("message", "sheet", "row", "column"),
    [
        (
            "[row : 7] On the 'choices' sheet, the 'list_name' value is bad.",
            "choices",
            7,
            "list_name",
        ),
        ("[row : 7] Missing calculation.", "survey", 7, "calculation"),
        ("There should be a choices sheet.", "", None, ""),
        ("[row : 3] [column : 'label::English (en)'] x", "survey", 3, "label::English (en)"),
    ],
)
def test_a_message_of_pyxform_is_taken_apart(
    message: str, sheet: str, row: int | None, column: str
) -> None:
    found = finding(message)
    assert (found.sheet, found.row, found.column) == (sheet, row, column)


@pytest.mark.parametrize("path", sorted(FORMS.glob("*/*.xlsx")), ids=lambda path: path.stem)
def test_every_form_of_the_library_converts_without_a_warning(path: Path) -> None:
    assert convert_xlsform(path.read_bytes(), validate=False).warnings == ()
