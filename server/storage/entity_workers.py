"""Whose an entry of a register is to look after, where somebody has said so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from pymongo.errors import DuplicateKeyError

from server.model.entities import ListKey
from server.model.records import Worker
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.entity_codec import entity_id

_UNTOLD = "is_untold"
"""Until the list is another for phones, which may break off."""


@speaks_our_errors
class EntityWorkers:
    def __init__(self, db: Mongo) -> None:
        self._workers = db["entity_workers"]

    def named(self, key: ListKey) -> Mapping[str, str]:
        """By entry, of one list; "" for an entry that is nobody's any more. No more than ids: what
        they stand for is read with a scope."""
        found = self._workers.find({"list": key.text}, {"uuid": 1, "id": 1})
        return {each["uuid"]: each["id"] for each in found}

    def all_of(self, worker_id: str) -> Mapping[ListKey, Sequence[str]]:
        """What somebody was given to look after, by list; it may be there no more."""
        found: dict[ListKey, list[str]] = {}
        for each in self._workers.find({"id": worker_id}, {"list": 1, "uuid": 1}):
            found.setdefault(ListKey.parse(each["list"]), []).append(each["uuid"])
        return found

    def of(self, key: ListKey, uuids: Iterable[str]) -> Mapping[str, Worker]:
        """For whoever has read the entries themselves."""
        wanted = {"_id": {"$in": [entity_id(key, each) for each in uuids]}}
        return {each["uuid"]: _worker(each) for each in self._workers.find(wanted)}

    def name(self, key: ListKey, uuid: str, worker: Worker) -> bool:
        """False where somebody has said so later, or the same and phones were told."""
        id, said = entity_id(key, uuid), {"list": key.text, "uuid": uuid, **asdict(worker)}
        try:
            self._workers.insert_one({"_id": id, **said, _UNTOLD: True})
        except DuplicateKeyError:
            earlier = {"_id": id, "at": {"$lt": worker.at}}
            change = {"$set": said | {_UNTOLD: True}}
            if self._workers.update_one(earlier, change).matched_count == 1:
                return True
            untold = {"_id": id, "at": worker.at, _UNTOLD: True}
            return self._workers.find_one(untold, {"_id": 1}) is not None
        return True

    def told(self, key: ListKey, uuids: Iterable[str], worker: Worker) -> None:
        """Phones can know of it by now."""
        for each in uuids:
            named = {"_id": entity_id(key, each), "at": worker.at}
            self._workers.update_one(named, {"$unset": {_UNTOLD: ""}})


def _worker(found: Document) -> Worker:
    return Worker(found["id"], found["name"], found["by_name"], found["at"])
