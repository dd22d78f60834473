"""Units that became others: what was asked, and who still is to move to the new unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from server.storage.database import Mongo, speaks_our_errors


@dataclass(frozen=True, slots=True)
class Move:
    """A phone or a person goes to the unit ``office``."""

    actor: str
    office: str


@dataclass(frozen=True, slots=True)
class PastSuccession:
    """``ends`` became ``heirs``; ``moves`` are done when the records stand right."""

    id: str
    at: datetime
    by: str
    day: str
    ends: tuple[str, ...]
    heirs: tuple[str, ...]
    moves: tuple[Move, ...]
    is_done: bool = False


@speaks_our_errors
class Successions:
    def __init__(self, db: Mongo) -> None:
        self._successions = db["successions"]

    def add(self, its: PastSuccession) -> None:
        document = asdict(its)
        document["_id"] = document.pop("id")
        self._successions.insert_one(document)

    def all(self) -> Sequence[PastSuccession]:
        """Newest first; they are few."""
        return [
            PastSuccession(
                id=each["_id"],
                at=each["at"],
                by=each["by"],
                day=each["day"],
                ends=tuple(each["ends"]),
                heirs=tuple(each["heirs"]),
                moves=tuple(Move(**move) for move in each["moves"]),
                is_done=each["is_done"],
            )
            for each in self._successions.find({}).sort("at", -1)
        ]

    def finish(self, id: str) -> None:
        self._successions.update_one({"_id": id}, {"$set": {"is_done": True}})
