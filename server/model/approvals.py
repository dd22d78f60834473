"""What one person asks for and another must grant: a deletion, an export of many people's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.model.data_requests import Concern

ASKED_FOR = timedelta(days=14)
"""What nobody decides in this time has lapsed."""


class State(StrEnum):
    """``granted``: it may be done, or is being done; ``lapsed`` follows from the time and is kept
    nowhere."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    CARRIED_OUT = "carried_out"
    LAPSED = "lapsed"


# What comes of an approval later outweighs what was before, in whatever order it is heard of.
_RANK = {
    State.ASKED: 0,
    State.GRANTED: 1,
    State.REFUSED: 2,
    State.TAKEN_BACK: 2,
    State.CARRIED_OUT: 2,
}


@dataclass(frozen=True, slots=True)
class About:
    """``things`` are records and entries of registers; one without an id is the whole form or
    register, of which ``filters`` (of a list of records, as they stand in its address) leave a
    part. ``days``: for how long it may be done once it is granted, 0 for what is done at once."""

    things: tuple[Concern, ...]
    filters: tuple[tuple[str, str], ...] = ()
    days: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """``words`` are for whoever asked."""

    state: State
    by: str
    by_name: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Approval:
    """``act`` is a name of the table of acts; ``within`` the office that it is about with all above
    it, ``*`` first; ``lapses_at`` when it can no longer be granted or, where it was, be done."""

    id: str
    project: int
    act: str
    about: About
    within: tuple[str, ...]
    reason: str
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    lapses_at: datetime
    decision: Decision | None = None
    carried_out_at: datetime | None = None

    @property
    def office(self) -> str:
        return self.within[-1]

    @property
    def stored_state(self) -> State:
        if self.carried_out_at is not None:
            return State.CARRIED_OUT
        return self.decision.state if self.decision else State.ASKED

    @property
    def since(self) -> datetime:
        """When it came to be as it is."""
        decided_at = self.decision.at if self.decision else self.asked_at
        return self.carried_out_at or decided_at

    def is_after(self, other: Approval) -> bool:
        """Whether more has come of it, in whatever order one hears of both."""
        return _RANK[self.stored_state] > _RANK[other.stored_state]

    @property
    def waits_to_be_done(self) -> bool:
        """Granted, and the machine's to do."""
        return self.stored_state is State.GRANTED and not self.about.days

    def state(self, now: datetime) -> State:
        stored = self.stored_state
        ends = stored in (State.ASKED, State.GRANTED) and not self.waits_to_be_done
        return State.LAPSED if ends and now >= self.lapses_at else stored

    def covers(self, thing: Concern, filters: Mapping[str, str], now: datetime) -> bool:
        """Whether this may be done now: the whole that was granted, or a part of it."""
        return (
            self.state(now) is State.GRANTED
            and thing in self.about.things
            and all(filters.get(name) == value for name, value in self.about.filters)
        )
