"""Wrong passwords and codes, counted. Keys are hashes: whom somebody tried stands nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from server.model.guesses import Tries
from server.storage.database import Mongo, speaks_our_errors


@speaks_our_errors
class WrongTries:
    def __init__(self, db: Mongo) -> None:
        self._tries = db["tries"]

    def of(self, keys: Iterable[str]) -> Mapping[str, Tries]:
        """Those of ``keys`` under which something was counted. One query."""
        found = self._tries.find({"_id": {"$in": list(keys)}})
        return {each["_id"]: Tries(each["count"], each["last_at"]) for each in found}

    def count(self, keys: Iterable[str], at: datetime, ends_at: datetime) -> None:
        """One more under each; forgotten at ``ends_at`` unless there are more."""
        change = {"$inc": {"count": 1}, "$set": {"last_at": at, "ends_at": ends_at}}
        for key in keys:
            try:
                self._tries.update_one({"_id": key}, change, upsert=True)
            except DuplicateKeyError:  # two began at one time
                self._tries.update_one({"_id": key}, change)

    def forget(self, key: str) -> None:
        self._tries.delete_one({"_id": key})
