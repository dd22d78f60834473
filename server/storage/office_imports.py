"""Files of units that were taken in: what each added and changed, so that it can be undone.

No record says it again, so the journal has each state too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from server.model.past_import import PastImport, Said
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal
from server.storage.offices import read_office

KIND = "office_import"


@speaks_our_errors
class OfficeImports:
    def __init__(self, db: Mongo, journal: Journal) -> None:
        self._journal = journal
        self._imports = db["office_imports"]

    def add(self, its: PastImport) -> None:
        self._to_journal(its, its.at)
        self.put_again(its)

    def all(self) -> Sequence[PastImport]:
        """Newest first; they are few."""
        return [_read(each) for each in self._imports.find({}).sort("at", -1)]

    def undone(self, its: PastImport, by: str, at: datetime) -> None:
        self._to_journal(replace(its, undone_by=by), at)
        self._undone(its.id, by)

    def put_again(self, its: PastImport) -> bool:
        """Without the journal, as it was at one time; whether that was missing."""
        try:
            self._imports.insert_one(_document(its))
        except DuplicateKeyError:
            return bool(its.undone_by) and self._undone(its.id, its.undone_by)
        return True

    def _undone(self, id: str, by: str) -> bool:
        """Whoever undid it first has."""
        wanted = {"_id": id, "undone_by": ""}
        return self._imports.update_one(wanted, {"$set": {"undone_by": by}}).modified_count == 1

    def _to_journal(self, its: PastImport, at: datetime) -> None:
        self._journal.note(KIND, at, _document(its) | {"at": its.at.isoformat()})


def read_journalled(body: bytes) -> PastImport:
    said = json.loads(body)
    return _read(said | {"at": datetime.fromisoformat(said["at"])})


def _document(its: PastImport) -> Document:
    document = asdict(its)
    document["_id"] = document.pop("id")
    return document


def _read(found: Document) -> PastImport:
    return PastImport(
        id=found["_id"],
        at=found["at"],
        by=found["by"],
        new=tuple(found["new"]),
        changed=tuple(
            Said(read_office(each["before"]), read_office(each["after"]))
            for each in found["changed"]
        ),
        undone_by=found["undone_by"],
    )
