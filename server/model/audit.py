"""The access log: who did and who looked at what. An entry is one line of text, sealed by a hash
over that line and the seal before it, so that a changed, removed or moved entry shows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from server.model.people import Sender
from server.model.scope import EVERYWHERE

MOST = 500  # things in one entry
# What stands before the first entry.
START = ""


class Act(StrEnum):
    """What kind of thing somebody did."""

    READ = "read"
    LISTED = "listed"
    EXPORTED = "exported"
    CHANGED = "changed"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    REFUSED = "refused"
    OPERATED = "operated"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Entry:
    """``things`` are what was opened, changed or carried off (``<form key>/<instanceID>``,
    ``<list key>/<uuid>``, ``phone:<id>``); ``shown`` is what stood in a list. ``places`` are the
    offices of all that, each with those above it. ``given`` are the parameters of the address and
    ``asked`` the filters behind it. ``again`` counts like ones that were not written down.
    """

    at: datetime
    act: Act
    who: Sender | None = None
    origin: str = ""
    verb: str = ""
    route: str = ""
    things: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    count: int = 0
    places: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    why: str = ""
    again: int = 0
    above: tuple[str, ...] = ()
    """The office of who acted, with those above it."""

    @property
    def who_id(self) -> str:
        """Empty for nobody who is known."""
        return self.who.id if self.who else ""

    @property
    def within(self) -> tuple[str, ...]:
        """Whoever answers for one of these offices may read the entry."""
        return tuple(dict.fromkeys((EVERYWHERE, *self.above, *self.places)))

    def parts(self) -> Iterator[Entry]:
        """Itself, or as many as it takes for none of them to be without bounds."""
        many = max(len(self.things), len(self.shown), 1)
        for first in range(0, many, MOST):
            things, shown = (each[first : first + MOST] for each in (self.things, self.shown))
            yield replace(self, things=things, shown=shown)


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain, and the seal of the entry that lies there."""

    number: int
    seal: str


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry as it lies in the log."""

    number: int
    line: str
    seal: str
    entry: Entry


BEGINNING = Link(0, START)


def seal(before: str, line: str) -> str:
    return hashlib.sha256(f"{before}\n{line}".encode()).hexdigest()


def line_of(number: int, entry: Entry) -> str:
    """One line of JSON. What is empty is left out; the number is in it, so that no entry can be
    moved."""
    said: dict[str, Any] = {
        "n": number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "act": entry.act.value,
        "who": _who(entry.who),
        "from": entry.origin,
        "verb": entry.verb,
        "route": entry.route,
        "things": list(entry.things),
        "shown": list(entry.shown),
        "count": entry.count,
        "places": list(entry.places),
        "given": dict(entry.given),
        "asked": dict(entry.asked),
        "why": entry.why,
        "again": entry.again,
        "above": list(entry.above),
    }
    full = {name: value for name, value in said.items() if value}
    return json.dumps(full, ensure_ascii=False, separators=(",", ":"))


def entry_in(line: str) -> Entry:
    """What ``line_of`` wrote. Raises ValueError or KeyError for anything else."""
    said = json.loads(line)
    who = said.get("who")
    return Entry(
        at=datetime.fromisoformat(said["at"]),
        act=Act(said["act"]),
        who=Sender(who["id"], who["name"], who["kind"], who.get("office")) if who else None,
        origin=said.get("from", ""),
        verb=said.get("verb", ""),
        route=said.get("route", ""),
        things=tuple(said.get("things", ())),
        shown=tuple(said.get("shown", ())),
        count=said.get("count", 0),
        places=tuple(said.get("places", ())),
        given=said.get("given", {}),
        asked=said.get("asked", {}),
        why=said.get("why", ""),
        again=said.get("again", 0),
        above=tuple(said.get("above", ())),
    )


def _who(who: Sender | None) -> dict[str, str] | None:
    if who is None:
        return None
    said = {"id": who.id, "name": who.name, "kind": who.kind}
    return said | ({"office": who.office} if who.office else {})
