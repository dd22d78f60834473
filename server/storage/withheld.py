"""Which records and entries are shared no more, and by whose word."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from pymongo.errors import DuplicateKeyError

from server.errors import DatabaseDown
from server.model.withholding import Target, Withholding, is_kept_back
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal

KIND = "withholding"
_RACES = 20


@speaks_our_errors
class Withheld:
    def __init__(self, db: Mongo, journal: Journal) -> None:
        self._journal = journal
        self._withheld = db["withheld"]

    def ids(self, kind: str, key: str) -> frozenset[str]:
        """Those of one form or list that are kept back now; they are few. No more than ids: what
        they stand for is read with a scope."""
        wanted = {"kind": kind, "key": key, "kept_back": True}
        return frozenset(each["id"] for each in self._withheld.find(wanted, {"id": 1}))

    def acts(self, target: Target) -> Sequence[Withholding]:
        """For whoever has read the record or entry itself, oldest first."""
        found = self._withheld.find_one({"_id": _id(target)})
        return _acts(found) if found else ()

    def add(self, targets: Sequence[Target], act: Withholding, at: datetime | None = None) -> bool:
        """Whether it was new for one of them at least. No record says it again, so the journal has
        it first. ``at`` is when they came, where that was later."""
        said = {"targets": [[each.kind, each.key, each.id] for each in targets]}
        self._journal.note(KIND, at or act.at, said | {"act": _document(act)})
        return self.add_again(targets, act)

    def add_again(self, targets: Sequence[Target], act: Withholding) -> bool:
        """Without the journal, which has it."""
        return any([self._add(each, act) for each in targets])

    def _add(self, target: Target, act: Withholding) -> bool:
        for _ in range(_RACES):
            found = self._withheld.find_one({"_id": _id(target)})
            known = _acts(found) if found else ()
            if act in known:
                return False
            if self._put(target, sorted((*known, act), key=lambda each: each.at), len(known)):
                return True
        raise DatabaseDown

    def _put(self, target: Target, acts: Sequence[Withholding], seen: int) -> bool:
        """Over exactly so many as were seen; False when another was faster."""
        document = {
            "_id": _id(target),
            "kind": target.kind,
            "key": target.key,
            "id": target.id,
            "acts": [_document(each) for each in acts],
            "count": len(acts),
            "kept_back": is_kept_back(acts),
        }
        if seen:
            before = {"_id": document["_id"], "count": seen}
            return self._withheld.replace_one(before, document).matched_count == 1
        try:
            self._withheld.insert_one(document)
        except DuplicateKeyError:
            return False
        return True


def read_journalled(body: bytes) -> tuple[Sequence[Target], Withholding]:
    said: Document = json.loads(body)
    return [Target(*each) for each in said["targets"]], _act(said["act"])


def _id(target: Target) -> str:
    return f"{target.kind}/{target.key}/{target.id}"


def _document(act: Withholding) -> Document:
    """All of it JSON too, for the journal."""
    return asdict(act) | {"since": act.since.isoformat(), "at": act.at.isoformat()}


def _acts(found: Document) -> Sequence[Withholding]:
    return tuple(_act(each) for each in found["acts"])


def _act(said: Document) -> Withholding:
    since, at = date.fromisoformat(said["since"]), datetime.fromisoformat(said["at"])
    return Withholding(**{**said, "since": since, "at": at})
