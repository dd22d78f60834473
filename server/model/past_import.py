"""A file of units that was taken in, as it is remembered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.model.offices import Office


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of one unit before and after the file."""

    before: Office
    after: Office


@dataclass(frozen=True, slots=True)
class PastImport:
    """``new`` are the codes of units that the file added; ``undone_by`` is "" until it is."""

    id: str
    at: datetime
    by: str
    new: tuple[str, ...]
    changed: tuple[Said, ...]
    undone_by: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """All units that it speaks of."""
        return (*self.new, *(each.after.code for each in self.changed))
