"""Counters, kept by counting a changed day anew (docs/decisions/0004)."""

from __future__ import annotations

from datetime import datetime, timedelta

from server.errors import DatabaseDown
from server.model.calendar import day_bounds, day_of
from server.model.counts import count_day
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.sequence import moment_of, seq_at
from server.storage.stores import Stores

COUNT = "count"  # the follow-up of a record whose day may be counted already
# The clocks of two processes of one house may differ a little.
_AHEAD = timedelta(minutes=1)
# From drawing a place in time to standing there; whatever takes longer is counted by a follow-up.
_LANDING = timedelta(minutes=2)
_RACES = 20


def recount_day(stores: Stores, key: FormKey, day: str) -> None:
    """Of two that count at once the slower one counts again: it may have read less."""
    start, end = day_bounds(day)
    for _ in range(_RACES):
        seen = stores.counters.round_of(key, day)
        found = stores.submissions.states(key, seq_at(start), seq_at(end))
        if stores.counters.put_day(key, count_day(day, found), seen):
            return
    raise DatabaseDown


def count_news(
    stores: Stores, key: FormKey, now: datetime, counted: frozenset[int] = frozenset()
) -> frozenset[int]:
    """Count the days on which something came in or changed since the last count, however long ago,
    or was about to land then.

    Given back is what was counted of that time, for the next call: without it a day would be
    counted over and over for as long as something may still land in it.
    """
    known = stores.counters.standing(key)
    landed, bottom = frozenset[int](), min(known.newest, seq_at(now - _LANDING))
    if stores.submissions.arrived_since(key, bottom):
        since = Filters(top=seq_at(now + _AHEAD), bottom=bottom)
        landed = frozenset(stores.submissions.places(key, since))
    news = {day_of(moment_of(seq)) for seq in landed - counted}
    for day in news | set(known.changed):
        recount_day(stores, key, day)
        if day in known.changed:
            stores.counters.forget_change(key, day, known.changed[day])
    return landed
