"""A designer's spreadsheet becomes a form, or the cell that prevents it is named."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from server.xforms.read_form import read_form
from server.xforms.xlsform import Finding, FormRejected, convert_xlsform, finding, java_found
from tests.javarosa.filler import FORMS, java_missing

Sheet = Sequence[Sequence[str | None]]
HEAD = ("type", "name", "label", "calculation", "relevant")
FINE = ("text", "ten", "Tên")


def workbook(survey: Sheet, **sheets: Sheet) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    settings: Sheet = (("form_title", "form_id", "version"), ("Thăm", "tham", "1"))
    for name, rows in {"survey": survey, "settings": settings, **sheets}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def refused(data: bytes, *, validate: bool = False) -> list[Finding]:
    with pytest.raises(FormRejected) as rejected:
        convert_xlsform(data, validate=validate)
    assert str(rejected.value)
    return list(rejected.value.findings)


def test_a_good_spreadsheet_becomes_a_form() -> None:
    converted = convert_xlsform(workbook([HEAD, FINE]), validate=False)
    assert read_form(converted.xform).form_id == "tham"
    assert converted.warnings == ()


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (("text", "ten", "Lại"), "name", "'ten'"),
        (("txet", "a", "A"), "type", "Unknown question type"),
        (("text", "a b", "A"), "name", "Names must begin"),
        (("text", "a", None), "name", "no label"),
        (("text", "a", "A", "", "${zz} = 1"), "relevant", "'zz'"),
        (("calculate", "a", None, ""), "", "Missing calculation"),
        (("begin_group", "g", "G"), "", "Unmatched"),
        (("text", None, "A"), "", "no name"),
    ],
)
def test_a_designer_is_told_sheet_row_and_column(
    row: Sequence[str | None], column: str, words: str
) -> None:
    (found,) = refused(workbook([HEAD, FINE, row]))
    assert (found.sheet, found.row, found.column) == ("survey", 3, column)
    assert words in found.message
    assert str(found).startswith("[survey, row 3")


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
@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (("calculate", "c", None, "1 +* 2"), "calculate", "1 +* 2"),
        (("text", "c", "C", None, "khong_co()"), "", "Error evaluating field 'c'"),
    ],
)
def test_what_a_phone_could_not_run_is_found_before_it_gets_there(
    row: Sequence[str | None], column: str, words: str
) -> None:
    if missing := java_missing():
        pytest.skip(missing)
    found = refused(workbook([HEAD, FINE, row]), validate=True)
    assert (found[0].sheet, found[0].row, found[0].column) == ("survey", 3, column)
    assert words in found[0].message
    assert not any("org.javarosa" in each.message or "more" in each.message for each in found)


@pytest.mark.java
def test_a_designer_sees_which_calculations_wait_for_each_other() -> None:
    if missing := java_missing():
        pytest.skip(missing)
    rows = [HEAD, FINE, ("calculate", "b", None, "${c}"), ("calculate", "c", None, "${b}")]
    found = refused(workbook(rows), validate=True)
    assert {(each.row, each.message) for each in found} >= {(3, "${b}"), (4, "${c}")}


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
        ("[row : 7] Missing calculation.", "survey", 7, ""),
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
