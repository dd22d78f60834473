"""Before people's data leave the house: whether one person may take so many of them alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from server.model.data_requests import Concern
from server.model.entities import Entity, ListKey
from server.model.filters import Filters
from server.model.offices import tops
from server.model.records import Record, RecordLine
from server.model.withholding import LISTS, RECORDS
from server.processing.approvals.mass_export import TakingOut, let_out
from server.processing.records.record_lists import Lists
from server.routes.allow import Caller, services


def take_list(
    caller: Caller, found: Lists, filters: Filters, asked: Mapping[str, str] | None = None
) -> None:
    """All records that ``filters`` leave; ``asked`` are these as they stand in the address. Raises
    TakesTwo."""
    lines = found.page(filters, services().config.mass_export)
    roots = frozenset((filters.office,)) if filters.office else found.roots
    _take(caller, Concern(RECORDS, found.key.form_id, ""), _ids(lines), roots, asked)


def take_lines(caller: Caller, found: Lists, lines: Iterable[RecordLine]) -> None:
    """A page of a list. Raises TakesTwo."""
    _take(caller, Concern(RECORDS, found.key.form_id, ""), _ids(lines), found.roots)


def take_record(caller: Caller, record: Record) -> None:
    """Raises TakesTwo."""
    whole = Concern(RECORDS, record.key.form_id, "")
    _take(caller, whole, (record.instance_id,), record.within[-1:])


def take_entries(caller: Caller, key: ListKey, ids: Collection[str]) -> None:
    """Raises TakesTwo."""
    roots = tops(caller.scope.on_list(key.name).offices, services().shelf.offices())
    _take(caller, Concern(LISTS, key.name, ""), ids, roots)


def take_entry(caller: Caller, entity: Entity) -> None:
    """Raises TakesTwo."""
    whole = Concern(LISTS, entity.key.name, "")
    _take(caller, whole, (entity.id,), entity.within[-1:])


def _ids(lines: Iterable[RecordLine]) -> Collection[str]:
    return [each.instance_id for each in lines]


def _take(
    caller: Caller,
    whole: Concern,
    ids: Collection[str],
    roots: Iterable[str],
    asked: Mapping[str, str] | None = None,
) -> None:
    house = services()
    taking = TakingOut(whole, ids, tuple(roots), asked or {})
    most, at = house.config.mass_export, house.clock()
    let_out(house.stores, house.shelf, caller.actor, taking, most=most, at=at)
