"""How many records a form has, by day, office subtree and review state; and where they lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.model.records import ReviewState

# A mark stands at every fiftieth record of a day, at most so many a day.
_BETWEEN_MARKS = 50
_MOST_MARKS = 200


@dataclass(frozen=True, slots=True)
class CountedDay:
    """``day`` is ``2026-11-24`` in the centre's zone; ``counts`` records by office subtree and
    review state. ``marks`` are the ``seq`` of records about evenly apart, newest first; the last is
    the day's oldest. ``newest`` is 0 for a day without records."""

    day: str
    counts: Mapping[str, Mapping[str, int]]
    newest: int
    marks: tuple[int, ...]

    def number(self, roots: Iterable[str], states: Iterable[ReviewState]) -> int:
        wanted = tuple(states)
        return sum(
            self.counts.get(root, {}).get(state.value, 0) for root in roots for state in wanted
        )


@dataclass(frozen=True, slots=True)
class CountedMonth:
    """``month`` is ``2026-11``; the rest as of its days."""

    month: str
    counts: Mapping[str, Mapping[str, int]]

    def states(self, office: str) -> tuple[int, ...]:
        """How many records there are in each review state, in their order."""
        found = self.counts.get(office, {})
        return tuple(max(0, found.get(state.value, 0)) for state in ReviewState)


@dataclass(frozen=True, slots=True)
class Counts:
    """A form's counted days, newest first. Roots of office subtrees must not overlap."""

    days: tuple[CountedDay, ...] = ()

    @property
    def newest(self) -> int:
        """The last record counted, whatever its office; 0 for none."""
        return max((each.newest for each in self.days), default=0)

    def number(
        self,
        roots: frozenset[str],
        states: Iterable[ReviewState] = ReviewState,
        *,
        since: str = "",
        before: str = "~",
    ) -> int:
        """Records of the days from ``since`` on, ``before`` left out."""
        wanted = tuple(states)
        return sum(each.number(roots, wanted) for each in self.days if since <= each.day < before)

    def last_day(self, roots: frozenset[str]) -> str:
        """The newest day with a record, "" for none."""
        return next((each.day for each in self.days if each.number(roots, ReviewState)), "")

    def cuts(
        self, roots: frozenset[str], states: Iterable[ReviewState], page: int
    ) -> tuple[int, ...]:
        """``seq`` bounds, newest first: from one to the next lies about a ``page`` of records."""
        wanted, expected = tuple(states), 0.0
        found: list[int] = []
        for day in self.days:
            share = day.number(roots, wanted) / max(1, len(day.marks))
            for mark in day.marks:
                expected += share
                if expected >= page:
                    found.append(mark)
                    expected = 0.0
        return tuple(found)


def count_day(day: str, records: Iterable[tuple[int, tuple[str, ...], str]]) -> CountedDay:
    """``records`` as (seq, within, review state)."""
    counts: dict[str, Counter[str]] = {}
    seqs: list[int] = []
    for seq, within, review in records:
        seqs.append(seq)
        for office in within:
            counts.setdefault(office, Counter())[review] += 1
    seqs.sort(reverse=True)
    step = max(_BETWEEN_MARKS, -(-len(seqs) // _MOST_MARKS))
    marks = dict.fromkeys((*seqs[step - 1 :: step], *seqs[-1:]))
    return CountedDay(day, counts, seqs[0] if seqs else 0, tuple(marks))


def count_month(month: str, days: Iterable[CountedDay]) -> CountedMonth:
    counts: dict[str, Counter[str]] = {}
    for each in days:
        for office, numbers in each.counts.items():
            counts.setdefault(office, Counter()).update(numbers)
    return CountedMonth(month, counts)
