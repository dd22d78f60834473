"""How long whoever guesses is made to wait. Nobody is shut out for good by what others try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(minutes=15)
# After the last wrong try; then everything begins anew.
REMEMBERED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries under one key, for an account, a device or an address."""

    count: int
    last_at: datetime

    def counts(self, now: datetime) -> bool:
        """Not from long ago, nor from a day that a wrong clock made up."""
        return abs(now - self.last_at) < REMEMBERED

    def pause(self, free: int, now: datetime) -> timedelta:
        """What is left of the pause after ``free`` tries; it doubles with each more."""
        over = self.count - free
        if over < 0:
            return timedelta()
        doublings = min(over, 10)  # far beyond the longest pause
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << doublings))
        return max(timedelta(), self.last_at + pause - now)
