"""That a single record is kept for longer than its form's rule says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Keeping:
    """To the end of the day ``until`` (``2027-11-30``; "" for no longer than the rule says), why,
    and who said so."""

    until: str
    reason: str
    by: str
    by_name: str
    at: datetime
