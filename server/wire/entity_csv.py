"""An entity list as ODK Collect reads it (collect.md §6.1): ``name,label,__version`` and a column
for each property; UTF-8 without a mark, a line for each entity.

Collect gives up on the whole list for one row without a label, so none is without.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from server.model.entities import EntityRow

SYSTEM = ("name", "label", "__version")
_AT_ONCE = 500


def entity_csv(columns: Sequence[str], rows: Iterable[EntityRow]) -> Iterator[bytes]:
    """The file in pieces of some hundred lines; ``columns`` are the properties."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*SYSTEM, *columns))
    for number, row in enumerate(rows, start=1):
        data = row.data
        label = " ".join(row.label.split()) or row.id
        writer.writerow((row.id, label, row.version, *(_line(data.get(c, "")) for c in columns)))
        if number % _AT_ONCE == 0:
            yield _taken(text)
    yield _taken(text)


def _line(value: str) -> str:
    """Collect's reader stumbles over a carriage return (collect.md §9.40)."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value


def _taken(text: io.StringIO) -> bytes:
    data = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return data
