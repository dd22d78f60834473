"""What comes of something erased after it was erased: it is taken nowhere, and the worker clears it
away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.model.records import Media, Record
from server.processing.decide import AddMedia, Decision, Erased, Revise, Same
from server.storage.stores import Stores


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
        case Revise(held) | AddMedia(held) | Same(held) if blobs & held.gone:
            again = blobs & held.gone
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
