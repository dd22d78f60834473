"""Counters, kept by counting a changed day anew (docs/decisions/0004)."""

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


def count_news(stores: Stores, key: FormKey, now: datetime) -> None:
    """The days on which something came in or changed since the last count, however long ago."""
    known = stores.counters.standing(key)
    days = set(known.changed)
    if stores.submissions.arrived_since(key, known.newest):
        since = Filters(top=seq_at(now + _AHEAD), bottom=known.newest)
        days |= {day_of(moment_of(seq)) for seq in stores.submissions.places(key, since)}
    for day in days:
        recount_day(stores, key, day)
        if day in known.changed:
            stores.counters.forget_change(key, day, known.changed[day])
