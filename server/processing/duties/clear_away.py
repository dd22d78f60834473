"""What still lies about of erased records: in the journal, among what was set aside, as files.

Each step may be broken off and done again. A file goes when nothing else points to it and nobody
has touched it for a day, as in a sweep; the journal's of a day when that day is over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from server.errors import AttachmentUnknown
from server.model.aside import SetAside
from server.model.calendar import day_of
from server.model.forms import FormKey
from server.model.scope import WHOLE_HOUSE
from server.processing.recovery.sweep import GRACE, pointed_to
from server.storage.aside import SETTLED
from server.storage.codec import record_id
from server.storage.entity_codec import orders_text, read_orders
from server.storage.erased_photos import KIND as PHOTOS
from server.storage.erasures import Leftovers
from server.storage.journal import Entry
from server.storage.journal_clearing import clear_journal
from server.storage.keepings import KIND as KEEPING
from server.storage.openings import KIND as OPENING
from server.storage.openings import journal_text, read_journalled
from server.storage.stores import Stores
from server.xforms.envelope import Envelope, read_envelope
from server.xforms.xml import NotReadable

_MOST = 500
_DAY = timedelta(days=1)

Ids = Mapping[FormKey, frozenset[str]]


def clear_away(stores: Stores, project: int, at: datetime) -> int:
    """What waits for it by now; of how many records and orders it was."""
    orders = stores.entity_lists.erasing(at)
    waiting = stores.erasures.waiting(at, _MOST)
    if not orders and not waiting:
        return 0
    _empty_aside(stores, waiting, at)
    # With what was set aside of them.
    waiting = stores.erasures.waiting(at, _MOST)
    for each in waiting:
        stores.looks.forget_record(each.key, each.instance_id)
        stores.openings.forget_reasons(each.key, each.instance_id)
    # A clock that was wrong by a day is thought of; orders may be of any age.
    since = "" if orders else day_of(min(at, *(each.came for each in waiting)) - _DAY)
    gone = _Erased(
        ids=_ids(waiting),
        orders=orders,
        aside=frozenset(id for each in waiting for id in each.aside),
        files=frozenset(sha256 for each in waiting for sha256 in each.blobs),
    )
    journal_done = clear_journal(stores.journal, since=since, before=day_of(at - _DAY), gone=gone)
    stores.entity_lists.cleared(orders)
    left = remove_files(stores, project, gone.files, at)
    for each in waiting:
        if journal_done and left.isdisjoint(each.blobs):
            stores.erasures.cleared(each)
        else:
            stores.erasures.look_again(each.key, each.instance_id, (), at + _DAY)
    return len(waiting) + len(orders)


def _ids(waiting: Sequence[Leftovers]) -> Ids:
    found: dict[FormKey, frozenset[str]] = {}
    for each in waiting:
        found[each.key] = found.get(each.key, frozenset()) | each.ids
    return found


def _empty_aside(stores: Stores, waiting: Sequence[Leftovers], at: datetime) -> None:
    for form_id in {each.key.form_id for each in waiting}:
        things = {thing: _named(stores, thing) for thing in stores.aside.of_form(form_id)}
        for left in waiting:
            if left.key.form_id == form_id:
                _empty_of(stores, left, dict(things), at)


def _empty_of(
    stores: Stores, left: Leftovers, things: dict[SetAside, Set[str]], at: datetime
) -> None:
    """Edits of edits too. The files of what was set aside are noted before it goes."""
    ids = set(left.ids)
    while thing := next((each for each, named in things.items() if named & ids), None):
        things.pop(thing)
        # What claims to be an edit of it may have the id of another record, which stays.
        held = stores.submissions.holding(WHOLE_HOUSE, left.key, [thing.instance_id])
        edits = [] if held else [thing.instance_id]
        ids.update(edits)
        blobs = {thing.xml, *(each.sha256 for each in thing.files)} - {""}
        stores.erasures.look_again(
            left.key, left.instance_id, blobs, at, aside=[thing.id], edits=edits
        )
        stores.aside.forget(thing.id)


def _named(stores: Stores, thing: SetAside) -> Set[str]:
    """The ids that it has, or refers to."""
    envelope = _envelope(stores, thing.xml)
    ids = {envelope.instance_id, envelope.deprecated_id or ""} if envelope else set[str]()
    return (ids | {thing.instance_id}) - {""}


def _envelope(stores: Stores, xml: str) -> Envelope | None:
    if not xml:
        return None
    try:
        return read_envelope(stores.blobs.read(xml))
    except (NotReadable, AttachmentUnknown):
        return None


@dataclass(frozen=True, slots=True)
class _Erased:
    """Records by all their ids, the sources of what people ordered, what was set aside, the files
    of all these."""

    ids: Ids
    orders: frozenset[str]
    aside: frozenset[str]
    files: frozenset[str]

    def instead(self, entry: Entry) -> bytes | None:
        """Nothing, of a record's entry, an edit's of it, or words that a reviewer wrote, or that
        say why it is kept, or of whoever dealt with what was set aside; of many orders the others;
        that it was opened, without the reason."""
        if entry.kind == "orders" and self.orders:
            return self._others(entry)
        if entry.kind == OPENING:
            return self._without_reason(entry.body)
        return b"" if self._has(entry) else None

    def without(self, entry: Entry) -> frozenset[str]:
        """What has files of it goes whole."""
        return frozenset()

    def is_in(self, damaged: bytes) -> bool:
        """By an id, as XML and what people did have it."""
        ids = [each.encode() for ids in self.ids.values() for each in ids]
        ways = (b">%b<", b'"%b"', b'/%b"')
        return any(way % each in damaged for each in ids for way in ways)

    def _without_reason(self, body: bytes) -> bytes | None:
        opening = read_journalled(body)
        is_of = opening.instance_id in self.ids.get(opening.key, ())
        return journal_text(replace(opening, reason="")) if is_of and opening.reason else None

    def _has(self, entry: Entry) -> bool:
        if entry.kind == SETTLED:
            return json.loads(entry.body)["id"] in self.aside
        if entry.kind == "record":
            envelope = read_envelope(entry.body)
            wanted = self._of(entry.facts["project"], envelope.form_id)
            return envelope.instance_id in wanted or envelope.deprecated_id in wanted
        if entry.kind == PHOTOS:
            return json.loads(entry.body)["record"] in self._records
        if entry.kind in ("review", KEEPING):
            said = json.loads(entry.body)
            is_of = said["instance_id"] in self._of(said["project"], said["form_id"])
            return is_of and bool(said["reason"])
        return False

    @property
    def _records(self) -> frozenset[str]:
        return frozenset(record_id(key, each) for key, ids in self.ids.items() for each in ids)

    def _of(self, project: int, form_id: str) -> frozenset[str]:
        return self.ids.get(FormKey(project, form_id), frozenset())

    def _others(self, entry: Entry) -> bytes | None:
        """What was withdrawn says nothing, and stays."""
        said = read_orders(entry.body)
        kept = [
            (uuid, each) for uuid, each in said if each.source not in self.orders or not each.orders
        ]
        if len(kept) == len(said):
            return None
        return orders_text(kept) if kept else b""


def remove_files(stores: Stores, project: int, blobs: Set[str], at: datetime) -> set[str]:
    """Those that cannot go yet. What others point to stays, and is nobody's leftover."""
    # First what was last used when, then what is pointed to, as in a sweep.
    there = dict(stores.blobs.last_used(blobs))
    if not there:
        return set()
    kept = pointed_to(stores, project)
    left = set[str]()
    for sha256, last_use in there.items():
        if sha256 in kept:
            continue
        if last_use >= at - GRACE or not stores.blobs.remove(sha256, last_use):
            left.add(sha256)
    return left
