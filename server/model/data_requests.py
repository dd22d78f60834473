"""What a person asks about the data that are held of them, and by when the centre must act.

Law 91/2025 and Decree 356/2025: a first answer within two working days, then the wish itself within
a term that depends on it, longer where others process the data too. For a reason that is told it is
extended once, by no more than the term has where nobody else processes the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from server.model.working_days import WorkCalendar


class Wish(StrEnum):
    SEE = "see"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    RESTRICT = "restrict"
    OBJECT = "object"
    ERASE = "erase"


class Standing(StrEnum):
    """In whose name somebody asks."""

    SELF = "self"
    REPRESENTATIVE = "representative"
    OTHER = "other"


class Deed(StrEnum):
    """What the centre did about it. ``stopped`` and ``resumed`` are about sharing what it concerns;
    the last three end it."""

    RECEIVED = "received"
    ANSWERED = "answered"
    EXTENDED = "extended"
    NOTED = "noted"
    STOPPED = "stopped"
    RESUMED = "resumed"
    DONE = "done"
    PARTLY = "partly"
    REFUSED = "refused"


ENDS = frozenset((Deed.DONE, Deed.PARTLY, Deed.REFUSED))
_ONCE = frozenset((Deed.ANSWERED, Deed.EXTENDED))

ANSWER_DAYS = 2
# (days, days where others process the data too), in working days.
TERMS: Mapping[Wish, tuple[int, int]] = {
    Wish.SEE: (10, 10),
    Wish.CORRECT: (10, 10),
    Wish.WITHDRAW: (15, 20),
    Wish.RESTRICT: (15, 20),
    Wish.OBJECT: (15, 20),
    Wish.ERASE: (20, 20),
}


# What is done as asked only when sharing has stopped.
_STOPPING = frozenset((Wish.WITHDRAW, Wish.RESTRICT, Wish.OBJECT))


@dataclass(frozen=True, slots=True)
class Concern:
    """A record or an entry of a register that a request is about: ``kind`` is ``records`` or
    ``lists``, as in their addresses; ``name`` the form or register."""

    kind: str
    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Act:
    deed: Deed
    note: str
    concerns: tuple[Concern, ...]
    by: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked, as it was asked. ``about`` is whose data they are, ``arrived`` the day from
    which clocks run."""

    wish: Wish
    arrived: date
    asker: str
    standing: Standing
    about: str
    contact: str
    words: str
    processors: bool


@dataclass(frozen=True, slots=True)
class DataRequest:
    """``id`` is drawn by lot, since it stands in addresses. The first act received it."""

    id: str
    seq: int
    office: str
    within: tuple[str, ...]
    wanted: Wanted
    acts: tuple[Act, ...]

    @property
    def is_open(self) -> bool:
        return not any(each.deed in ENDS for each in self.acts)

    @property
    def concerns(self) -> tuple[Concern, ...]:
        """Each once, in the order they came up."""
        return tuple(dict.fromkeys(one for each in self.acts for one in each.concerns))

    def did(self, deed: Deed) -> bool:
        return any(each.deed is deed for each in self.acts)

    def may(self, deed: Deed) -> bool:
        """Whether this can be done now: nothing after the end, some things only once, and a
        withdrawal is not done while what it names is still shared."""
        again = deed in _ONCE and self.did(deed)
        stopped = self.did(Deed.STOPPED)
        waits = self.wanted.wish in _STOPPING and bool(self.concerns) and not stopped
        early = (deed is Deed.RESUMED and not stopped) or (deed is Deed.DONE and waits)
        return self.is_open and not again and not early and deed is not Deed.RECEIVED


@dataclass(frozen=True, slots=True)
class Clocks:
    """``answer`` is None once a first answer was given; ``next`` is what is due first."""

    answer: date | None
    done: date

    @property
    def next(self) -> date:
        return min(self.answer, self.done) if self.answer else self.done


def clocks_of(request: DataRequest, calendar: WorkCalendar) -> Clocks:
    wanted = request.wanted
    alone, with_others = TERMS[wanted.wish]
    term = with_others if wanted.processors else alone
    days = term + alone if request.did(Deed.EXTENDED) else term
    waits = request.is_open and not request.did(Deed.ANSWERED)
    return Clocks(
        answer=calendar.after(wanted.arrived, ANSWER_DAYS) if waits else None,
        done=calendar.after(wanted.arrived, days),
    )
