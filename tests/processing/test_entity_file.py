"""A register's workbook says of itself what is not so."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from server.errors import NotUnderstood
from server.processing.registers.entity_file import read_lines
from server.xforms.findings import FormRejected
from server.xforms.spreadsheet import read_spreadsheet
from tests.sheets import workbook_of

SHEETS = {"so": [["label", "thon"], ["Bé Na", "Khu 1"], ["Bé Mai", "Khu 2"]]}
LINES = [{"label": "Bé Na", "thon": "Khu 1"}, {"label": "Bé Mai", "thon": "Khu 2"}]


def with_sheet(change: re.Pattern[str], to: str) -> bytes:
    """The workbook with something else in its first sheet."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook_of(SHEETS))) as read,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in read.namelist():
            content = read.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text, found = change.subn(to, content.decode(), count=1)
                assert found
                content = text.encode()
            written.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("said", ["A1", "A1:B2", "A1:XFD1048576"])
def test_all_its_rows_are_read_whatever_size_it_says_it_has(said: str) -> None:
    changed = with_sheet(re.compile(r'<dimension ref="[^"]*" ?/>'), f'<dimension ref="{said}"/>')
    assert read_lines(changed) == LINES


def test_a_row_beyond_all_sheets_is_not_walked_to() -> None:
    far = with_sheet(re.compile(r'<row r="3"'), '<row r="99999999999999999"')
    assert read_lines(far) == LINES[:1]


def test_what_unfolds_to_more_than_anybody_fills_is_opened_neither_as_register_nor_as_form() -> (
    None
):
    bomb = with_sheet(re.compile("</sheetData>"), "<row/>" * 9_000_000 + "</sheetData>")
    assert len(bomb) < 500_000
    with pytest.raises(NotUnderstood, match="too large"):
        read_lines(bomb)
    with pytest.raises(FormRejected):
        read_spreadsheet(bomb)
