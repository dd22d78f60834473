"""What was erased for ever: who a record was about. What it counts for stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Word:
    """By whose word, and why; the two people's names."""

    asked_by: str
    granted_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class OnceNamed:
    """An entry of a register that the record had a say in: from its version number ``since`` on,
    and whether it made it. What it said is gone."""

    list: str
    id: str
    since: int
    creates: bool


@dataclass(frozen=True, slots=True)
class Erasure:
    """The mark that stays on an erased record, so that nothing brings back what it held."""

    at: datetime
    word: Word
    entries: tuple[OnceNamed, ...] = ()
