"""Rows as CSV bytes: exact as ODK Central writes them, or safe to open in a spreadsheet (R63)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from exports.spool import Row

_CHUNK = 64 * 1024
_BOM = "\ufeff"
_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?\Z")

# What a spreadsheet drops before it looks at a cell: spaces, controls, zero-width marks.
_UNSEEN = r"[\s\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]*"
# The wide forms count: East Asian versions of Excel take them for the plain ones.
_SIGN = r"[=+\-@%＝＋－＠％]"
# A cell may start at a semicolon or a line too: Excel in a language that writes 2,5 splits there.
_FORMULA = re.compile(rf"(?:\A|(?<=[;\t\r\n]))(?={_UNSEEN}{_SIGN})|\A(?=[\t\r\n])")


def csv_bytes(rows: Iterable[Row], *, safe: bool) -> Iterator[bytes]:
    """UTF-8, LF, quotes where needed. The first row, the header, leaves at once."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if safe:
        text.write(_BOM)
    enough = 0
    for row in rows:
        writer.writerow([harmless(cell) for cell in row] if safe else row)
        if text.tell() > enough:
            yield _taken(text)
            enough = _CHUNK
    if text.tell():
        yield _taken(text)


def harmless(cell: str) -> str:
    """``cell`` with an apostrophe wherever a spreadsheet would start a formula. Numbers stay."""
    if _NUMBER.match(cell):
        return cell
    return _FORMULA.sub("'", cell)


def _taken(text: io.StringIO) -> bytes:
    data = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return data
