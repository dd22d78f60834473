"""The access log as a table, and what somebody saw as another."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from exports.csv_text import csv_bytes
from server.model.audit import Entry, Logged
from server.model.calendar import ZONE

_HEAD = (
    "number",
    "at",
    "act",
    "who",
    "who_id",
    "kind",
    "office",
    "from",
    "route",
    "verb",
    "things",
    "listed",
    "count",
    "asked",
    "why",
    "again",
    "seal",
)


def access_log(entries: Iterable[Logged], may_name: Callable[[Entry], bool]) -> Iterator[bytes]:
    """``may_name`` says of which entries the reader may know what they are about."""
    return csv_bytes(_rows(entries, may_name), safe=True)


def sights(rows: Iterable[tuple[str, str, str, str, int]]) -> Iterator[bytes]:
    head = ("thing", "how", "first", "last", "times")
    said = ((*texts, str(times)) for *texts, times in rows)
    return csv_bytes(iter((head, *said)), safe=True)


def _rows(
    entries: Iterable[Logged], may_name: Callable[[Entry], bool]
) -> Iterator[tuple[str, ...]]:
    yield _HEAD
    for each in entries:
        entry, who = each.entry, each.entry.who
        named = may_name(entry)
        yield (
            str(each.number),
            entry.at.astimezone(ZONE).isoformat(timespec="seconds"),
            entry.act.value,
            who.name if who else "",
            who.id if who else "",
            who.kind if who else "",
            (who.office or "") if who else "",
            entry.origin,
            entry.route,
            entry.verb,
            " ".join(entry.things) if named else "",
            " ".join(entry.shown) if named else "",
            str(entry.count or ""),
            json.dumps({**entry.given, **entry.asked}, ensure_ascii=False) if named else "",
            entry.why if named else "",
            str(entry.again or ""),
            each.seal,
        )
