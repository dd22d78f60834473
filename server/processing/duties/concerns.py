"""What hangs on the records and entries that a request names: what is said of a child stands in
both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from server.model.data_requests import Concern
from server.model.entities import Entity, ListKey, Origin
from server.model.forms import FormKey
from server.model.records import Record
from server.model.scope import WHOLE_HOUSE
from server.model.withholding import LISTS, RECORDS, Target
from server.processing.forms.shelf import Shelf
from server.processing.registers.entity_orders import ordered_by, record_of
from server.storage.stores import Stores


def reached(
    stores: Stores, shelf: Shelf, project: int, concerns: Iterable[Concern]
) -> tuple[Target, ...]:
    """Each record with the entries it has a say in, each entry with the records that have a say in
    it; once each."""
    found = (target for each in concerns for target in _reached(stores, shelf, project, each))
    return tuple(dict.fromkeys(found))


def all_about(stores: Stores, entity: Entity) -> tuple[tuple[Concern, ...], tuple[str, ...]]:
    """The entry and every record that has a say in it, as a request names them, and the office that
    all of them lie under with those above it."""
    things, chain = [Concern(LISTS, entity.key.name, entity.id)], entity.chain
    for each in entity.contributions:
        if each.origin is Origin.RECORD:
            key, instance_id = record_of(each.source)
            things.append(Concern(RECORDS, key.form_id, instance_id))
            record = stores.erasures.find(key, instance_id)
            chain = _common(chain, record.within if record else each.within)
    return tuple(things), chain


def _common(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    pairs = zip(one, other, strict=False)
    return tuple(mine for mine, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _reached(stores: Stores, shelf: Shelf, project: int, concern: Concern) -> Sequence[Target]:
    """Whoever named it could read it; what hangs on it may lie in other offices."""
    if concern.kind == RECORDS:
        key = FormKey(project, concern.name)
        record = stores.submissions.find(WHOLE_HOUSE, key, concern.id)
        return _of_record(shelf, record) if record else ()
    entity = stores.entities.find(WHOLE_HOUSE, ListKey(project, concern.name), concern.id)
    return _of_entity(entity) if entity else ()


def _of_record(shelf: Shelf, record: Record) -> Sequence[Target]:
    ordered = ordered_by(record, lambda v: shelf.on_hand(record.key, v.form_version).form)
    entries = (
        Target(LISTS, ListKey(record.key.project, each.list).text, each.id)
        for each in ordered.by_target
    )
    return (Target(RECORDS, record.key.text, record.instance_id), *entries)


def _of_entity(entity: Entity) -> Sequence[Target]:
    records = []
    for each in entity.contributions:
        if each.origin is Origin.RECORD:
            key, instance_id = record_of(each.source)
            records.append(Target(RECORDS, key.text, instance_id))
    return (Target(LISTS, entity.key.text, entity.id), *records)
