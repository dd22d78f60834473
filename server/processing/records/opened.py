"""One record with its answers, for whoever reads it on a page or by a program."""

from __future__ import annotations

from dataclasses import dataclass

from server.errors import AttachmentUnknown, RecordUnknown
from server.errors.duties import RecordDeleted
from server.model.calendar import ZONE
from server.model.forms import FormKey
from server.model.records import Media, Record, RecordVersion
from server.model.scope import Scope
from server.processing.forms.shelf import OnHand, Shelf
from server.processing.records.reading import reading_of
from server.storage.stores import Stores
from server.xforms.envelope import read_envelope
from server.xforms.masking import Mask
from server.xforms.record import RecordTree, read_record
from server.xforms.values import nfc

_NOTHING = RecordTree((), ())


@dataclass(frozen=True, slots=True)
class Opened:
    """``tree`` is empty for an encrypted record; ``before`` are the answers before the last edit,
    None for a record that was never edited."""

    record: Record
    on_hand: OnHand
    tree: RecordTree
    encrypted: bool
    before: RecordTree | None


def stored_record(stores: Stores, scope: Scope, key: FormKey, instance_id: str) -> Record:
    """By any id it ever had. None of its answers may be shown. Raises RecordUnknown, out of scope
    too, and RecordDeleted."""
    record = stores.submissions.find(scope, key, instance_id)
    if record is not None:
        return record
    deletion = stores.submissions.deletion(scope, key, instance_id)
    if deletion is None:
        raise RecordUnknown
    raise RecordDeleted(
        day=f"{deletion.at.astimezone(ZONE):%d/%m/%Y}",
        asked=deletion.asked_by,
        granted=deletion.granted_by,
    )


def find_record(
    stores: Stores, shelf: Shelf, scope: Scope, key: FormKey, instance_id: str
) -> Record:
    """The same with what its reader may see. Raises RecordUnknown."""
    record = stored_record(stores, scope, key, instance_id)
    return reading_of(shelf, scope, key).record(record)


def file_named(record: Record, name: str) -> Media:
    """Letters with marks are written in two ways; both name one file. Raises AttachmentUnknown."""
    found = next((each for each in record.media if nfc(each.name) == nfc(name)), None)
    if found is None:
        raise AttachmentUnknown
    return found


def open_record(
    stores: Stores, shelf: Shelf, scope: Scope, key: FormKey, instance_id: str
) -> Opened:
    """Raises RecordUnknown, out of scope too."""
    stored = stored_record(stores, scope, key, instance_id)
    reading = reading_of(shelf, scope, key)
    record, mask = reading.record(stored), reading.mask(stored)
    on_hand = shelf.on_hand(key, record.current.form_version)
    tree = _tree(on_hand, record.current, mask)
    # Along the newest form: only what can be shown beside its answers is compared.
    before = _tree(on_hand, record.versions[-2], mask) if len(record.versions) > 1 else None
    return Opened(record, on_hand, tree or _NOTHING, tree is None, before)


def _tree(on_hand: OnHand, version: RecordVersion, mask: Mask) -> RecordTree | None:
    """None when it is encrypted."""
    envelope = read_envelope(version.xml)
    if envelope.encrypted:
        return None
    return mask.tree(on_hand.form, read_record(on_hand.form, envelope.root))
