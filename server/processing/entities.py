"""Entities kept in step with what records and people order for them.

A record's orders replace what the same record ordered before, and the state follows from the set
(server.model.entity_state): twice, late or in another order is all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from server.errors import DatabaseDown
from server.model.entities import Contribution, Entity, ListKey, Order, Origin
from server.model.entity_state import state_of
from server.model.records import Record, RecordVersion
from server.model.scope import WHOLE_HOUSE
from server.processing.shelf import Shelf
from server.storage.stores import Stores
from server.xforms.entities import EntityOrder, EntityOrders, read_entity_orders
from server.xforms.envelope import read_envelope
from server.xforms.form import Form

_RACES = 20
_NOTHING = EntityOrders(())

FormOf = Callable[[RecordVersion], Form]


@dataclass(frozen=True, slots=True)
class Target:
    """The entity that something is ordered for."""

    list: str
    id: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """What a record orders now for every entity it ever named; ``odd`` are places of blocks that
    name none."""

    by_target: Mapping[Target, Contribution]
    odd: tuple[str, ...] = ()


def ordered_by(record: Record, form_of: FormOf) -> Ordered:
    """Pure but for the forms: what counts is the newest version; an older one that named another
    entity withdraws from it, and so does a record that was deleted."""
    versions = [_read(each, form_of) for each in record.versions]
    made = record.derived.ended_at or record.derived.started_at
    now: dict[Target, list[Order]] = defaultdict(list)
    if record.deleted_at is None:
        for each in versions[-1].orders:
            now[Target(each.list, each.id)].append(_order(each, made.isoformat() if made else ""))
    first: dict[Target, int] = {}
    makes: set[Target] = set()
    for number, version in enumerate(versions):
        for each in version.orders:
            first.setdefault(Target(each.list, each.id), number)
            if each.create:
                makes.add(Target(each.list, each.id))
    deleted = record.deleted_at is not None
    return Ordered(
        by_target={
            target: Contribution(
                source=source_of(record),
                origin=Origin.RECORD,
                orders=tuple(now.get(target, ())),
                count=len(versions) - since + deleted,
                at=record.at,
                by=record.versions[0].sender.name,
                office=record.office,
                within=record.within,
                creates=target in makes,
                approved=any(each.state.value == "approved" for each in record.reviews),
            )
            for target, since in first.items()
        },
        odd=versions[-1].odd,
    )


def source_of(record: Record) -> str:
    return f"{record.key.text}/{record.instance_id}"


def _read(version: RecordVersion, form_of: FormOf) -> EntityOrders:
    form = form_of(version)
    if not form.entities:
        return _NOTHING
    envelope = read_envelope(version.xml)
    return _NOTHING if envelope.encrypted else read_entity_orders(form, envelope.root)


def _order(each: EntityOrder, made: str) -> Order:
    return Order(
        create=each.create,
        update=each.update,
        label=each.label,
        data=each.data,
        trunk=each.trunk,
        base=each.base,
        branch=each.branch,
        made=made,
        place=each.place,
    )


def apply_record(stores: Stores, shelf: Shelf, record: Record) -> Ordered:
    """Bring every entity that the record ever named in step with it; a draft's names none."""
    if record.key.draft:
        return Ordered({})
    ordered = ordered_by(record, lambda v: shelf.on_hand(record.key, v.form_version).form)
    touched: dict[ListKey, bool] = {}
    for target, contribution in ordered.by_target.items():
        key = ListKey(record.key.project, target.list)
        entity = bring_in_step(stores, key, target.id, contribution)
        touched[key] = touched.get(key, False) or entity.state.exists
    # After the entities, and though nothing changed: whoever broke off between the two did not.
    for key, filled in touched.items():
        stores.entity_lists.touch(key, filled=filled)
    return ordered


def bring_in_step(
    stores: Stores, key: ListKey, uuid: str, contribution: Contribution | None = None
) -> Entity:
    """The entity with this contribution in place of its source's former one, and with all that
    people ordered for it."""
    for _ in range(_RACES):
        seen = stores.entities.find(WHOLE_HOUSE, key, uuid)
        own = stores.entity_lists.own(key, uuid)
        known = {each.source: each for each in seen.contributions} if seen else {}
        known |= {each.source: each for each in own}
        if contribution is not None:
            approval = stores.entity_lists.get(key).approval if contribution.creates else False
            known[contribution.source] = _newer(
                known.get(contribution.source), contribution, approval=approval
            )
        entity = entity_of(key, uuid, tuple(known.values()), seen)
        if seen is not None and entity == replace(seen, revision=entity.revision):
            return seen
        if stores.entities.put(entity):
            return entity
    raise DatabaseDown


def _newer(before: Contribution | None, now: Contribution, *, approval: bool) -> Contribution:
    """Whether it must be approved was decided when it first came; an approval stays."""
    if before is None:
        return replace(now, needs_approval=approval)
    if before.count > now.count:
        return before
    approved = before.approved or now.approved
    return replace(now, needs_approval=before.needs_approval, approved=approved)


def entity_of(
    key: ListKey, uuid: str, contributions: Sequence[Contribution], seen: Entity | None
) -> Entity:
    """It belongs where what made it belongs; what is gone stays where it was."""
    ordered = tuple(sorted(contributions, key=lambda each: each.source))
    state = state_of(ordered)
    maker = next((each for each in ordered if each.source == state.maker), None)
    office, within = (maker.office, maker.within) if maker else (None, ())
    if maker is None and state.gone:
        makers = [each for each in ordered if each.creates]
        office, within = makers[0].office, makers[0].within
    return Entity(
        key=key,
        id=uuid,
        contributions=ordered,
        state=state,
        revision=seen.revision + 1 if seen else 1,
        office=office,
        within=within,
    )


def keep_own_orders(stores: Stores, project: int) -> None:
    """All that people ordered, where an entity should lack it."""
    targets = sorted(set(stores.entity_lists.listed(project)), key=lambda each: each[1])
    for key, uuid in targets:
        entity = bring_in_step(stores, key, uuid)
        stores.entity_lists.touch(key, filled=entity.state.exists)
