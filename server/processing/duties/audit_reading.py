"""The access log as people read it: a page of it, and what one account or phone saw in a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import unquote

from server.model.audit import Act, Entry, Logged
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.offices import Office, chains_of, within
from server.model.scope import Scope
from server.model.sequence import LAST_SEQ, seq_at
from server.processing.duties.audit_check import number_at
from server.storage.stores import Stores

_FIRST_WINDOW, _GROWTH, _LARGEST_WINDOW = 200, 4, 20_000
_FARTHEST = 100_000  # entries of the log that one page looks through
_AT_ONCE = 500
_MOST_SENT = 100_000  # by one phone, with one form


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page of the log asks for; "" and None leave it open. ``until`` is the moment behind
    the last."""

    who: str = ""
    thing: str = ""
    origin: str = ""
    act: Act | None = None
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, entry: Entry) -> bool:
        return (
            self.who in ("", entry.who_id)
            and (not self.thing or self.thing in entry.things)
            and self.origin in ("", entry.origin)
            and self.act in (None, entry.act)
        )


@dataclass(frozen=True, slots=True)
class Page:
    """``before`` is where the next page begins, 0 for the end."""

    rows: Sequence[Logged]
    before: int


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing that somebody saw or sent: how, first and last when, and how often."""

    thing: str
    how: str
    first: datetime
    last: datetime
    times: int

    def with_more(self, other: Sight) -> Sight:
        """Both of the same thing in the same way."""
        return replace(
            self,
            first=min(self.first, other.first),
            last=max(self.last, other.last),
            times=self.times + other.times,
        )


SENT = "sent"


def page(stores: Stores, scope: Scope, wanted: Wanted, before: int, size: int) -> Page:
    """Newest first, numbers below ``before``, 0 for all."""
    bottom, top = _bounds(stores, wanted)
    fits = _fitting(stores, scope, wanted)
    high = min(top, before) if before else top
    rows: list[Logged] = []
    width, farthest = _FIRST_WINDOW, high - _FARTHEST
    while high > max(bottom, farthest) and len(rows) <= size:
        low = max(bottom, high - width)
        found = _asked(stores, scope, low, high, wanted)
        rows += [each for each in found if fits(each.entry)]
        high, width = low, min(width * _GROWTH, _LARGEST_WINDOW)
    if len(rows) > size:
        return Page(rows[:size], rows[size - 1].number)
    return Page(rows, high if high > bottom else 0)


def everything(stores: Stores, scope: Scope, wanted: Wanted) -> Iterator[Logged]:
    """All that fits, newest first; memory stays flat."""
    bottom, high = _bounds(stores, wanted)
    fits = _fitting(stores, scope, wanted)
    while high > bottom:
        low = max(bottom, high - _AT_ONCE)
        found = _asked(stores, scope, low, high, wanted)
        yield from (each for each in found if fits(each.entry))
        high = low


def _asked(stores: Stores, scope: Scope, low: int, high: int, wanted: Wanted) -> list[Logged]:
    return stores.audit.entries(
        scope, low, high, who=wanted.who, thing=wanted.thing, origin=wanted.origin
    )


def _fitting(stores: Stores, scope: Scope, wanted: Wanted) -> Callable[[Entry], bool]:
    """Whoever asks for a thing is shown only entries that name it to them: an answer would."""
    if not wanted.thing:
        return wanted.fits
    may_name = naming(scope, stores.offices.tree())
    return lambda entry: wanted.fits(entry) and may_name(entry)


def naming(scope: Scope, offices: Mapping[str, Office]) -> Callable[[Entry], bool]:
    """Whether this reader may know what an entry is about: all of it is of their forms and lies
    below their offices. What stands above these is only the way down to them."""
    above = frozenset(chains_of(scope.offices, offices))

    def may_name(entry: Entry) -> bool:
        if entry.act is Act.REFUSED and not scope.everywhere:
            return False
        things = (*entry.things, *entry.shown)
        return all(_is_of_forms(scope, each) for each in things) and all(
            is_theirs(each, things) for each in entry.places
        )

    def is_theirs(office: str, things: Sequence[str]) -> bool:
        """By what they answer for there: another role's forms elsewhere are not put together."""
        there = scope.around(within(office, offices))
        if not there.reaches:
            return office in above
        return all(_is_of_forms(there, each) for each in things)

    return may_name


def _is_of_forms(scope: Scope, thing: str) -> bool:
    """A record of a form that the reader has, or an entry of a register that goes with one."""
    kind, _, rest = thing.partition(":")
    if kind in ("entity", "list"):
        return bool(scope.on_list(rest.split("/")[1]).reaches)
    project, _, record = thing.partition("/")
    return not project.isdigit() or scope.sees_form(unquote(record.partition("/")[0]))


def seen_by(
    stores: Stores,
    scope: Scope,
    offices: Mapping[str, Office],
    forms: Sequence[FormKey],
    wanted: Wanted,
) -> list[Sight]:
    """What ``wanted.who`` opened, carried off, changed, had in a list or sent, latest first. For a
    breach: whose data are with whoever held this account or phone."""
    found: dict[tuple[str, str], Sight] = {}
    may_name = naming(scope, offices)
    for each in everything(stores, scope, wanted):
        entry = each.entry
        if may_name(entry):
            for thing in entry.things:
                _add(found, _with_file(thing, entry), entry.act.value, entry.at)
            for thing in entry.shown:
                _add(found, thing, Act.LISTED.value, entry.at)
    for thing, at in _sent(stores, scope, forms, wanted):
        _add(found, thing, SENT, at)
    return sorted(found.values(), key=lambda each: each.last, reverse=True)


def _add(found: dict[tuple[str, str], Sight], thing: str, how: str, at: datetime) -> None:
    known, once = found.get((thing, how)), Sight(thing, how, at, at, 1)
    found[thing, how] = known.with_more(once) if known else once


def _with_file(thing: str, entry: Entry) -> str:
    """A record's file is named with it."""
    name = entry.given.get("name", "")
    return f"{thing} {name}" if name and "instance_id" in entry.given else thing


def _sent(
    stores: Stores, scope: Scope, forms: Sequence[FormKey], wanted: Wanted
) -> Iterator[tuple[str, datetime]]:
    bottom = seq_at(wanted.since) if wanted.since else 0
    top = seq_at(wanted.until) if wanted.until else LAST_SEQ
    for key in forms:
        filters = Filters(top=top, bottom=bottom, sender=wanted.who)
        for each in stores.submissions.lines(scope, key, filters, _MOST_SENT):
            yield f"{key.text}/{each.instance_id}", each.at


def _bounds(stores: Stores, wanted: Wanted) -> tuple[int, int]:
    """The numbers of the time that is asked for: ``bottom <= number < top``."""
    log = stores.audit
    bottom, top = max(log.oldest(), 1), log.newest().number + 1
    if wanted.until is not None:
        top = number_at(log, wanted.until, bottom, top)
    if wanted.since is not None:
        bottom = number_at(log, wanted.since, bottom, top)
    return bottom, top
