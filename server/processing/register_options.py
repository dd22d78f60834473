"""How a register behaves, as people choose it: journalled, since nothing else says it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from server.model.entities import ListKey
from server.storage.stores import Stores

KIND = "register"


def choose(
    stores: Stores, key: ListKey, chosen: Mapping[str, object], by: str, at: datetime
) -> None:
    """``chosen`` are options by their names in ``EntityList``. What is in the register stays."""
    said = {"list": key.text, "chosen": dict(chosen), "by": by, "at": at.isoformat()}
    stores.journal.note(KIND, at, said)
    stores.entity_lists.choose(key, chosen, at)


def choose_again(stores: Stores, body: bytes) -> bool:
    """Out of the journal: whether it was missing."""
    said = json.loads(body)
    key, at = ListKey.parse(said["list"]), datetime.fromisoformat(said["at"])
    return stores.entity_lists.choose(key, said["chosen"], at)
