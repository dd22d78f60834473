"""Counters, kept by counting a changed day anew (docs/decisions)."""

from __future__ import annotations

from datetime import datetime, timedelta

from server.model.calendar import day_bounds, day_of
from server.model.counts import count_day
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.sequence import moment_of, seq_at
from server.storage.stores import Stores

# The clocks of two processes of one house may differ a little.
_AHEAD = timedelta(minutes=1)


def recount_day(stores: Stores, key: FormKey, day: str) -> None:
    start, end = day_bounds(day)
    found = stores.submissions.states(key, seq_at(start), seq_at(end))
    stores.counters.put_day(key, count_day(day, found))


def recount_of(stores: Stores, key: FormKey, seq: int) -> None:
    """After something happened to the record with this seq."""
    recount_day(stores, key, day_of(moment_of(seq)))


def count_arrivals(stores: Stores, key: FormKey, now: datetime) -> None:
    """The days on which something came in since the last count, however long ago that was."""
    newest = stores.counters.newest(key)
    if not stores.submissions.arrived_since(key, newest):
        return
    since = Filters(top=seq_at(now + _AHEAD), bottom=newest)
    for day in {day_of(moment_of(seq)) for seq in stores.submissions.places(key, since)}:
        recount_day(stores, key, day)
