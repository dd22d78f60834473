"""The photos of a record whose time is over: two people grant that they go, all else stays.

The mark comes first, as where a record is erased (docs/decisions/0021); then the worker clears away
what lies about of them (``clear_photos``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from server.model.approvals import Approval
from server.model.forms import FormKey
from server.model.records import Media, Record
from server.processing.forms.shelf import Shelf
from server.storage.stores import Stores
from server.xforms.envelope import read_envelope
from server.xforms.record import read_record
from server.xforms.values import nfc

_DRAWN = "signature"


def erase_photos(stores: Stores, approval: Approval, at: datetime) -> None:
    """What two people granted; what came after that stays."""
    shelf = Shelf(stores)
    granted = approval.decision.at if approval.decision else at
    for each in approval.about.things:
        record = stores.erasures.find(FormKey(approval.project, each.name), each.id)
        if record is None or record.erased is not None:
            continue
        gone = [media for media in photos_of(shelf, record) if media.at <= granted]
        before = record.photos_erased
        # What only drew a signature since is looked through too, and stays.
        if gone or before is None or before.at < granted:
            stores.erased_photos.erase(record, gone, granted, at)


def photos_of(shelf: Shelf, record: Record) -> tuple[Media, ...]:
    """All pictures but signatures: these prove a consent for as long as there is one."""
    signed = frozenset(_signed(shelf, record))
    return tuple(
        each
        for each in record.media
        if each.type.startswith("image/") and nfc(each.name) not in signed
    )


def _signed(shelf: Shelf, record: Record) -> Iterator[str]:
    for version in record.versions:
        envelope = read_envelope(version.xml)
        if envelope.encrypted:
            continue
        form = shelf.on_hand(record.key, version.form_version).form
        for node in read_record(form, envelope.root).walk():
            if node.field.is_file and _DRAWN in node.field.appearance.split():
                yield nfc(node.text.strip())
