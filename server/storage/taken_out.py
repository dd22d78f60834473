"""Whose data each person took out today, to know when it is more than one may alone.

Only ids, and forgotten when the day is over: the access log is what stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from server.errors import DatabaseDown
from server.storage.database import Document, Mongo, speaks_our_errors

_RACES = 20


@speaks_our_errors
class TakenOut:
    def __init__(self, db: Mongo) -> None:
        self._taken = db["taken_out"]

    def take(
        self, actor_id: str, day: str, things: Iterable[str], most: int, ends_at: datetime
    ) -> bool:
        """All of ``things``, or none where it would be more than ``most`` on this day."""
        wanted = dict.fromkeys(things)
        for _ in range(_RACES):
            found = self._taken.find_one({"_id": f"{actor_id}/{day}"})
            known = found["things"] if found else []
            seen = frozenset(known)
            new = [each for each in wanted if each not in seen]
            if len(known) + len(new) > most:
                return False
            document = {
                "_id": f"{actor_id}/{day}",
                "things": [*known, *new],
                "count": len(known) + len(new),
                "ends_at": ends_at,
            }
            if not new or self._put(document, len(known) if found else None):
                return True
        raise DatabaseDown

    def _put(self, document: Document, seen: int | None) -> bool:
        """Over exactly so many as were seen; False when another request was faster."""
        if seen is not None:
            before = {"_id": document["_id"], "count": seen}
            return self._taken.replace_one(before, document).matched_count == 1
        try:
            self._taken.insert_one(document)
        except DuplicateKeyError:
            return False
        return True
