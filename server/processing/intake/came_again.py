"""What comes of something erased after it was erased: it is taken nowhere, and the worker clears it
away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from server.model.records import Holding, Media, Record
from server.processing.intake.decide import AddMedia, Decision, Erased, Revise, Same
from server.storage.stores import Stores
from server.xforms.envelope import Envelope


def came_again(
    stores: Stores,
    decision: Decision,
    instance_id: str,
    media: Mapping[str, Media],
    at: datetime,
) -> None:
    """A phone sent it once more, and was thanked. Files, and an entry in the journal, were written
    before it was known for what it is. Edits of what was an edit of it are known by that."""
    blobs = {each.sha256 for each in media.values()}
    match decision:
        case Erased(held):
            edits = () if instance_id in held.digests else (instance_id,)
            stores.erasures.look_again(held.key, held.instance_id, blobs, at, edits=edits)
        case Revise(held) | AddMedia(held) | Same(held):
            _clear_again(stores, held, blobs, at)


def is_there(
    stores: Stores,
    known: Iterable[Holding],
    envelope: Envelope,
    files: Sequence[tuple[str, str]],
    at: datetime,
) -> bool:
    """Whether one of these has all of an entry of the journal, whose ``files`` are (name, sha256).
    In a copy of the journal from before, photos that were erased lie there once more."""
    found = next((each for each in known if _has(stores, each, envelope, files)), None)
    if found is not None:
        _clear_again(stores, found, {sha256 for _, sha256 in files}, at)
    return found is not None


def _has(
    stores: Stores, held: Holding, envelope: Envelope, files: Sequence[tuple[str, str]]
) -> bool:
    if held.digests.get(envelope.instance_id) != envelope.digest:
        return False
    return all(
        held.files.get(name) == sha256 and (sha256 in held.gone or stores.blobs.is_whole(sha256))
        for name, sha256 in files
    )


def _clear_again(stores: Stores, held: Holding, blobs: Set[str], at: datetime) -> None:
    """Its erased photos, where these are among them."""
    if again := held.gone & blobs:
        stores.erased_photos.look_again(held.key, held.instance_id, again, at)


def erased_meanwhile(stores: Stores, seen: Record, facts: Mapping[str, Any], at: datetime) -> None:
    """Its pictures were looked at, and made small, while it or they were erased, or they were
    not."""
    found = stores.erasures.find(seen.key, seen.instance_id)
    if found is None:
        return
    blobs = {sha256 for each in facts.values() for sha256 in each["thumbnails"].values()}
    if found.erased is not None:
        stores.erasures.look_again(seen.key, seen.instance_id, blobs, at)
    elif found.photos_erased is not None:
        stores.erased_photos.look_again(seen.key, seen.instance_id, blobs, at)
