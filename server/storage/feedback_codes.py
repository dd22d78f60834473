"""Codes for forms without a name, and which of them were used. No record says it again, so the
journal has it too; of a use no more than its day (docs/decisions/0028)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from server.model.calendar import day_bounds, day_of
from server.model.feedback import CodeBatch
from server.model.forms import FormKey
from server.model.sequence import seq_at
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal

MADE = "feedback_codes"
USED = "feedback_used"
REVOKED = "feedback_revoked"
_TIMES = ("at", "ends_at")


@speaks_our_errors
class FeedbackCodes:
    def __init__(self, db: Mongo, journal: Journal) -> None:
        self._journal = journal
        self._batches = db["feedback_codes"]

    def find(self, id: str) -> CodeBatch | None:
        found = self._batches.find_one({"_id": id})
        return _read(found) if found else None

    def of_code(self, code_hash: str) -> CodeBatch | None:
        found = self._batches.find_one({"codes": code_hash})
        return _read(found) if found else None

    def of_form(self, key: FormKey) -> Iterator[CodeBatch]:
        """Of all offices, the newest first; they are about nobody."""
        yield from map(_read, self._batches.find({"form": key.text}).sort("at", -1))

    def add(self, batch: CodeBatch) -> None:
        times = {name: getattr(batch, name).isoformat() for name in _TIMES}
        self._journal.note(MADE, batch.at, _document(batch) | times)
        self._add(_document(batch))

    def add_again(self, body: bytes) -> bool:
        said: Document = json.loads(body)
        return self._add(said | {name: datetime.fromisoformat(said[name]) for name in _TIMES})

    def _add(self, document: Document) -> bool:
        try:
            self._batches.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    def use(self, batch: CodeBatch, code_hash: str, mark: str, at: datetime) -> bool:
        """Whether it is used by this mark: of two at once the database decides, and the journal
        hears of that one alone. Where it broke off in between no record came either, and whoever
        tries again says it again. The hour stays out of the journal: there it would stand beside
        the record's."""
        said = {"_id": batch.id, "code": code_hash, "mark": mark}
        if not self._use(said):
            now = self.find(batch.id)
            if now is None or now.used.get(code_hash) != mark:
                return False
        midnight, _ = day_bounds(day_of(at))
        self._journal.note(USED, at, said, seq=seq_at(midnight))
        return True

    def use_again(self, body: bytes) -> bool:
        return self._use(json.loads(body))

    def _use(self, said: Document) -> bool:
        place = f"used.{said['code']}"
        unused = {"_id": said["_id"], place: ""}
        change = {"$set": {place: said["mark"]}}
        return self._batches.update_one(unused, change).matched_count == 1

    def revoke(self, batch: CodeBatch, by: str, at: datetime) -> None:
        said = {"_id": batch.id, "by": by, "at": at.isoformat()}
        self._journal.note(REVOKED, at, said)
        self._revoke(said)

    def revoke_again(self, body: bytes) -> bool:
        return self._revoke(json.loads(body))

    def _revoke(self, said: Document) -> bool:
        standing = {"_id": said["_id"], "revoked_at": {"$exists": False}}
        change = {"revoked_at": datetime.fromisoformat(said["at"]), "revoked_by": said["by"]}
        return self._batches.update_one(standing, {"$set": change}).matched_count == 1


def _document(batch: CodeBatch) -> Document:
    """All codes have their place from the first: in the order of their use they would stand beside
    the records in that of their arrival."""
    document = asdict(batch) | {"_id": batch.id, "form": batch.key.text, "codes": [*batch.codes]}
    document["used"] = {each: batch.used.get(each, "") for each in batch.codes}
    for name in ("id", "key", "revoked_at"):
        document.pop(name)
    return document


def _read(found: Document) -> CodeBatch:
    return CodeBatch(
        id=found["_id"],
        key=FormKey.parse(found["form"]),
        office=found["office"],
        by=found["by"],
        by_name=found["by_name"],
        at=found["at"],
        ends_at=found["ends_at"],
        codes=tuple(found["codes"]),
        used={code: mark for code, mark in found["used"].items() if mark},
        revoked_at=found.get("revoked_at"),
    )
