"""Records at rest. One document is one record with all its versions; each event is one write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.records import (
    Arrived,
    Deletion,
    Derived,
    Holding,
    Media,
    Record,
    RecordLine,
    RecordVersion,
    Review,
    ReviewState,
    Worker,
)
from server.model.scope import EVERYWHERE, WHOLE_HOUSE, Scope
from server.model.witness import Seen, eyes, saw
from server.storage import codec
from server.storage.database import Document, Mongo, fitting, speaks_our_errors, translation
from server.storage.group_commit import GroupCommit
from server.storage.questions import Questions, questions
from server.storage.windows import newest_first, places_of, stream


class TwinArrived(Exception):
    """Another request stored this record, or changed it, between the look-up and the write."""


@speaks_our_errors
class Submissions:
    def __init__(self, db: Mongo) -> None:
        self._records = db["submissions"]
        self._new = GroupCommit(self._records)

    # -- intake: what is there, and the one write ------------------------------------------------

    def holding(
        self, scope: Scope, key: FormKey, instance_ids: Sequence[str]
    ) -> tuple[Holding, ...]:
        """The records that have, or ever had, one of these instance ids. One query."""
        wanted = {"form": key.text, "instance_ids": {"$in": list(instance_ids)}}
        found = self._records.find(wanted, codec.HOLDING_FIELDS)
        return tuple(
            codec.read_holding(each) for each in found if scope.sees(each["within"], key.form_id)
        )

    def create(self, record: Record, *, due: datetime | None) -> None:
        """A new record. Raises TwinArrived when any of its instance ids is taken, and
        RecordTooLarge."""
        document = codec.without_what_does_not_fit(
            codec.record_document(record), record.current.xml
        )
        if due is not None:
            document["due"] = codec.due_at(due)
        try:
            with fitting():
                self._new.insert(document)
        except DuplicateKeyError:
            raise TwinArrived from None

    def add_version(
        self,
        held: Holding,
        version: RecordVersion,
        derived: Derived,
        media: Sequence[Media],
        *,
        due: datetime,
    ) -> None:
        """An edit on top of exactly the versions that were seen, with files of names that are not
        there. Raises TwinArrived otherwise."""
        names = [each.name for each in media]
        seen = {
            **self._still_there(held),
            "instance_ids": list(held.digests),
            "media.name": {"$nin": names},
        }
        change: Document = {
            "$push": {
                "versions": codec.version_document(version),
                "instance_ids": version.instance_id,
                "media": {"$each": [codec.media_document(each) for each in media]},
            },
            "$set": {
                **codec.without_what_does_not_fit(codec.derived_document(derived), version.xml),
                "review": ReviewState.EDITED.value,
                "todo": ["photos"],
                "due": codec.due_at(due),
            },
        }
        self._change(seen, change)

    def add_media(self, held: Holding, media: Sequence[Media], *, due: datetime) -> None:
        """Files that came later. Raises TwinArrived when one of the names arrived meanwhile, or the
        record was deleted or erased."""
        names = [each.name for each in media]
        change: Document = {
            "$push": {"media": {"$each": [codec.media_document(each) for each in media]}},
            "$addToSet": {"todo": "photos"},
            "$set": {"due": codec.due_at(due)},
        }
        self._change({**self._still_there(held), "media.name": {"$nin": names}}, change)

    def _change(self, seen: Document, change: Document) -> None:
        try:
            with fitting():
                done = self._records.update_one(seen, change)
        except DuplicateKeyError:
            raise TwinArrived from None
        if done.matched_count == 0:
            raise TwinArrived

    @staticmethod
    def _still_there(held: Holding) -> Document:
        """What is appended to a deleted record would be seen by nobody, and to an erased one it
        would say again who it was about."""
        record_id = codec.record_id(held.key, held.instance_id)
        gone = {"$exists": False}
        return {"_id": record_id, "deleted_at": gone, "erased": gone}

    @staticmethod
    def _as_seen(record: Record) -> Document:
        """With exactly these versions, and not erased since."""
        return {
            "_id": codec.record_id(record.key, record.instance_id),
            "instance_ids": [each.instance_id for each in record.versions],
            "erased": {"$exists": record.erased is not None},
        }

    # -- reading ----------------------------------------------------------------------------------

    def find(self, scope: Scope, key: FormKey, instance_id: str) -> Record | None:
        """One record with everything, by any instance id it ever had; None out of scope too."""
        found = self._seen(scope, key, instance_id)
        if found is None or found.get("deleted_at"):
            return None
        saw(found["_id"], found["within"])
        return codec.read_record_document(found)

    def deletion(self, scope: Scope, key: FormKey, instance_id: str) -> Deletion | None:
        """None out of scope too, and where nobody kept who it was."""
        found = self._seen(scope, key, instance_id) or {}
        return Deletion(**found["deletion"]) if "deletion" in found else None

    def _seen(self, scope: Scope, key: FormKey, instance_id: str) -> Document | None:
        if not scope.sees_form(key.form_id) and not scope.opened:
            return None
        found = self._records.find_one({"form": key.text, "instance_ids": instance_id})
        if found is None:
            return None
        is_open = (key.text, found["instance_ids"][0]) in scope.opened
        return found if is_open or scope.sees(found["within"], key.form_id) else None

    def lines(self, scope: Scope, key: FormKey, filters: Filters, limit: int) -> list[RecordLine]:
        """Newest first. The page after it starts at the last line's ``seq``."""
        found: dict[str, Document] = {}
        for ask in questions(self._records, scope, key, filters).asks(codec.LINE_FIELDS):
            page = newest_first(
                ask, top=filters.top, bottom=filters.bottom, limit=limit, cuts=filters.cuts
            )
            found.update((each["_id"], each) for each in page)
        newest = sorted(found.values(), key=lambda each: each["seq"], reverse=True)
        return [codec.read_line(each) for each in newest[:limit]]

    def records(self, scope: Scope, key: FormKey, filters: Filters) -> Iterator[Record]:
        """Whole records, newest first, for an export: memory stays flat."""
        # Whose eyes it is for is known now: the first is read when the request's code has ended.
        return self._whole(questions(self._records, scope, key, filters), filters, eyes())

    def _whole(self, asked: Questions, filters: Filters, reader: Seen | None) -> Iterator[Record]:
        with translation():
            found = stream(asked.whole, asked.places, top=filters.top, bottom=filters.bottom)
            for document in found:
                if reader is not None:
                    reader.saw(document["_id"], document["within"])
                yield codec.read_record_document(document)

    def arrivals(self, scope: Scope, key: FormKey, filters: Filters) -> list[Arrived]:
        """How each of these records came in."""
        asks = questions(self._records, scope, key, filters).asks({"at": 1, **codec.LACKING_FIELDS})
        return [
            Arrived(each["at"], whole=not codec.lacking_in(each))
            for ask in asks
            for each in ask(filters.bottom, filters.top)
        ]

    # -- review -----------------------------------------------------------------------------------

    def add_review(self, scope: Scope, record: Record, review: Review) -> bool:
        """Store a reviewer's act on exactly the versions and state that were seen; False
        otherwise."""
        if not scope.sees(record.within, record.key.form_id):
            return False
        seen = self._as_seen(record) | {"review": record.review.value}
        # Follow-ups count its day anew, and entities may wait for an approval.
        change: Document = {
            "$set": {"review": review.state.value, "due": codec.due_at(review.at)},
            "$push": {"reviews": codec.review_document(review)},
        }
        return self._records.update_one(seen, change).modified_count == 1

    def put_reviews(self, record: Record, acts: Sequence[Review], state: ReviewState) -> bool:
        """All acts on a record of which some were lost, over exactly what was seen; False
        otherwise."""
        reviews = [codec.review_document(each) for each in record.reviews]
        seen = self._as_seen(record) | {"reviews": reviews}
        change: Document = {
            "reviews": [codec.review_document(each) for each in acts],
            "review": state.value,
            # Entities may wait for an approval.
            "due": codec.due_at(acts[-1].at),
        }
        return self._records.update_one(seen, {"$set": change}).matched_count == 1

    def name_worker(self, scope: Scope, record: Record, worker: Worker) -> bool:
        """Whose it is from now on; False out of scope, and where somebody has said so later."""
        if not scope.sees(record.within, record.key.form_id):
            return False
        earlier = {
            "_id": codec.record_id(record.key, record.instance_id),
            "worker.at": {"$not": {"$gte": worker.at}},
        }
        change = {"$set": {"worker": asdict(worker)}}
        return self._records.update_one(earlier, change).matched_count == 1

    def mark_deleted(
        self, scope: Scope, record: Record, at: datetime, deletion: Deletion | None = None
    ) -> bool:
        """Take a record out of every list and export; its XML stays (collect.md §9.36)."""
        if not scope.sees(record.within, record.key.form_id):
            return False
        seen = {"_id": codec.record_id(record.key, record.instance_id)}
        change: Document = {"deleted_at": at}
        if deletion is not None:
            change["deletion"] = asdict(deletion)
        # Follow-ups withdraw what it ordered for entities.
        change["due"] = codec.due_at(at)
        return self._records.update_one(seen, {"$set": change}).modified_count == 1

    # -- rebuilding, counting, sweeping: the machine's own errands ---------------------------------

    def replace_derived(self, record: Record, derived: Derived, *, due: datetime) -> bool:
        """What ``rebuild`` read anew out of the XML, on exactly the versions it read."""
        anew = codec.without_what_does_not_fit(codec.derived_document(derived), record.current.xml)
        if record.media:
            anew |= {"todo": ["photos"], "due": codec.due_at(due)}
        return self._records.update_one(self._as_seen(record), {"$set": anew}).matched_count == 1

    def arrived_since(self, key: FormKey, seq: int) -> bool:
        """Whether anything came in after this place in the order."""
        wanted = {"form": key.text, "within": EVERYWHERE, "seq": {"$gt": seq}}
        return self._records.find_one(wanted, {"_id": 1}) is not None

    def places(self, key: FormKey, filters: Filters) -> Iterator[int]:
        """The ``seq`` of each record, deleted ones too, newest first."""
        asked = questions(self._records, WHOLE_HOUSE, key, filters)
        for part in places_of(asked.places, top=filters.top, bottom=filters.bottom):
            yield from part

    def files(self, key: FormKey, filters: Filters) -> Iterator[set[str]]:
        """The blobs that each record points to, deleted records included: for the sweeper."""
        fields = {"media.sha256": 1, "facts": 1}

        def ask(low: int, high: int) -> Iterator[Document]:
            wanted = {"form": key.text, "within": EVERYWHERE, "seq": {"$gte": low, "$lt": high}}
            return iter(self._records.find(wanted, fields))

        asked = questions(self._records, WHOLE_HOUSE, key, filters)
        for each in stream(ask, asked.places, top=filters.top, bottom=filters.bottom):
            small = (facts.get("thumbnails", {}).values() for facts in each["facts"].values())
            yield {media["sha256"] for media in each["media"]}.union(*small)

    def states(
        self, key: FormKey, low: int, high: int
    ) -> Iterator[tuple[int, tuple[str, ...], str]]:
        """(seq, within, review) of the records of a time, for counting."""
        wanted = {"form": key.text, "within": EVERYWHERE, "seq": {"$gte": low, "$lt": high}}
        fields = {"seq": 1, "within": 1, "review": 1, "deleted_at": 1}
        for each in self._records.find(wanted, fields):
            if each.get("deleted_at") is None:
                yield each["seq"], tuple(each["within"]), each["review"]
