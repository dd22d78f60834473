"""Whose data an incident may have laid open: by the access log, and by the registers that the
accounts and phones carried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from server.access.verbs import Verb, scope_for
from server.model.entities import EntityRow, ListKey
from server.model.forms import FormKey
from server.model.incidents import Told
from server.model.offices import Office
from server.model.scope import Scope
from server.processing.duties.audit_reading import Sight, Wanted, seen_by
from server.processing.registers.registers import Registers
from server.storage.stores import Stores

# By which somebody gets whole registers: a phone, or a program and an export.
_CARRYING = (Verb.SEND_RECORDS, Verb.EXPORT_RECORDS, Verb.READ_RECORDS)


@dataclass(frozen=True, slots=True)
class Affected:
    """``sights`` are latest first; ``forms`` says how many records of each form are among them.
    ``people`` are entries of registers: those looked at, and all of each register that was carried
    off, as far as whoever had it reaches today."""

    sights: Sequence[Sight]
    forms: Mapping[str, int]
    people: int

    @property
    def records(self) -> int:
        return sum(self.forms.values())


def affected(
    stores: Stores,
    registers: Registers,
    scope: Scope,
    offices: Mapping[str, Office],
    forms: Sequence[FormKey],
    told: Told,
) -> Affected:
    """What stands in it is what this reader of the log may know of it."""
    seen: dict[tuple[str, str], Sight] = {}
    people: set[str] = set()
    for who in told.who:
        wanted = Wanted(who=who, since=told.since, until=told.until)
        sights = seen_by(stores, scope, offices, forms, wanted)
        for each in sights:
            known = seen.get((each.thing, each.how))
            seen[each.thing, each.how] = known.with_more(each) if known else each
        things = {each.thing for each in sights}
        people.update(each for thing in things for each in _entries(thing))
        for key in {key for thing in things for key in _whole_list(thing)}:
            theirs = {_entry(key, row) for row in stores.entities.rows(scope, key)}
            people |= theirs & _carried(stores, registers, who, key)
    records = {each for sight in seen.values() for each in _record(sight.thing)}
    return Affected(
        sights=sorted(seen.values(), key=lambda each: each.last, reverse=True),
        forms=Counter(form for form, _ in sorted(records)),
        people=len(people),
    )


def _record(thing: str) -> Iterator[tuple[str, str]]:
    """(form, record); a record's file is the record."""
    project, _, rest = thing.partition("/")
    form, _, record = rest.partition("/")
    if project.isdigit() and record and not record.startswith("draft/"):
        yield unquote(form), record.partition(" ")[0]


def _entries(thing: str) -> Iterator[str]:
    kind, _, rest = thing.partition(":")
    if kind == "entity":
        yield rest


def _whole_list(thing: str) -> Iterator[ListKey]:
    kind, _, rest = thing.partition(":")
    if kind == "list":
        yield ListKey.parse(rest)


def _carried(stores: Stores, registers: Registers, who: str, key: ListKey) -> set[str]:
    actor = stores.actors.by_id(who)
    if actor is None:
        return set()
    actor = replace(actor, revoked_at=None)  # since then, as a lost phone is
    reaches = (registers.known_to(scope_for(actor, verb), key.project) for verb in _CARRYING)
    return {_entry(key, row) for reach in reaches for row in stores.entities.rows(reach, key)}


def _entry(key: ListKey, row: EntityRow) -> str:
    return f"{key.text}/{row.id}"
