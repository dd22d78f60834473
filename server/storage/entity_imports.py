"""Which lists were filled from files, when and by whom; ``entity_orders`` has what they ordered.

No record says it again, so the journal has each state first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bson import json_util
from pymongo.errors import DuplicateKeyError

from server.model.calendar import day_of
from server.model.entities import ListKey
from server.model.entity_imports import EntityImport, ImportState
from server.model.scope import Scope
from server.model.sequence import new_seq
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal
from server.storage.standing import move_all

_JSON = json_util.JSONOptions(json_mode=json_util.JSONMode.RELAXED, tz_aware=True)
_IN_ORDER = tuple(ImportState)  # no import goes back to an earlier one


@speaks_our_errors
class EntityImports:
    def __init__(self, db: Mongo, journal: Journal) -> None:
        self._journal = journal
        self._imports = db["entity_imports"]

    def begin(self, its: EntityImport) -> None:
        self._to_journal(its, its.at)
        self._imports.insert_one(_document(its))

    def set_state(self, its: EntityImport, state: ImportState, at: datetime) -> None:
        self._to_journal(replace(its, state=state), at)
        self._imports.update_one({"_id": its.batch}, {"$set": {"state": state.value}})

    def put_again(self, text: bytes) -> bool:
        """Out of the journal, as it had been at one time; whether that was missing."""
        document = json_util.loads(text, json_options=_JSON)
        its = _import(document)
        try:
            self._imports.insert_one(_document(its))
        except DuplicateKeyError:
            earlier = [each.value for each in _IN_ORDER[: _IN_ORDER.index(its.state)]]
            outdated = {"_id": its.batch, "state": {"$in": earlier}}
            change = {"$set": {"state": its.state.value}}
            return self._imports.update_one(outdated, change).matched_count == 1
        return True

    def find(self, scope: Scope, batch: str) -> EntityImport | None:
        found = self._imports.find_one({"_id": batch})
        return _import(found) if found and scope.sees_office(found["within"]) else None

    def move(self, key: ListKey, office: str, chain: Sequence[str]) -> None:
        """Those of this office, which stands elsewhere in the tree now."""
        found = self._imports.find({"list": key.text, "within": office}, {"within": 1})
        move_all(self._imports, found, office, chain)

    def page(self, scope: Scope, key: ListKey, before: str, limit: int) -> list[EntityImport]:
        """Of one list, newest first, older than the import ``before``, '' for the newest."""
        found: dict[str, EntityImport] = {}
        for root in sorted(scope.offices):
            wanted: Document = {"list": key.text, "within": root}
            if before:
                wanted["batch"] = {"$lt": before}
            page = self._imports.find(wanted).sort("batch", -1).limit(limit)
            found |= {each["batch"]: _import(each) for each in page}
        return [found[each] for each in sorted(found, reverse=True)[:limit]]

    def _to_journal(self, its: EntityImport, at: datetime) -> None:
        said = json_util.dumps(_document(its), json_options=_JSON, sort_keys=True)
        self._journal.append("import", day_of(at), {"seq": new_seq(at)}, said.encode())


def _document(its: EntityImport) -> Document:
    return {
        "_id": its.batch,
        "list": its.key.text,
        "batch": its.batch,
        "at": its.at,
        "by": its.by,
        "office": its.office,
        "within": list(its.within),
        "lines": its.lines,
        "state": its.state.value,
    }


def _import(found: Document) -> EntityImport:
    return EntityImport(
        key=ListKey.parse(found["list"]),
        batch=found["batch"],
        at=found["at"],
        by=found["by"],
        office=found["office"],
        within=tuple(found["within"]),
        lines=found["lines"],
        state=ImportState(found["state"]),
    )
