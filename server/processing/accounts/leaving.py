"""Whoever leaves hands over what is theirs to finish. Access ends at once all the same; until all
is handed over the account is shown as leaving, and is not closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from server.access.verbs import Verb, scope_for
from server.model.charges import Charge
from server.model.entities import ListKey
from server.model.people import Actor
from server.model.records import Worker
from server.model.scope import WHOLE_HOUSE
from server.processing.forms.drafts import end_links
from server.processing.forms.shelf import Shelf
from server.processing.records.assign import give_record, may_name
from server.processing.registers.assign_entry import give_entries, taking_along
from server.processing.registers.registers import Registers
from server.storage.stores import Stores


class Kind(StrEnum):
    RETURNED = "returned"
    GIVEN = "given"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that is somebody's own: ``name`` is its form's id, or its register's name; ``id``
    the record's or the entry's."""

    kind: Kind
    name: str
    id: str
    office: str | None


@dataclass(frozen=True, slots=True)
class HandOver:
    """From ``by``, who manages people, to ``to``."""

    to: Actor
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """``leaves_work``: something is left to hand over. ``codes`` for phones were never used and
    have ended too; ``phones`` are connected by others that they may have copies of."""

    leaves_work: bool
    codes: int
    phones: int


class Source(Protocol):
    """One kind of work that can be somebody's own."""

    def of(self, person: Actor) -> Sequence[Task]:
        """What of it is theirs and not finished."""

    def hand_over(self, person: Actor, given: HandOver) -> int:
        """How much of it went: what ``to`` may not do stays where it is."""


@dataclass(frozen=True, slots=True)
class ReturnedRecords:
    """Records that a reviewer returned to the person who filled them in."""

    stores: Stores
    project: int

    def of(self, person: Actor) -> Sequence[Task]:
        return [
            Task(Kind.RETURNED, each.key.form_id, each.instance_id, each.office)
            for each in self._charges(person)
        ]

    def hand_over(self, person: Actor, given: HandOver) -> int:
        return sum(self._give(each, given.to) for each in self._charges(person))

    def _charges(self, person: Actor) -> Sequence[Charge]:
        keys = [each.key for each in self.stores.forms.with_binned(self.project)]
        return self.stores.charges.of(WHOLE_HOUSE, person.id, keys)

    def _give(self, charge: Charge, to: Actor) -> bool:
        reach = scope_for(to, Verb.EDIT_RECORDS)
        if self.stores.submissions.find(reach, charge.key, charge.instance_id) is None:
            return False
        self.stores.charges.give(charge, to.id)
        return True


@dataclass(frozen=True, slots=True)
class RecordsGiven:
    """Records that somebody was named to work on, who reads all of them: a case has nobody else
    when they are gone."""

    stores: Stores
    shelf: Shelf

    def of(self, person: Actor) -> Sequence[Task]:
        return [
            Task(Kind.GIVEN, each.key.form_id, each.instance_id, each.office)
            for each in self.stores.charges.named(person.id)
        ]

    def hand_over(self, person: Actor, given: HandOver) -> int:
        return sum(self._give(each, given) for each in self.stores.charges.named(person.id))

    def _give(self, charge: Charge, given: HandOver) -> bool:
        reach = scope_for(given.to, Verb.READ_RECORDS)
        record = self.stores.submissions.find(reach, charge.key, charge.instance_id)
        if record is None or not may_name(self.shelf, given.by, given.to, record):
            return False
        worker = Worker(given.to.id, given.to.name, given.by.name, given.at)
        give_record(self.stores, reach, record, worker)
        return True


@dataclass(frozen=True, slots=True)
class EntriesGiven:
    """Entries of registers that somebody has given to the person to look after, where the register
    goes to whoever has its entries."""

    stores: Stores
    registers: Registers

    def of(self, person: Actor) -> Sequence[Task]:
        return [
            Task(Kind.ENTRY, key.name, uuid, chain[-1])
            for key, entries in self._theirs(person).items()
            for uuid, chain in entries.items()
        ]

    def hand_over(self, person: Actor, given: HandOver) -> int:
        worker, moved = Worker(given.to.id, given.to.name, given.by.name, given.at), 0
        for key, entries in self._theirs(person).items():
            reach = taking_along(self.registers, given.to, key)
            taken = [uuid for uuid, chain in entries.items() if reach.sees_office(chain)]
            if taken:
                give_entries(self.stores, key, taken, worker)
            moved += len(taken)
        return moved

    def _theirs(self, person: Actor) -> dict[ListKey, dict[str, tuple[str, ...]]]:
        """With the office of each and those above it; what is in the list no more is nobody's."""
        found: dict[ListKey, dict[str, tuple[str, ...]]] = {}
        for key, uuids in self.stores.entity_workers.all_of(person.id).items():
            if self.stores.entity_lists.get(key).assigned_only.is_in_use:
                known = self.stores.entities.known(key, uuids)
                found[key] = {uuid: one.within for uuid, one in known.items() if one.exists}
        return found


def sources(stores: Stores, shelf: Shelf, registers: Registers, project: int) -> tuple[Source, ...]:
    """All kinds there are; what is new is added here."""
    return (
        ReturnedRecords(stores, project),
        RecordsGiven(stores, shelf),
        EntriesGiven(stores, registers),
    )


def open_work(found: Sequence[Source], person: Actor) -> list[Task]:
    return [task for source in found for task in source.of(person)]


def hand_over(
    stores: Stores, found: Sequence[Source], person: Actor, given: HandOver
) -> tuple[int, int]:
    """How much went to ``given.to``, and how much is left; who leaves is gone when nothing is."""
    moved = sum(source.hand_over(person, given) for source in found)
    return moved, len(left_to_do(stores, found, person))


def left_to_do(stores: Stores, found: Sequence[Source], person: Actor) -> list[Task]:
    """What is still theirs; who was leaving is gone when that is nothing, however it went."""
    work = open_work(found, person)
    if person.leaving and not work:
        stores.actors.set_leaving(person.id, leaving=False)
    return work


def phones_by(stores: Stores, person: Actor) -> list[Actor]:
    """Those that are connected by a code that this person made last, and may have a copy of."""
    return [
        each
        for each in stores.actors.phones(WHOLE_HOUSE)
        if each.active and each.code_by == person.id
    ]


def end_access(
    stores: Stores, project: int, found: Sequence[Source], person: Actor, at: datetime
) -> Ended:
    """At once, in all processes: each request looks the account up. What they did stays theirs. A
    phone's code that nobody but them has had in hand, as far as is known, ends with it."""
    stores.actors.end(person.id, at)
    stores.sessions.end_all(person.id)
    stores.links.end_all(person.id)
    end_links(stores, project, person)
    theirs = phones_by(stores, person)
    unused = [each for each in theirs if not each.code_is_used]
    for each in unused:
        stores.actors.end(each.id, at)
    leaves_work = bool(open_work(found, person))
    stores.actors.set_leaving(person.id, leaving=leaves_work)
    return Ended(leaves_work, len(unused), len(theirs) - len(unused))
