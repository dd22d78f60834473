"""For how long a form's records are kept as they are: data of each form, not a rule of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from server.model.records import RecordLine

_MONTHS = re.compile(r"(\d{1,3})")
_PHOTOS = re.compile(r"(?:(.*\S)\s+)?photos\s+(\d{1,3})")
_BIRTHDAY = re.compile(r"18\+(\d{1,2})\s+(\S{1,200})")
_OF_AGE = 18


@dataclass(frozen=True, slots=True)
class Retention:
    """So many ``months`` after a record came in; or, where ``born`` names a question for a date of
    birth (``g_tre/ngay_sinh``), until the eighteenth birthday and ``years`` more. A record that
    does not say when somebody was born is not over. ``photos`` are the months for which its photos
    are kept. No months are no end."""

    months: int = 0
    born: str = ""
    years: int = 0
    photos: int = 0

    @property
    def text(self) -> str:
        whole = f"18+{self.years} {self.born}" if self.born else str(self.months or "")
        return f"{whole} photos {self.photos}".strip() if self.photos else whole

    @property
    def has_end(self) -> bool:
        """Of the records themselves."""
        return bool(self.months or self.born)

    @property
    def of_photos(self) -> Retention:
        return Retention(months=self.photos)

    def last_day(self, came: date, said: object) -> date | None:
        """Of the time that it is kept, by what it said to ``born``; None where that cannot be
        told."""
        if not self.has_end:
            return None
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
    date of birth, until when somebody keeps it all the same ("" for nobody), and how many pictures
    it has; where its photos were erased, those that came since."""

    line: RecordLine
    born: object
    kept_until: str
    photos: int


def read_retention(text: str) -> Retention | None:
    """``60`` or ``18+5 g_tre/ngay_sinh``, either with ``photos 24`` behind it, or that alone; None
    for what says none of it."""
    bare = text.strip()
    photos = _PHOTOS.fullmatch(bare)
    if photos is None:
        return _whole(bare)
    months, whole = int(photos[2]), _whole(photos[1]) if photos[1] else Retention()
    return replace(whole, photos=months) if whole and months else None


def _whole(text: str) -> Retention | None:
    months = _MONTHS.fullmatch(text)
    if months and int(months[1]):
        return Retention(months=int(months[1]))
    birthday = _BIRTHDAY.fullmatch(text)
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
