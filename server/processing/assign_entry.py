"""Whose an entry of a register is to look after: where the register says so, their phone alone gets
it. Named by somebody who hands out work, and journalled, since nothing else says it again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from server.access.verbs import Verb, scope_for
from server.errors import NotUnderstood
from server.model.entities import Entity, ListKey
from server.model.people import Actor
from server.model.records import Worker
from server.model.scope import Scope
from server.processing.registers import Registers
from server.storage.stores import Stores

KIND = "entry_worker"


def carriers_for(stores: Stores, registers: Registers, scope: Scope, entity: Entity) -> list[Actor]:
    """Phones and people of this scope who take the entry's register along where it is."""
    actors = (*stores.actors.phones(scope), *stores.actors.people(scope))
    return [each for each in actors if _takes_along(registers, each, entity)]


def _takes_along(registers: Registers, actor: Actor, entity: Entity) -> bool:
    filling = registers.known_to(scope_for(actor, Verb.SEND_RECORDS), entity.key.project)
    return filling.on_list(entity.key.name).sees_office(entity.within)


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
    found = {each.id: each for each in carriers_for(stores, registers, scope, entity)}
    if worker_id and worker_id not in found:
        raise NotUnderstood(
            why_vi="hãy chọn một người trong danh sách.", why_en="choose somebody of the list."
        )
    name = found[worker_id].name if worker_id else ""
    give_entries(stores, entity.key, [entity.id], Worker(worker_id, name, by.name, at))


def give_entries(stores: Stores, key: ListKey, uuids: Iterable[str], worker: Worker) -> None:
    """Several of one register, to one."""
    entries = list(uuids)
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
        stores.entity_lists.touch(key, filled=stores.entity_lists.get(key).filled)
    return bool(new)
