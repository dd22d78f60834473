"""A register's file as people keep it: a CSV, or the first sheet of a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

from openpyxl import load_workbook

from server.errors import NotUnderstood
from server.xforms.spreadsheet import is_bomb
from server.xforms.values import nfc

MOST_ROWS = 100_000
_LAST_ROW = 1_048_576  # of a sheet in Excel; a file may say that it has more
_ZIP = b"PK\x03\x04"

Line = dict[str, str]


def read_lines(data: bytes) -> list[Line]:
    """A mapping by column for each line that says anything. Raises NotUnderstood."""
    rows = _workbook_rows(data) if data.startswith(_ZIP) else _csv_rows(data)
    names = [each.strip() for each in next(rows, [])]
    if "label" not in names and "name" not in names:
        raise NotUnderstood(
            why_vi="dòng đầu của tệp phải có cột “label” hoặc “name”.",
            why_en="the file's first line must have a column “label” or “name”.",
        )
    if odd := next((each for each in names if not each.isprintable()), None):
        raise NotUnderstood(
            why_vi=f"tên cột {odd!a} có ký tự điều khiển.",
            why_en=f"the column name {odd!a} has control characters.",
        )
    twice = {each for each in names if each and names.count(each) > 1}
    if twice:
        raise NotUnderstood(
            why_vi=f"cột “{min(twice)}” có hai lần.",
            why_en=f"the column “{min(twice)}” is there twice.",
        )
    lines: list[Line] = []
    for row in rows:
        line = {name: value for name, value in zip(names, row, strict=False) if name}
        if any(line.values()):
            lines.append(line)
        if len(lines) > MOST_ROWS:
            raise NotUnderstood(
                why_vi=f"tệp có quá {MOST_ROWS} dòng.",
                why_en=f"the file has more than {MOST_ROWS} lines.",
            )
    return lines


def _csv_rows(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
        head = text.partition("\n")[0]
        # Excel writes what the computer's region wants.
        mark = max((",", ";", "\t"), key=head.count)
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
            yield [nfc(each.strip()) for each in row]
    except (UnicodeDecodeError, csv.Error):
        raise NotUnderstood(
            why_vi="tệp không phải là CSV bảng mã UTF-8 hay XLSX.",
            why_en="the file is neither a CSV in UTF-8 nor an XLSX.",
        ) from None


def _workbook_rows(data: bytes) -> Iterator[list[str]]:
    if is_bomb(data):
        raise NotUnderstood(
            why_vi="tệp quá lớn. Hãy xóa các dòng và trang tính không dùng đến, rồi lưu lại.",
            why_en="the file is too large. Delete the rows and sheets that nobody needs and save "
            "it again.",
        )
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # programs write there what is not so: rows would be left out
        for row in islice(sheet.iter_rows(values_only=True), _LAST_ROW):
            yield [_cell(each) for each in row]
    except Exception:
        # A damaged workbook shows itself anywhere, and as whatever its reader stumbled over.
        raise NotUnderstood(
            why_vi="không mở được tệp Excel này.", why_en="this workbook cannot be opened."
        ) from None


def _cell(value: object) -> str:
    """As a person typed it: no time behind a day, no fraction behind a whole number."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return nfc(str(value).strip())
