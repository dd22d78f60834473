"""An erased record that a phone sends once more: thanked for, and taken nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from server.model.records import Holding, Media
from server.storage.stores import Stores


def came_again(stores: Stores, held: Holding, media: Mapping[str, Media], at: datetime) -> None:
    """Its files, and its entry in the journal, were written before it was known for what it is:
    the worker clears them away."""
    blobs = {each.sha256 for each in media.values()}
    stores.erasures.look_again(held.key, held.instance_id, blobs, at)
