"""Everything derived, made again from the raw XML: with equal results, or something was wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from server.model.calendar import day_of
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.offices import Moving, within
from server.model.records import Record
from server.model.scope import WHOLE_HOUSE
from server.model.sequence import moment_of, seq_at
from server.processing.forms.shelf import Shelf
from server.processing.intake.derive import FORM_CLOSED, derive
from server.processing.offices.office_places import places_of
from server.processing.records.counting import COUNT, recount_day
from server.processing.registers.entities import apply_record
from server.storage.stores import Stores
from server.xforms.envelope import read_envelope


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """``changed`` records had something else derived before."""

    records: int = 0
    changed: int = 0


def rebuild(
    stores: Stores, shelf: Shelf, key: FormKey, at: datetime, progress: Callable[[int], None]
) -> Rebuilt:
    """All records of one form, then its counters."""
    total, days = Rebuilt(), set[str]()
    for record in stores.submissions.records(WHOLE_HOUSE, key, Filters(top=seq_at(at))):
        changed = _rebuild_record(stores, shelf, record, at)
        days.add(day_of(moment_of(record.seq)))
        total = replace(total, records=total.records + 1, changed=total.changed + changed)
        progress(total.records)
    stores.counters.clear(key)
    for day in sorted(days):
        recount_day(stores, key, day)
    return total


def _rebuild_record(stores: Stores, shelf: Shelf, record: Record, at: datetime) -> bool:
    envelope = read_envelope(record.current.xml)
    on_hand = shelf.on_hand(record.key, envelope.version)
    record = _where_it_belongs(stores, shelf, record, at)
    offices = places_of(record.office, shelf)
    closed = FORM_CLOSED in record.derived.issues
    derived = derive(envelope, on_hand, record.current.at, offices, closed=closed)
    is_other = derived != record.derived
    # The whole record at the write's own guard: an edit that arrives meanwhile derives itself, and
    # of what is erased meanwhile the registers hear nothing more.
    if is_other and not stores.submissions.replace_derived(record, derived, due=at):
        return False
    apply_record(stores, shelf, replace(record, derived=derived))
    return is_other


def _where_it_belongs(stores: Stores, shelf: Shelf, record: Record, at: datetime) -> Record:
    """Under the offices that answer today for the one it came from."""
    chain = within(record.office, shelf.offices())
    if record.office not in shelf.offices() or chain == record.within:
        return record
    move = Moving.between(record.within, chain, stores.offices.changed())
    stores.follow_ups.move(record.key, record.instance_id, move, COUNT, at)
    stood = tuple(dict.fromkeys((*record.stood, *move.left)))
    return replace(record, within=chain, stood=stood, moved_at=move.since)
