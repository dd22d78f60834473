"""What a record orders for the registers: read from its versions, nothing looked up or stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from server.model.entities import Contribution, Order, Origin
from server.model.erasures import Erasure, OnceNamed
from server.model.forms import FormKey
from server.model.records import Record, RecordVersion, ReviewState
from server.model.scope import EVERYWHERE
from server.xforms.entities import EntityOrder, EntityOrders, read_entity_orders
from server.xforms.envelope import read_envelope
from server.xforms.form import Form

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
    name none; ``edited_elsewhere``: its newest version came from another office and says nothing
    here. ``made_with`` is what it said last of what it makes, also when that is withdrawn."""

    by_target: Mapping[Target, Contribution]
    made_with: Mapping[Target, Mapping[str, str]]
    odd: tuple[str, ...] = ()
    edited_elsewhere: bool = False


def ordered_by(record: Record, form_of: FormOf) -> Ordered:
    """What counts is the newest version of the record's own office or of those above it; an older
    one that named another entity withdraws from it, and so does a record that was deleted."""
    if record.erased is not None:
        return _ordered_once(record, record.erased)
    versions = [_read(each, form_of) for each in record.versions]
    counts = _newest_own(record)
    first: dict[Target, int] = {}
    made_with: dict[Target, Mapping[str, str]] = {}
    for number, version in enumerate(versions[: counts + 1]):
        for each in version.orders:
            first.setdefault(Target(each.list, each.id), number)
            if each.create:
                made_with[Target(each.list, each.id)] = each.data
    now: dict[Target, list[Order]] = defaultdict(list)
    if record.deleted_at is None:
        for each in versions[counts].orders:
            target = Target(each.list, each.id)
            # An edit mends what was said then; it was not said later for that.
            now[target].append(_order(each, versions[first[target]].made_at))
    # Versions of other offices count: whatever they did, versions of entities only rise.
    heard = [each.at for each in record.versions]
    heard += [record.deleted_at] if record.deleted_at is not None else []
    author = record.versions[counts].sender.office
    return Ordered(
        by_target={
            target: Contribution(
                source=source_of(record),
                origin=Origin.RECORD,
                orders=tuple(now.get(target, ())),
                count=len(heard) - since,
                at=heard[since],
                by=record.versions[0].sender.name,
                office=record.office,
                within=record.within,
                stood=record.stood,
                moved_at=record.moved_at,
                creates=target in made_with,
                approved=any(each.state is ReviewState.APPROVED for each in record.reviews),
                later=tuple(heard[since + 1 :]),
                # Whatever the centre of the province is called: above it there is everywhere.
                central=(author or EVERYWHERE) in record.within[:2],
                sender=record.versions[0].sender.id,
            )
            for target, since in first.items()
        },
        made_with=made_with,
        odd=versions[counts].odd,
        edited_elsewhere=counts + 1 < len(versions),
    )


def once_named(record: Record, form_of: FormOf) -> tuple[OnceNamed, ...]:
    """Every entry that the record ever had a say in, without what it said."""
    heard = len(record.versions) + (record.deleted_at is not None)
    return tuple(
        OnceNamed(target.list, target.id, heard - each.count, each.creates)
        for target, each in ordered_by(record, form_of).by_target.items()
    )


def _ordered_once(record: Record, erasure: Erasure) -> Ordered:
    """Of a record that was erased: all that it said is withdrawn."""
    heard = [each.at for each in record.versions]
    heard += [] if record.deleted_at is None else [record.deleted_at]
    heard.append(erasure.at)
    by_target = {
        Target(each.list, each.id): Contribution(
            source=source_of(record),
            origin=Origin.RECORD,
            orders=(),
            count=len(heard) - each.since,
            at=heard[each.since],
            by=record.versions[0].sender.name,
            office=record.office,
            within=record.within,
            stood=record.stood,
            moved_at=record.moved_at,
            creates=each.creates,
            later=tuple(heard[each.since + 1 :]),
            sender=record.versions[0].sender.id,
        )
        for each in erasure.entries
    }
    return Ordered(by_target, {})


def source_of(record: Record) -> str:
    return f"{record.key.text}/{record.instance_id}"


def record_of(source: str) -> tuple[FormKey, str]:
    """The form and the instance id that a record's source is made of."""
    project, form_id, instance_id = source.split("/", 2)
    return FormKey.parse(f"{project}/{form_id}"), instance_id


def _newest_own(record: Record) -> int:
    """The newest version that was sent from where the record belonged then, or from above."""
    own = (
        number
        for number, each in enumerate(record.versions)
        if (each.sender.office or EVERYWHERE) in (EVERYWHERE, *record.within, *record.stood)
    )
    return max(own, default=0)


def _read(version: RecordVersion, form_of: FormOf) -> EntityOrders:
    form = form_of(version)
    if not form.entities:
        return _NOTHING
    envelope = read_envelope(version.xml)
    return _NOTHING if envelope.encrypted else read_entity_orders(form, envelope.root)


def _order(each: EntityOrder, made_at: datetime | None) -> Order:
    return Order(
        create=each.create,
        update=each.update,
        label=each.label,
        data=each.data,
        trunk=each.trunk,
        base=each.base,
        branch=each.branch,
        made=made_at.astimezone(UTC).isoformat() if made_at else "",
        place=each.place,
    )
