"""Which records a list shows, how many there are, and which of them waits longest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from server.errors import FormUnknown
from server.model.calendar import day_bounds, day_of
from server.model.counts import Counts
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.offices import tops
from server.model.records import WAITING, RecordLine, ReviewState
from server.model.scope import Scope
from server.model.sequence import seq_at
from server.processing.forms.shelf import Shelf
from server.processing.records.reading import Reading, reading_of
from server.storage.stores import Stores

LATE_DAYS = 5
# The clocks of two processes of one house may differ a little.
_AHEAD = timedelta(minutes=1)
# A few more than a page: what was counted may have been deleted or be out of sight.
_SPARE = 10
_PLENTY = 1000
_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Numbers:
    """``late`` ones came more than five days ago and were never looked at. ``last_day`` is "" for
    none."""

    total: int
    waiting: int
    late: int
    since_yesterday: int
    last_day: str


@dataclass(frozen=True, slots=True)
class Lists:
    """One form's records as one reader may see them, at one moment."""

    stores: Stores
    reading: Reading
    key: FormKey
    counts: Counts
    roots: frozenset[str]
    now: datetime

    def within(self, scope: Scope) -> Lists:
        """The same as another verb of theirs reaches it; what was counted is not asked again."""
        roots = tops(scope.on(self.key.form_id).offices, self.reading.shelf.offices())
        return replace(self, reading=replace(self.reading, scope=scope), roots=roots)

    def numbers(self) -> Numbers:
        """As counted; what came in a second ago may be missing."""
        late = day_of(self.now - timedelta(days=LATE_DAYS))
        count, roots = self.counts.number, self.roots
        return Numbers(
            total=count(roots),
            waiting=count(roots, WAITING),
            late=count(roots, (ReviewState.RECEIVED,), before=late),
            since_yesterday=count(roots, since=self.yesterday()),
            last_day=self.counts.last_day(roots),
        )

    def numbers_above(self, rows: Sequence[RecordLine]) -> Numbers:
        """With what is not counted yet where ``rows`` show some of it: the numbers above them do
        not contradict them."""
        counted = self.numbers()
        if not rows or rows[0].seq <= self.counts.newest:
            return counted
        fresh = Filters(top=self.top(), bottom=self.counts.newest + 1, cuts=())
        found = self._lines(fresh, _PLENTY)
        recent = sum(1 for each in found if day_of(each.at) >= self.yesterday())
        return replace(
            counted,
            total=counted.total + len(found),
            waiting=counted.waiting + sum(1 for each in found if each.review in WAITING),
            since_yesterday=counted.since_yesterday + recent,
            last_day=max(counted.last_day, day_of(rows[0].at)),
        )

    def yesterday(self) -> str:
        return day_of(self.now - timedelta(days=1))

    def top(self) -> int:
        """Above everything that came."""
        return seq_at(self.now + _AHEAD)

    def newest(self) -> RecordLine | None:
        return next(iter(self.page(Filters(top=self.top()), 1)), None)

    def page(self, filters: Filters, size: int) -> list[RecordLine]:
        """The newest that the filters leave. One of them more says that there is another page."""
        roots = frozenset((filters.office,)) if filters.office else self.roots
        states = filters.reviews or tuple(ReviewState)
        cuts = self.counts.cuts(roots, states, size + _SPARE) if self.counts.days else None
        asked = replace(filters, cuts=cuts)
        return self._lines(asked, size + 1)

    def all_lines(self, filters: Filters) -> Iterator[RecordLine]:
        """The same from page to page, each beginning where the one before ended: what comes in
        meanwhile moves nothing."""
        while True:
            found = self.page(filters, _AT_ONCE)
            yield from found[:_AT_ONCE]
            if len(found) <= _AT_ONCE:
                return
            filters = replace(filters, top=found[_AT_ONCE - 1].seq)

    def next_waiting(self, filters: Filters, after: int) -> RecordLine | None:
        """The next older one that waits, else the newest that does."""
        waiting = replace(filters, reviews=WAITING)
        for top in (min(after, filters.top), filters.top):
            found = self.page(replace(waiting, top=top), 1)
            others = [each for each in found if each.seq != after]
            if others:
                return others[0]
        return None

    def longest_waiting(self, state: ReviewState, most: int) -> list[RecordLine]:
        """Those in this state that came first, oldest first; as far as they were counted."""
        days = [each for each in self.counts.days if each.number(self.roots, (state,))]
        if not days:
            return []
        bottom = seq_at(day_bounds(days[-1].day)[0])
        cuts = self.counts.cuts(self.roots, (state,), most)
        # From the bottom up, a stretch at a time, until enough were found.
        found: list[RecordLine] = []
        for top in (*reversed(cuts), self.top()):
            filters = Filters(top=top, bottom=bottom, reviews=(state,), cuts=())
            lines = self._lines(filters, _PLENTY)
            found += reversed(lines)
            bottom = max(bottom, top)
            if len(found) >= most:
                break
        return found[:most]

    def _lines(self, filters: Filters, limit: int) -> list[RecordLine]:
        """With what this reader may see of each."""
        found = self.stores.submissions.lines(self.reading.scope, self.key, filters, limit)
        return [self.reading.line(each) for each in found]


def lists_of(stores: Stores, shelf: Shelf, scope: Scope, key: FormKey, now: datetime) -> Lists:
    """Raises FormUnknown, for a form of others too."""
    if not scope.sees_form(key.form_id):
        raise FormUnknown(form_id=key.form_id)
    roots = tops(scope.on(key.form_id).offices, shelf.offices())
    return Lists(
        stores, reading_of(shelf, scope, key), key, stores.counters.counts(key), roots, now
    )


def most_urgent(lines: Sequence[RecordLine], now: datetime) -> list[RecordLine]:
    """Late ones first, then what was sent again on request, then what has doubts; older first."""

    def rank(line: RecordLine) -> tuple[bool, bool, bool, int]:
        return (
            not is_late(line, now),
            line.review is not ReviewState.EDITED,
            not (line.issues or line.missing),
            line.seq,
        )

    return sorted(lines, key=rank)


def is_late(line: RecordLine, now: datetime) -> bool:
    return line.review is ReviewState.RECEIVED and day_of(line.at) < day_of(
        now - timedelta(days=LATE_DAYS)
    )
