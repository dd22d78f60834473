"""Against guessing of passwords and codes, over all processes and restarts.

An account bears ten wrong tries, then a pause that doubles up to a quarter of an hour: a hundred
guesses a day, however many computers take part. Who has signed in on a device before is counted
apart there, so that strangers' tries never shut the owner out. An address bears fifty tries over
all accounts. Only wrong tries are written.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from server.errors import TooManyTries
from server.model.guesses import REMEMBERED, Tries
from server.storage.stores import Stores

log = logging.getLogger(__name__)

_FREE_FOR_ACCOUNT = 10
_FREE_FOR_ADDRESS = 50
# In an hour, over the whole house: more than forgetful people make.
_ALARM = 100
_ALARM_HOURS = 24


@dataclass(frozen=True, slots=True)
class Attempt:
    """``counted`` are the keys under which a wrong one counts; ``own`` is cleared by a right one,
    where something is counted there."""

    counted: tuple[str, ...]
    own: str
    is_counted: bool
    house_count: int


class Guesses:
    def __init__(self, stores: Stores, clock: Callable[[], datetime]) -> None:
        self._tries, self._clock = stores.tries, clock

    def begin(self, what: str, who: str, address: str, device: str = "") -> Attempt:
        """Before a guess at ``what`` is looked at. ``device`` names one on which ``who`` was signed
        in before. Raises TooManyTries."""
        now = self._clock()
        own = _key(what, who, device)
        from_there = _key("address", address)
        house = _hour(now)
        found = self._remembered((own, from_there, house), now)
        limits = (
            {own: _FREE_FOR_ACCOUNT}
            if device
            else {
                own: _FREE_FOR_ACCOUNT,
                from_there: _FREE_FOR_ADDRESS,
            }
        )
        waits = [found[key].pause(free, now) for key, free in limits.items() if key in found]
        if any(waits):
            raise TooManyTries(minutes=ceil(max(waits) / timedelta(minutes=1)))
        return Attempt(
            counted=(*limits, house),
            own=own,
            is_counted=own in found,
            house_count=found[house].count if house in found else 0,
        )

    def _remembered(self, keys: tuple[str, ...], now: datetime) -> Mapping[str, Tries]:
        """Without those of long ago: the database clears them away in its own time."""
        found = self._tries.of(keys)
        for key in [key for key, tries in found.items() if not tries.counts(now)]:
            self._tries.forget(key)
        return {key: each for key, each in found.items() if each.counts(now)}

    def was_wrong(self, attempt: Attempt) -> None:
        now = self._clock()
        self._tries.count(attempt.counted, now, now + REMEMBERED)
        if attempt.house_count + 1 == _ALARM:
            log.warning("%s failed sign-ins within this hour", _ALARM)

    def was_right(self, attempt: Attempt) -> None:
        if attempt.is_counted:
            self._tries.forget(attempt.own)

    def alarm(self) -> int:
        """Wrong tries in the house in the worst hour of the last day, where they are too many."""
        now = self._clock()
        hours = [_hour(now - timedelta(hours=each)) for each in range(_ALARM_HOURS)]
        worst = max((each.count for each in self._tries.of(hours).values()), default=0)
        return worst if worst >= _ALARM else 0


def _key(*parts: str) -> str:
    """Short, however long a name somebody makes up, and without the name."""
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()


def _hour(at: datetime) -> str:
    return f"house {at:%Y-%m-%dT%H}"
