"""Collect's interview logs (``audit.csv`` of each record) as one table, with the record's id."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

COLUMNS = (
    "event",
    "node",
    "start",
    "end",
    "latitude",
    "longitude",
    "accuracy",
    "old-value",
    "new-value",
    "user",
    "change-reason",
)
HEAD = ("instance ID", *COLUMNS)


def events(instance_id: str, log: BinaryIO) -> Iterator[list[str]]:
    """The rows of one log. Columns that this phone did not write are empty."""
    text = io.TextIOWrapper(log, encoding="utf-8-sig", errors="replace", newline="")
    rows = csv.reader(text)
    try:
        names = [name.strip() for name in next(rows, [])]
        places = [names.index(column) if column in names else None for column in COLUMNS]
        for row in rows:
            if any(row):
                yield [instance_id, *(_cell(row, place) for place in places)]
    except csv.Error:
        # A phone's odd file must not cost everybody the export; that something is wrong must show.
        yield [instance_id, "unreadable log", *[""] * (len(COLUMNS) - 1)]


def _cell(row: list[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""
