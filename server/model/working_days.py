"""Working days: what clocks of the law are counted in.

Monday to Friday, but for days on which the country or the centre rests; a Saturday that is worked
instead counts. All days are those of the centre's own zone (``server.model.calendar``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5
# A clock of twenty days never meets so many days off; who counts further has no calendar.
_LONGEST_REST = 60


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not what its weekday says. ``own``: the centre's, not the country's."""

    day: date
    works: bool
    vi: str
    en: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    special: Mapping[date, SpecialDay]

    @classmethod
    def of(cls, national: Iterable[SpecialDay], own: Iterable[SpecialDay] = ()) -> WorkCalendar:
        """What the centre says of a day stands before what the country says."""
        return cls({each.day: each for each in (*national, *own)})

    def works(self, day: date) -> bool:
        special = self.special.get(day)
        return special.works if special else day.weekday() < _SATURDAY

    def after(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, which itself is not counted."""
        rest = 0
        while count > 0:
            day += timedelta(days=1)
            works = self.works(day)
            rest = 0 if works else rest + 1
            if rest > _LONGEST_REST:
                return day
            count -= works
        return day

    def between(self, day: date, later: date) -> int:
        """How many working days ``later`` lies after ``day``; less than none when it lies
        before."""
        if later < day:
            return -self.between(later, day)
        span = (later - day).days
        return sum(self.works(day + timedelta(days=each)) for each in range(1, span + 1))
