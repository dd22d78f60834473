"""Units that became others: what was asked, and who still is to move to the new unit.

No record says it again, so the journal has each state too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from server.model.past_succession import Move, PastSuccession, Post, Stage
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal

KIND = "succession"


_IN_ORDER = tuple(Stage)


@speaks_our_errors
class Successions:
    def __init__(self, db: Mongo, journal: Journal) -> None:
        self._journal = journal
        self._successions = db["successions"]

    def add(self, its: PastSuccession) -> None:
        self._to_journal(its, its.at)
        self.put_again(its)

    def all(self) -> Sequence[PastSuccession]:
        """Newest first; they are few."""
        return [_read(each) for each in self._successions.find({}).sort("at", -1)]

    def reach(self, its: PastSuccession, stage: Stage, at: datetime) -> None:
        self._to_journal(replace(its, stage=stage), at)
        self._reach(its.id, stage)

    def put_again(self, its: PastSuccession) -> bool:
        """Without the journal, as it was at one time; whether that was missing."""
        try:
            self._successions.insert_one(_document(its))
        except DuplicateKeyError:
            return self._reach(its.id, its.stage)
        return True

    def _reach(self, id: str, stage: Stage) -> bool:
        there = [each.value for each in _IN_ORDER[_IN_ORDER.index(stage) :]]
        outdated = {"_id": id, "stage": {"$nin": there}}
        change = {"$set": {"stage": stage.value}}
        return self._successions.update_one(outdated, change).modified_count == 1

    def _to_journal(self, its: PastSuccession, at: datetime) -> None:
        self._journal.note(KIND, at, _document(its) | {"at": its.at.isoformat()})


def read_journalled(body: bytes) -> PastSuccession:
    said = json.loads(body)
    return _read(said | {"at": datetime.fromisoformat(said["at"])})


def _document(its: PastSuccession) -> Document:
    document = asdict(its) | {"stage": its.stage.value}
    document["_id"] = document.pop("id")
    return document


def _read(found: Document) -> PastSuccession:
    return PastSuccession(
        id=found["_id"],
        at=found["at"],
        by=found["by"],
        day=found["day"],
        ends=tuple(found["ends"]),
        heirs=tuple(found["heirs"]),
        moves=tuple(Move(**move) for move in found["moves"]),
        stage=_stage(found),
        # Of an earlier release nobody knows which were new: such a succession leaves them.
        new=tuple(found.get("new", ())),
        posts=tuple(Post(**post) for post in found.get("posts", ())),
        undoes=found.get("undoes", ""),
        names=found.get("names", {}),
    )


def _stage(found: Document) -> Stage:
    """A document of an earlier release says only whether it is done."""
    if "stage" in found:
        return Stage(found["stage"])
    return Stage.DONE if found.get("is_done") else Stage.BEGUN
