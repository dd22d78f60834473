"""The records whose time is over, for the yearly look at what is still kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.model.calendar import day_of
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.records import Record
from server.model.retention import Retention, read_retention
from server.model.scope import Scope
from server.model.sequence import seq_at
from server.storage.stores import Stores

_MOST_READ = 5000


@dataclass(frozen=True, slots=True)
class Over:
    """``last_day`` was the last on which it was to be kept as it is."""

    record: Record
    last_day: date


def retention_of(stores: Stores, key: FormKey) -> Retention | None:
    entry = stores.forms.entry(key)
    return read_retention(entry.retention) if entry else None


def over(
    stores: Stores, scope: Scope, key: FormKey, at: datetime, *, top: int, most: int
) -> tuple[list[Over], int | None]:
    """Newest first, before ``top`` in the order of arrivals; what is erased is none of them. And
    where to look on, None for nowhere: for one page only so many records are read."""
    found, rule = list[Over](), retention_of(stores, key)
    if rule is None:
        return found, None
    today = date.fromisoformat(day_of(at))
    # Nothing younger is over: no month is shorter.
    old = seq_at(at - timedelta(days=28 * rule.months))
    records = stores.submissions.records(scope, key, Filters(top=min(top, old)))
    for read, record in enumerate(records, 1):
        last = rule.last_day(date.fromisoformat(day_of(record.at)), record.derived.answers)
        if record.erased is None and last is not None and last < today:
            found.append(Over(record, last))
        if len(found) == most or read == _MOST_READ:
            return found, record.seq
    return found, None
