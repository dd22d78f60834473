"""Which lists were filled from files, when and by whom; ``entity_orders`` has what they ordered."""

from __future__ import annotations

from collections.abc import Sequence

from server.model.entities import EntityImport, ImportState, ListKey
from server.model.scope import Scope
from server.storage.database import Document, Mongo, speaks_our_errors


@speaks_our_errors
class EntityImports:
    def __init__(self, db: Mongo) -> None:
        self._imports = db["entity_imports"]

    def begin(self, its: EntityImport) -> None:
        self._imports.insert_one(
            {
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
        )

    def set_state(self, batch: str, state: ImportState) -> None:
        self._imports.update_one({"_id": batch}, {"$set": {"state": state.value}})

    def find(self, scope: Scope, batch: str) -> EntityImport | None:
        found = self._imports.find_one({"_id": batch})
        return _import(found) if found and scope.sees_office(found["within"]) else None

    def move(self, key: ListKey, office: str, chain: Sequence[str]) -> None:
        """Those of this office, which stands elsewhere in the tree now."""
        for each in self._imports.find({"list": key.text, "within": office}, {"office": 1}):
            if each["office"] == office:
                self._imports.update_one({"_id": each["_id"]}, {"$set": {"within": list(chain)}})

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
