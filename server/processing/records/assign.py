"""A record's named worker, who reads more of it: named by somebody who hands out work, journalled
like a review, since nothing else says it again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from server.access.verbs import Verb, scope_for
from server.errors import NotUnderstood, RecordUnknown
from server.model.forms import FormKey
from server.model.people import Actor
from server.model.records import Record, Worker
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.sequence import later
from server.processing.forms.shelf import Shelf
from server.processing.records.opened import stored_record
from server.processing.records.reading import reading_of
from server.processing.recovery.acts import said_of
from server.storage.stores import Stores


def workers_for(
    stores: Stores, shelf: Shelf, scope: Scope, by: Actor, record: Record
) -> list[Actor]:
    """People of this scope whom ``by`` may name."""
    return [each for each in stores.actors.people(scope) if may_name(shelf, by, each, record)]


def may_name(shelf: Shelf, by: Actor, worker: Actor, record: Record) -> bool:
    """Who reaches the record anyway: to be named widens what they read of it, and nobody's offices.
    Nobody widens their own: that is what opening with a reason is for."""
    if not scope_for(worker, Verb.READ_RECORDS).sees(record.within, record.key.form_id):
        return False
    own = reading_of(shelf, scope_for(by, Verb.READ_RECORDS), record.key)
    return worker.id != by.id or own.mask(record).hides_nothing


def chosen_of(people: Iterable[Actor], chosen: str) -> Actor:
    """Raises NotUnderstood for somebody who was not offered."""
    for each in people:
        if each.id == chosen:
            return each
    raise NotUnderstood(
        why_vi="hãy chọn một người trong danh sách.", why_en="choose somebody of the list."
    )


def assign(
    stores: Stores,
    shelf: Shelf,
    scope: Scope,
    by: Actor,
    key: FormKey,
    instance_id: str,
    worker_id: str,
    at: datetime,
) -> None:
    """``worker_id`` is "" for nobody. Raises RecordUnknown, and NotUnderstood for somebody who
    cannot be named."""
    record = stored_record(stores, scope, key, instance_id)
    if not scope.sees(record.within, key.form_id):  # it was only opened with a reason
        raise RecordUnknown
    people = workers_for(stores, shelf, scope, by, record)
    name = chosen_of(people, worker_id).name if worker_id else ""
    give_record(stores, scope, record, Worker(worker_id, name, by.name, at))


def give_record(stores: Stores, scope: Scope, record: Record, worker: Worker) -> None:
    """Of two at once the later one holds, in whatever order they come here or out of the
    journal."""
    at = later(worker.at, record.worker.at if record.worker else None)
    worker = replace(worker, at=at)
    stores.journal.note("worker", at, said_of(record, worker))
    stores.submissions.name_worker(scope, record, worker)


def assign_again(stores: Stores, body: bytes) -> Record | None:
    """Out of the journal; the record that lacked it. Raises RecordUnknown."""
    said = json.loads(body)
    key = FormKey(said.pop("project"), said.pop("form_id"))
    record = stored_record(stores, WHOLE_HOUSE, key, said.pop("instance_id"))
    worker = Worker(**{**said, "at": datetime.fromisoformat(said["at"])})
    return record if stores.submissions.name_worker(WHOLE_HOUSE, record, worker) else None
