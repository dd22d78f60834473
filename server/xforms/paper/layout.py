"""A form → what stands on its paper, from top to bottom, as values that any printer draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Space(StrEnum):
    """What is left free for an answer."""

    LINE = "line"
    LINES = "lines"
    SQUARES = "squares"
    DATE = "date"
    MONTH = "month"
    YEAR = "year"
    TIME = "time"
    MOMENT = "moment"
    CHOICES = "choices"
    PLACE = "place"
    SIGNATURE = "signature"
    NAMED = "named"  # the name or number of a photo or file
    NOTHING = "nothing"


_PATTERNS: Mapping[Space, str] = {
    Space.DATE: "##/##/####",
    Space.MONTH: "##/####",
    Space.YEAR: "####",
    Space.TIME: "##:##",
    Space.MOMENT: "##/##/#### ##:##",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """``squares`` are for as many digits; ``captions`` stand before the lines they name."""

    space: Space
    choices: tuple[str, ...] = ()
    several: bool = False
    squares: int = 0
    captions: tuple[str, ...] = ()

    @property
    def pattern(self) -> str:
        """``##/##/####``: a square for each digit, and what stands between them."""
        return _PATTERNS.get(self.space, "#" * self.squares)

    @property
    def columns(self) -> int:
        """How many choices stand side by side."""
        longest = max(map(len, self.choices), default=0)
        return 1 if longest > 44 else 2 if longest > 28 else 3 if longest > 18 else 4


@dataclass(frozen=True, slots=True)
class Question:
    """``notes`` say when it is asked, what it accepts and how it is answered."""

    number: int
    label: str
    hint: str
    notes: tuple[str, ...]
    required: bool
    answer: Answer


@dataclass(frozen=True, slots=True)
class Text:
    """Words to be read: a note of the form."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    title: str
    level: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A short repeat: a column for each question, an empty row for each round."""

    questions: tuple[Question, ...]
    rows: int


Item = Question | Text | Heading | Table


@dataclass(frozen=True, slots=True)
class Paper:
    """``mark`` is the text of the QR code; ``words`` of the paper besides ``items`` are in
    ``language`` as well."""

    form_id: str
    version: str
    title: str
    language: str
    legend: str
    about: str
    mark: str
    items: tuple[Item, ...]
