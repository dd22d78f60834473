"""For how long a form's records are kept as they are: data of each form, not a rule of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from server.model.records import RecordLine

_MONTHS = re.compile(r"(\d{1,3})")
_BIRTHDAY = re.compile(r"18\+(\d{1,2})\s+(\S{1,200})")
_OF_AGE = 18


@dataclass(frozen=True, slots=True)
class Retention:
    """So many ``months`` after a record came in; or, where ``born`` names a question for a date of
    birth (``g_tre/ngay_sinh``), until the eighteenth birthday and ``years`` more. A record that
    does not say when somebody was born is not over."""

    months: int = 0
    born: str = ""
    years: int = 0

    @property
    def text(self) -> str:
        return f"18+{self.years} {self.born}" if self.born else str(self.months)

    def last_day(self, came: date, said: object) -> date | None:
        """Of the time that it is kept, by what it said to ``born``; None where that cannot be
        told."""
        if not self.born:
            month = came.month - 1 + self.months
            return _on(came.year + month // 12, month % 12 + 1, came.day)
        try:
            birth = date.fromisoformat(said) if isinstance(said, str) else None
        except ValueError:
            return None
        return birth and _on(birth.year + _OF_AGE + self.years, birth.month, birth.day)


@dataclass(frozen=True, slots=True)
class Old:
    """What a rule asks of a record that came long ago: what it said to the rule's question for a
    date of birth, and until when somebody keeps it all the same ("" for nobody)."""

    line: RecordLine
    born: object
    kept_until: str


def read_retention(text: str) -> Retention | None:
    """``60`` or ``18+5 g_tre/ngay_sinh``; None for what says neither."""
    bare = text.strip()
    months = _MONTHS.fullmatch(bare)
    if months and int(months[1]):
        return Retention(months=int(months[1]))
    birthday = _BIRTHDAY.fullmatch(bare)
    return Retention(born=birthday[2], years=int(birthday[1])) if birthday else None


def _on(year: int, month: int, day: int) -> date:
    """The last of the month where it has no such day; never ends after the last year there is."""
    year = min(year, date.max.year)
    for each in range(day, 27, -1):
        try:
            return date(year, month, each)
        except ValueError:
            continue
    return date(year, month, min(day, 28))
