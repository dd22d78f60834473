"""Lists with people's full names that a designer attaches to a form: phones get such a file as it
is, while a register's names stand in short (docs/decisions/0024)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from server.model.names_in_text import is_whole_name
from server.model.short_names import usual_names

_ENDING = ".csv"
_ROWS = 500  # enough to know a list by


def warnings_of(files: Iterable[tuple[str, bytes]]) -> Iterator[str]:
    """For the designer, as ``plain_rules`` knows it: one for each file with such columns."""
    for name, data in files:
        if name.lower().endswith(_ENDING):
            columns = _columns_of_names(data)
            if columns:
                yield f"{_about(name)}{', '.join(columns)}"


def warned_anew(warnings: Iterable[str], name: str, data: bytes | None) -> tuple[str, ...]:
    """What a form's are with this file in the place of another, or of none; None for no file."""
    others = (each for each in warnings if not each.startswith(_about(name)))
    return (*others, *(warnings_of([(name, data)]) if data is not None else ()))


def _about(name: str) -> str:
    return f"full names in '{name}': "


def _columns_of_names(data: bytes) -> list[str]:
    text = data.decode("utf-8-sig", errors="replace")
    try:
        rows = list(islice(csv.DictReader(io.StringIO(text, newline="")), _ROWS))
    except csv.Error:
        return []
    columns = [each for each in (rows[0] if rows else ()) if each]
    usual = usual_names(columns)
    return [each for each in columns if _holds_names(rows, each, likely=each in usual)]


def _holds_names(rows: Iterable[Mapping[str, object]], column: str, *, likely: bool) -> bool:
    """Where its own name says so one is enough, else half of what is there."""
    said = [text for row in rows if isinstance(text := row.get(column), str) and text.strip()]
    if likely:
        return any(" " in each.strip() for each in said)
    names = sum(map(is_whole_name, (each.partition("(")[0] for each in said)))
    return names > 0 and names * 2 >= len(said)
