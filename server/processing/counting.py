"""Counters, kept by counting a changed day anew (docs/decisions)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from server.model.calendar import day_bounds, day_of
from server.model.forms import FormKey
from server.model.sequence import moment_of, seq_at
from server.storage.stores import Stores


def recount_day(stores: Stores, key: FormKey, day: str) -> int:
    """Count one day of one form; how many records it has."""
    start, end = day_bounds(day)
    counts: Counter[tuple[str, str]] = Counter()
    newest, number = 0, 0
    for seq, within, review in stores.submissions.states(key, seq_at(start), seq_at(end)):
        counts.update((office, review) for office in within)
        newest, number = max(newest, seq), number + 1
    stores.counters.put_day(key, day, counts, newest)
    return number


def recount_of(stores: Stores, key: FormKey, seq: int) -> None:
    """After something happened to the record with this seq."""
    recount_day(stores, key, day_of(moment_of(seq)))


def count_arrivals(stores: Stores, key: FormKey, now: datetime) -> None:
    """Yesterday and today, when something came in since the last count."""
    if stores.submissions.arrived_since(key, stores.counters.newest(key)):
        for day in (day_of(now - timedelta(days=1)), day_of(now)):
            recount_day(stores, key, day)
