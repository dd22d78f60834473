"""The records whose time is over, for the yearly look at what is still kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.model.calendar import day_bounds, day_of
from server.model.forms import FormKey
from server.model.records import RecordLine, ReviewState
from server.model.retention import Old, Retention, read_retention
from server.model.scope import Scope
from server.model.sequence import seq_at
from server.processing.forms.shelf import Shelf
from server.processing.records.reading import Reading, reading_of
from server.processing.records.record_lists import Lists
from server.storage.stores import Stores
from server.xforms.answers import name_of
from server.xforms.form import Path

_MOST_READ = 5000
_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Over:
    """``last_day`` was the last on which it was to be kept as it is; None where it would tell a
    reader when somebody was born who may not know it."""

    line: RecordLine
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Number:
    """``is_all``: nothing was left uncounted."""

    count: int
    is_all: bool


def retention_of(stores: Stores, key: FormKey) -> Retention | None:
    entry = stores.forms.entry(key)
    return read_retention(entry.retention) if entry else None


def over(
    stores: Stores,
    shelf: Shelf,
    scope: Scope,
    key: FormKey,
    at: datetime,
    *,
    top: int,
    most: int,
    photos: bool = False,
) -> tuple[list[Over], int | None]:
    """Newest first, before ``top`` in the order of arrivals, without what is erased or kept longer
    on purpose; or those of which the ``photos`` are over. And where to look on, None for nowhere:
    for one page only so many records are read."""
    found, rule = list[Over](), retention_of(stores, key)
    rule = rule.of_photos if rule and photos else rule
    if rule is None or not rule.has_end:
        return found, None
    reading = reading_of(shelf, scope, key)
    for read, old in enumerate(_old(stores, scope, key, rule, at, top), 1):
        last = last_day_over(rule, old, at)
        if last is not None and (old.photos or not photos):
            found.append(Over(reading.line(old.line), _told(reading, rule, old, last)))
        if len(found) == most or read == _MOST_READ:
            return found, old.line.seq
    return found, None


def last_day_over(rule: Retention, old: Old, at: datetime) -> date | None:
    """On which it was to be kept, where that is over."""
    today = day_of(at)
    last = rule.last_day(date.fromisoformat(day_of(old.line.at)), old.born)
    is_over = last is not None and last.isoformat() < today and old.kept_until < today
    return last if is_over else None


def _old(
    stores: Stores, scope: Scope, key: FormKey, rule: Retention, at: datetime, top: int
) -> Iterator[Old]:
    # Nothing younger is over: no month is shorter.
    youngest = seq_at(at - timedelta(days=28 * rule.months))
    return stores.keepings.old(scope, key, rule.born, top=min(top, youngest))


def _told(reading: Reading, rule: Retention, old: Old, last: date) -> date | None:
    return None if rule.born and reading.mask(old.line).hides(born_path(rule)) else last


def born_path(rule: Retention) -> Path:
    """Of its question for a date of birth."""
    return tuple(name_of(rule.born).split("/"))


def number_over(
    lists: Lists, rule: Retention, *, photos: bool = False, most_read: int = _MOST_READ
) -> Number:
    """How many are over by this rule, whether or not it is the form's, or the ``photos`` of how
    many; oldest first, as far as so many records tell."""
    rule = rule.of_photos if photos else rule
    if not rule.has_end:
        return Number(0, is_all=True)
    at, keepings = lists.now, lists.stores.keepings
    scope, key, today = lists.reading.scope, lists.key, day_of(at)
    days = [
        (each.day, number)
        for each in reversed(lists.counts.days)
        if (number := each.number(lists.roots, ReviewState))
        and (rule.born or _is_before(rule, each.day, today))
    ]
    count = read = 0
    for stretch in _stretches(days):
        if read >= most_read:
            return Number(count, is_all=False)
        top, bottom = seq_at(day_bounds(stretch[-1][0])[1]), seq_at(day_bounds(stretch[0][0])[0])
        found = keepings.old(scope, key, rule.born, top=top, bottom=bottom)
        count += sum(
            1
            for old in found
            if (old.photos or not photos) and last_day_over(rule, old, at) is not None
        )
        read += sum(number for _, number in stretch)
    return Number(count, is_all=True)


def _is_before(rule: Retention, day: str, today: str) -> bool:
    last = rule.last_day(date.fromisoformat(day), None)
    return last is not None and last.isoformat() < today


def _stretches(days: Sequence[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    """Days that follow each other, with about as many records as are read at once."""
    stretch, held = list[tuple[str, int]](), 0
    for day, number in days:
        stretch.append((day, number))
        held += number
        if held >= _AT_ONCE:
            yield stretch
            stretch, held = [], 0
    if stretch:
        yield stretch
