"""What is shared no more since somebody asked for it: withdrawn, restricted or objected to.

It stays, since the law may still ask for it, and whoever answers for its office still reads it; no
export, no list of a program and no phone of another office gets it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

RECORDS = "records"
LISTS = "lists"


@dataclass(frozen=True, slots=True)
class Target:
    """A record (``records``, a form's key as text, an instance id) or an entry of a register
    (``lists``, a list's key as text, a UUID)."""

    kind: str
    key: str
    id: str


@dataclass(frozen=True, slots=True)
class Withholding:
    """One act: ``kept_back`` says whether it is shared no more, or again; ``since`` is the day on
    which it was asked for, by ``request``."""

    kept_back: bool
    reason: str
    since: date
    request: str
    by: str
    by_name: str
    at: datetime


def is_kept_back(acts: Sequence[Withholding]) -> bool:
    """What was said last holds."""
    return max(acts, key=lambda each: each.at).kept_back if acts else False
