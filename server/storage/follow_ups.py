"""Which records have something to be done after they came in, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.errors import RecordTooLarge, RecordUnknown
from server.model.forms import FormKey
from server.model.offices import Moving
from server.model.records import Issue, Record
from server.storage import codec
from server.storage.database import Document, Mongo, fitting, speaks_our_errors
from server.storage.windows import stream

_FAR = timedelta(days=2)  # nothing is put off for so long


@dataclass(frozen=True, slots=True)
class Due:
    """A record whose follow-ups wait; ``at`` is the lease mark that was seen."""

    id: str
    at: int
    tries: int


@speaks_our_errors
class FollowUps:
    """The machine's own errands on the records of ``Submissions``; one worker at a time has one."""

    def __init__(self, db: Mongo) -> None:
        self._records = db["submissions"]
        self._waiting = (
            (self._records, "due"),
            (self._records, "erasing"),
            (self._records, "emptying.due"),
            (db["entity_orders"], "erasing"),
        )

    def due(self, now: datetime, limit: int) -> list[Due]:
        """Records whose follow-ups wait, longest first. Ids only: a backlog must stay cheap."""
        wanted = {"due": {"$lte": codec.due_at(now)}}
        found = list(self._records.find(wanted, {"due": 1, "tries": 1}).sort("due", 1).limit(limit))
        return [Due(each["_id"], each["due"], each.get("tries", 0)) for each in found]

    def put_right(self, now: datetime) -> None:
        """What waits for a day far ahead was put down while the clock was wrong."""
        far = {"$gt": codec.due_at(now + _FAR)}
        for collection, name in self._waiting:
            collection.update_many({name: far}, {"$set": {name: codec.due_at(now)}})

    def lease(self, due: Due, until: datetime) -> bool:
        """Take a due record for oneself until then; False when another worker was faster."""
        taken = {"$set": {"due": codec.due_at(until), "tries": due.tries + 1}}
        return self._records.update_one({"_id": due.id, "due": due.at}, taken).modified_count == 1

    def leased(self, due: Due) -> Record:
        """Raises whatever a damaged document makes its reader stumble over."""
        found = self._records.find_one({"_id": due.id})
        if found is None:
            raise RecordUnknown
        return codec.read_record_document(found)

    def finish(
        self, record: Record, until: datetime, facts: Document, issues: Sequence[Issue]
    ) -> bool:
        """Follow-ups are done, unless the lease was lost or news came in meanwhile. Raises
        RecordTooLarge."""
        held = {"_id": codec.record_id(record.key, record.instance_id), "due": codec.due_at(until)}
        change = {
            "$set": {
                "facts": facts,
                "issues": [codec.issue_document(each) for each in issues],
                "todo": [],
            },
            "$unset": {"due": 1, "tries": 1},
        }
        with fitting():
            return self._records.update_one(held, change).modified_count == 1

    def look_again(self, key: FormKey, instance_id: str, at: datetime) -> None:
        """Something beside this record changed what may be remarked on it. A follow-up that is at
        it will not count as done."""
        seen = {"_id": codec.record_id(key, instance_id)}
        self._records.update_one(seen, {"$set": {"due": codec.due_at(at)}})

    def postpone(self, due: Due, until: datetime, at: datetime) -> None:
        """A follow-up failed: try again at ``at``."""
        held = {"_id": due.id, "due": codec.due_at(until)}
        self._records.update_one(held, {"$set": {"due": codec.due_at(at)}})

    def give_up(self, due: Due, until: datetime, issue: Issue) -> None:
        """A follow-up failed too often: a person sees it from now on, where there is room for that
        word."""
        held = {"_id": due.id, "due": codec.due_at(until)}
        done = {"$unset": {"due": 1, "tries": 1}}
        try:
            with fitting():
                said = {"$push": {"issues": codec.issue_document(issue)}}
                self._records.update_one(held, {**done, **said})
        except RecordTooLarge:
            self._records.update_one(held, done)

    # -- offices that moved in the tree ----------------------------------------------------------

    def strays(
        self, key: FormKey, office: str, chain: Sequence[str], *, top: int
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The records of this office, deleted ones too, that do not stand within ``chain``: their
        instance ids, and within what they do."""

        def ask(low: int, high: int) -> Iterator[Document]:
            wanted = {"form": key.text, "within": office, "seq": {"$gte": low, "$lt": high}}
            return iter(self._records.find(wanted, {"office": 1, "within": 1, "seq": 1}))

        def places(low: int, high: int) -> list[int]:
            return sorted((each["seq"] for each in ask(low, high)), reverse=True)

        for each in stream(ask, places, top=top, bottom=0):
            if each["office"] == office and each["within"] != list(chain):
                yield each["_id"].removeprefix(codec.record_id(key, "")), tuple(each["within"])

    def move(self, key: FormKey, instance_id: str, move: Moving, todo: str, at: datetime) -> None:
        """A record stands elsewhere from now on; its registers and counts follow."""
        change = {
            "$set": {
                "within": list(move.chain),
                "moved_at": move.since,
                "due": codec.due_at(at),
            },
            "$addToSet": {"todo": todo, "stood": {"$each": move.left}},
        }
        self._records.update_one({"_id": codec.record_id(key, instance_id)}, change)
