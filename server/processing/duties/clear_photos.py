"""What still lies about of photos whose time was over: in the journal, as files, and how they
looked.

Each step may be broken off and done again, as in ``clear_away``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.model.calendar import day_of
from server.model.forms import FormKey
from server.processing.duties.clear_away import remove_files
from server.storage.journal import Entry
from server.storage.journal_clearing import clear_journal
from server.storage.stores import Stores
from server.xforms.envelope import read_envelope

_MOST = 500
_DAY = timedelta(days=1)


def clear_photos(stores: Stores, project: int, at: datetime) -> int:
    """What waits for it by now; of how many records it was."""
    waiting = stores.erased_photos.waiting(at, _MOST)
    if not waiting:
        return 0
    for each in waiting:
        stores.looks.forget_pictures(each.key, each.instance_id, each.gone)
    gone = {(each.key, id): each.gone for each in waiting for id in each.ids}
    blobs = frozenset(sha256 for each in waiting for sha256 in each.blobs)
    # A clock that was wrong by a day is thought of.
    journal_done = clear_journal(
        stores.journal,
        since=day_of(min(at, *(each.came for each in waiting)) - _DAY),
        before=day_of(at - _DAY),
        gone=_Gone(gone, blobs),
    )
    left = remove_files(stores, project, blobs, at)
    for each in waiting:
        if journal_done and left.isdisjoint(each.blobs):
            stores.erased_photos.cleared(each)
        else:
            stores.erased_photos.look_again(each.key, each.instance_id, (), at + _DAY)
    return len(waiting)


@dataclass(frozen=True, slots=True)
class _Gone:
    """The photos, by the record's form and each id that it had; ``files`` are all."""

    photos: Mapping[tuple[FormKey, str], frozenset[str]]
    files: frozenset[str]

    def instead(self, entry: Entry) -> bytes | None:
        """The record stays."""
        return None

    def is_in(self, damaged: bytes) -> bool:
        """What cannot be read of it stays as it is."""
        return False

    def without(self, entry: Entry) -> frozenset[str]:
        if entry.kind != "record" or not entry.files:
            return frozenset()
        envelope = read_envelope(entry.body)
        key = FormKey(entry.facts["project"], envelope.form_id)
        ids = (envelope.instance_id, envelope.deprecated_id or "")
        return frozenset().union(*(self.photos.get((key, each), frozenset()) for each in ids))
