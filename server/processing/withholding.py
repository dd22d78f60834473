"""Sharing stopped for what a person asks about, and begun again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.model.data_requests import Concern
from server.model.entities import Entity, ListKey, Origin
from server.model.forms import FormKey
from server.model.records import Record
from server.model.scope import WHOLE_HOUSE
from server.model.withholding import LISTS, RECORDS, Target, Withholding
from server.processing.entity_orders import ordered_by
from server.processing.shelf import Shelf
from server.storage.stores import Stores
from server.storage.withheld import read_journalled


def withhold(
    stores: Stores, shelf: Shelf, project: int, concerns: Iterable[Concern], act: Withholding
) -> None:
    """Each record with the entries it has a say in, each entry with the records that have a say in
    it: what is said of a child stands in both."""
    targets = dict.fromkeys(
        target for each in concerns for target in _reached(stores, shelf, project, each)
    )
    if targets:
        stores.withheld.add(tuple(targets), act)
        _touch(stores, targets)


def withhold_again(stores: Stores, body: bytes) -> bool:
    """Out of the journal: whether it was missing."""
    targets, act = read_journalled(body)
    if not stores.withheld.add(targets, act):
        return False
    _touch(stores, targets)
    return True


def _touch(stores: Stores, targets: Iterable[Target]) -> None:
    """Phones that have a list must hear that it is another."""
    for text in {each.key for each in targets if each.kind == LISTS}:
        key = ListKey.parse(text)
        stores.entity_lists.touch(key, filled=stores.entity_lists.get(key).filled)


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
            project, form_id, instance_id = each.source.split("/", 2)
            records.append(Target(RECORDS, f"{project}/{form_id}", instance_id))
    return (Target(LISTS, entity.key.text, entity.id), *records)
