"""Whose an entry of a register is to look after: where the register says so, their phone alone gets
it. Named by somebody who hands out work, and journalled, since nothing else says it again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache, partial

from server.access.verbs import Verb, scope_for
from server.model.alphabet import alike
from server.model.entities import Entity, EntityList, EntityTold, ListKey
from server.model.people import Actor
from server.model.records import Worker
from server.model.scope import Scope
from server.model.sequence import later
from server.processing.duties.withholding import kept_from
from server.processing.records.assign import chosen_of
from server.processing.registers.phone_lists import looked_after
from server.processing.registers.registers import Registers
from server.storage.stores import Stores

KIND = "entry_worker"


def carriers_for(stores: Stores, registers: Registers, scope: Scope, entity: Entity) -> list[Actor]:
    """Phones and people of this scope who take the entry's register along where it is."""
    return [
        each
        for each in stores.actors.all(scope)
        if taking_along(registers, each, entity.key).sees_office(entity.within)
    ]


def taking_along(registers: Registers, actor: Actor, key: ListKey) -> Scope:
    """Where somebody takes this register along."""
    return registers.known_to(scope_for(actor, Verb.SEND_RECORDS), key.project).on_list(key.name)


def assign_entry(
    stores: Stores,
    registers: Registers,
    scope: Scope,
    by: Actor,
    entity: Entity,
    worker_id: str,
    at: datetime,
) -> None:
    """``worker_id`` is "" for nobody. Raises NotUnderstood for who does not take it along."""
    people = carriers_for(stores, registers, scope, entity)
    name = chosen_of(people, worker_id).name if worker_id else ""
    give_entries(stores, entity.key, [entity.id], Worker(worker_id, name, by.name, at))


def give_entries(stores: Stores, key: ListKey, uuids: Iterable[str], worker: Worker) -> None:
    """Several of one register, to one."""
    entries = list(uuids)
    known = (each.at for each in stores.entity_workers.of(key, entries).values())
    worker = replace(worker, at=later(worker.at, max(known, default=None)))
    said = {**asdict(worker), "at": worker.at.isoformat(), "list": key.text, "entries": entries}
    stores.journal.note(KIND, worker.at, said)
    _name(stores, key, entries, worker)


def give_again(stores: Stores, body: bytes) -> bool:
    """Out of the journal: whether any of it was missing."""
    said = json.loads(body)
    key, entries = ListKey.parse(said.pop("list")), said.pop("entries")
    worker = Worker(**{**said, "at": datetime.fromisoformat(said["at"])})
    return _name(stores, key, entries, worker)


def _name(stores: Stores, key: ListKey, entries: list[str], worker: Worker) -> bool:
    new = [each for each in entries if stores.entity_workers.name(key, each, worker)]
    if new:
        # Phones that have the list must hear that it is another.
        stores.entity_lists.touch(key, filled=False)
        stores.entity_workers.told(key, new, worker)
    return bool(new)


@dataclass(frozen=True, slots=True)
class Load:
    """How many entries of a register somebody has to look after; ``id`` is "" for nobody's.
    ``ended``: they are on no phone, since whoever had them is here no more."""

    id: str
    name: str
    count: int
    ended: bool


def loads(stores: Stores, registers: Registers, scope: Scope, its_list: EntityList) -> list[Load]:
    """Of what this scope reaches, the most first; without what is kept from their phones since it
    is shared no more."""
    counts: Counter[str] = Counter()
    one: dict[str, EntityTold] = {}
    kept_from_them = cache(partial(_kept_from, stores, registers, its_list))
    for worker, entry in looked_after(stores, scope, its_list.key):
        if entry.row.id in kept_from_them(worker):
            continue
        counts[worker] += 1
        one.setdefault(worker, entry)
    return [
        _load(stores, its_list.key, worker, count, one[worker])
        for worker, count in counts.most_common()
    ]


def _kept_from(
    stores: Stores, registers: Registers, its_list: EntityList, worker: str
) -> frozenset[str]:
    found = stores.actors.by_id(worker) if worker else None
    if found is None:
        return frozenset()
    return kept_from(stores, taking_along(registers, found, its_list.key), its_list)


def give_all(
    stores: Stores,
    registers: Registers,
    scope: Scope,
    by: Actor,
    its_list: EntityList,
    before: str,
    only: tuple[str, str] | None,
    worker: Actor,
    at: datetime,
) -> tuple[int, int]:
    """All that ``before`` has to look after, or of it ``only`` those with this value of a property,
    to ``worker``: how many, and how many of them stay since they are where ``worker`` does not take
    the register along."""
    filling = taking_along(registers, worker, its_list.key)
    theirs = [
        entry.row.id
        for has, entry in looked_after(stores, scope, its_list.key)
        if has == before and (only is None or _alike(entry.row.data.get(only[0], ""), only[1]))
    ]
    known = stores.entities.known(its_list.key, theirs)
    given = [each for each in theirs if filling.sees_office(known[each].within)]
    if given:
        said = Worker(worker.id, worker.name, by.name, at)
        give_entries(stores, its_list.key, given, said)
    return len(given), len(theirs) - len(given)


def _alike(said: str, wanted: str) -> bool:
    """But for capitals, spaces and how accents are written."""
    return alike(said) == alike(wanted)


def takers(stores: Stores, registers: Registers, scope: Scope, its_list: EntityList) -> list[Actor]:
    """Phones and people of this scope who take the register along anywhere."""
    everybody = stores.actors.all(scope)
    return [each for each in everybody if taking_along(registers, each, its_list.key).offices]


def _load(stores: Stores, key: ListKey, worker: str, count: int, entry: EntityTold) -> Load:
    """Also of who is known no more."""
    found = stores.actors.by_id(worker) if worker else None
    if found is not None or not worker:
        return Load(worker, found.name if found else "", count, bool(found and not found.active))
    named = stores.entity_workers.of(key, [entry.row.id]).get(entry.row.id)
    return Load(worker, named.name if named else entry.maker.by, count, ended=True)
