"""What comes of an erased record after it was erased: it is taken nowhere, and the worker clears it
away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.model.records import Holding, Media, Record
from server.storage.stores import Stores


def came_again(stores: Stores, held: Holding, media: Mapping[str, Media], at: datetime) -> None:
    """A phone sent it once more, and was thanked. Its files, and its entry in the journal, were
    written before it was known for what it is."""
    blobs = {each.sha256 for each in media.values()}
    stores.erasures.look_again(held.key, held.instance_id, blobs, at)


def erased_meanwhile(stores: Stores, seen: Record, facts: Mapping[str, Any], at: datetime) -> None:
    """Its pictures were looked at, and made small, while it was erased, or it was not."""
    found = stores.erasures.find(seen.key, seen.instance_id)
    if found is not None and found.erased is not None:
        blobs = {sha256 for each in facts.values() for sha256 in each["thumbnails"].values()}
        stores.erasures.look_again(seen.key, seen.instance_id, blobs, at)
