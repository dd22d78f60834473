"""What a record orders for the registers, done after the phone was thanked."""

from __future__ import annotations

from datetime import datetime

from server.model.records import Issue, Record
from server.processing.duties.withholding import withhold_late
from server.processing.forms.shelf import Shelf
from server.processing.records.issues import Code
from server.processing.registers.entities import apply_record
from server.storage.stores import Stores

_MANY = 20  # of one kind of remark on a record: more help nobody


def keep_registers(
    stores: Stores, shelf: Shelf, record: Record, now: datetime
) -> tuple[Issue, ...]:
    """The remarks that follow."""
    ordered = apply_record(stores, shelf, record)
    withhold_late(stores, shelf, record, ordered, now)
    unnamed = (Issue(Code.ENTITY_UNNAMED, place or None) for place in ordered.odd[:_MANY])
    elsewhere = (Issue(Code.EDITED_ELSEWHERE),) if ordered.edited_elsewhere else ()
    return (*unnamed, *elsewhere)
