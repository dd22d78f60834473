"""Who a record is about, erased for ever; what it counts for stays (docs/decisions/0021).

The mark comes first: from then on the record is without its answers, whoever brings them again.
What lies about of it is cleared away afterwards (``clear_away``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from server.errors import DatabaseDown
from server.model.approvals import Approval
from server.model.entities import ListKey
from server.model.erasures import Erasure, Word
from server.model.forms import FormKey
from server.model.records import Record, RecordVersion
from server.model.withholding import RECORDS
from server.processing.forms.shelf import Shelf
from server.processing.intake.derive import FORM_CLOSED, derive
from server.processing.offices.office_places import places_of
from server.processing.registers.entities import bring_in_step
from server.processing.registers.entity_orders import once_named
from server.storage.stores import Stores
from server.xforms.deidentified import deidentified
from server.xforms.envelope import read_envelope

_RACES = 20
_LATER = timedelta(milliseconds=1)  # the least that the database can tell apart


def erase(stores: Stores, approval: Approval, at: datetime) -> None:
    """What two people granted."""
    decided = approval.decision.by_name if approval.decision else ""
    word = Word(approval.asked_by_name, decided, approval.reason)
    for each in approval.about.things:
        if each.kind == RECORDS:
            erase_record(stores, FormKey(approval.project, each.name), each.id, word, at)
        else:
            _erase_entry(stores, ListKey(approval.project, each.name), each.id, at)


def _erase_entry(stores: Stores, key: ListKey, uuid: str, at: datetime) -> None:
    """What people themselves ordered for it; what records said goes with these."""
    stores.entity_lists.erase_own(key, uuid, at)
    bring_in_step(stores, key, uuid)
    stores.entity_lists.touch(key, filled=True)


def erase_record(stores: Stores, key: FormKey, instance_id: str, word: Word, at: datetime) -> None:
    """A deleted one too; one that is erased already is left alone."""
    shelf = Shelf(stores)
    for turn in range(_RACES):
        record = stores.erasures.find(key, instance_id)
        if record is None or record.erased is not None:
            return
        entries = once_named(record, lambda v: shelf.on_hand(key, v.form_version).form)
        # The journal has each try, and a replay takes the latest.
        erasure = Erasure(at + turn * _LATER, word, entries)
        if stores.erasures.put(record, _without_identity(shelf, record), erasure):
            return
    raise DatabaseDown


def _without_identity(shelf: Shelf, record: Record) -> Record:
    """Of earlier versions nothing stays but that they were."""
    *earlier, current = record.versions
    versions = (
        *(_emptied(shelf, record.key, each, answers=False) for each in earlier),
        _emptied(shelf, record.key, current, answers=True),
    )
    envelope = read_envelope(versions[-1].xml)
    on_hand = shelf.on_hand(record.key, current.form_version)
    closed = FORM_CLOSED in record.derived.issues
    places = places_of(record.office, shelf)
    return replace(
        record,
        versions=versions,
        derived=derive(envelope, on_hand, current.at, places, closed=closed),
        media=(),
        facts={},
        issues=(),
        reviews=tuple(replace(each, reason="") for each in record.reviews),
        todo=(),
    )


def _emptied(shelf: Shelf, key: FormKey, version: RecordVersion, *, answers: bool) -> RecordVersion:
    form = shelf.on_hand(key, version.form_version).form
    xml = deidentified(read_envelope(version.xml), form, shelf.levels(key), answers=answers)
    return replace(version, xml=xml, digest=read_envelope(xml).digest, device="")
