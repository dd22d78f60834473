"""Rows as CSV bytes: exact as ODK Central writes them, or safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from exports.harmless import harmless
from exports.spool import Row

_CHUNK = 64 * 1024
# Without it Excel reads Vietnamese letters by the machine's old code page.
_BOM = "\ufeff"


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


def _taken(text: io.StringIO) -> bytes:
    data = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return data
