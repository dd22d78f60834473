"""Registers of offices, kept in step with the tree of offices: forms choose from them, and records
add to them what the tree does not know."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from server.model.calendar import day_of
from server.model.entities import Contribution, EntityList, ListKey, Order, Origin
from server.model.offices import Office, within
from server.processing.registers.entities import bring_in_step
from server.storage.stores import Stores

_NAMES = uuid.UUID("6f0d5a52-6b0a-5a53-9d0b-0f4d6a6e3c11")
_BY = "Cầu Nối"


def keep_office_registers(
    stores: Stores, project: int, at: datetime, ids: Mapping[str, str]
) -> None:
    """``ids`` are UUIDs by office code: the ones that forms and phones had before; an office
    without gets one of its own, which stays."""
    for each in stores.entity_lists.all(project):
        if each.offices:
            _keep(stores, each, at, ids)


def _keep(stores: Stores, its_list: EntityList, at: datetime, ids: Mapping[str, str]) -> None:
    key, tree = its_list.key, stores.offices.tree()
    ordered = {
        contribution.source: (entry, contribution)
        for _, entry, contribution in stores.entity_lists.batch(_batch(key))
    }
    # Who stands above all is the centre, which no form is about.
    offered = (each for each in tree.values() if each.parent is not None)
    kinds, today = stores.offices.kinds(), day_of(at)
    listed = {
        _source(key, each): each
        for each in offered
        if each.stands_on(today) and (each.kind not in kinds or kinds[each.kind].listed)
    }
    changed = False
    for source, office in listed.items():
        fresh = _contribution(source, its_list, office, tree, at)
        entry, before = ordered.get(source, (ids.get(office.code) or _id(key, office), None))
        changed |= _order(stores, key, entry, before, fresh)
    for source, (entry, before) in ordered.items():
        if source not in listed:
            changed |= _order(stores, key, entry, before, replace(before, orders=()))
    if changed:
        stores.entity_lists.touch(key, filled=True, columns=tuple(its_list.offices))


def _order(
    stores: Stores, key: ListKey, entry: str, before: Contribution | None, now: Contribution
) -> bool:
    """Whether it says something new; what was broken off half-way is ended in any case."""
    is_new = before is None or _said(before) != _said(now)
    if before is not None:
        later = (*before.later, now.at)
        now = replace(now, at=before.at, count=before.count + 1, later=later)
    if is_new:
        # Follows from the tree, so no journal.
        stores.entity_lists.put_own(key, _batch(key), [(entry, now)])
    bring_in_step(stores, key, entry)
    return is_new


def _said(contribution: Contribution) -> object:
    said = [(each.label, dict(each.data)) for each in contribution.orders]
    return said, contribution.within


def _contribution(
    source: str,
    its_list: EntityList,
    office: Office,
    tree: Mapping[str, Office],
    at: datetime,
) -> Contribution:
    data = {name: str(getattr(office, fact)) for name, fact in its_list.offices.items()}
    order = Order(create=True, update=True, label=office.label, data=data)
    return Contribution(
        source=source,
        origin=Origin.OFFICES,
        orders=(order,),
        count=1,
        at=at,
        by=_BY,
        office=office.code,
        within=within(office.code, tree),
        creates=True,
        entitled=True,
    )


def _batch(key: ListKey) -> str:
    return f"offices:{key.text}"


def _source(key: ListKey, office: Office) -> str:
    return f"{_batch(key)}/{office.code}"


def _id(key: ListKey, office: Office) -> str:
    return str(uuid.uuid5(_NAMES, f"{key.text}/{office.code}"))
