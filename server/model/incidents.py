"""An incident with personal data: what happened, which accounts and phones it may have laid open,
and by when the specialised agency must hear of it.

Law 91/2025 and Decree 356/2025: within 72 hours of its being noticed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TELL_WITHIN = timedelta(hours=72)


class Deed(StrEnum):
    """What the centre did about it; ``closed`` ends it."""

    OPENED = "opened"
    AMENDED = "amended"
    NOTED = "noted"
    NOTIFIED = "notified"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of it. ``who`` are the accounts and phones that others may have had, from
    ``since`` until ``until`` (None: still), by their ids."""

    what: str
    place: str
    harm: str
    measures: str
    contact: str
    detected: datetime
    who: tuple[str, ...]
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Act:
    """``told`` is what was known then, where that was said anew."""

    deed: Deed
    note: str
    by: str
    by_name: str
    at: datetime
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """``id`` is drawn by lot, since it stands in addresses. The first act opened it."""

    id: str
    seq: int
    office: str
    within: tuple[str, ...]
    acts: tuple[Act, ...]

    @property
    def told(self) -> Told:
        """What was said last."""
        return [each.told for each in self.acts if each.told is not None][-1]

    @property
    def is_open(self) -> bool:
        return not any(each.deed is Deed.CLOSED for each in self.acts)

    @property
    def notified_at(self) -> datetime | None:
        """When the agency was told first."""
        told = (each.at for each in self.acts if each.deed is Deed.NOTIFIED)
        return min(told, default=None)

    @property
    def due(self) -> datetime:
        return self.told.detected + TELL_WITHIN

    def is_late(self, now: datetime) -> bool:
        """The agency has not been told, and should have been."""
        return self.is_open and self.notified_at is None and now > self.due
