"""Records of which only what counts stays, and what of them is still to be cleared away.

The mark stands in the record's own document; the journal has the whole of it as it is from then on,
so that a replay, or a copy of the database from before, comes to the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bson import json_util

from server.model.calendar import day_of
from server.model.erasures import Erasure
from server.model.forms import FormKey
from server.model.records import Record
from server.model.sequence import new_seq
from server.storage import codec
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal

KIND = "erasure"
_JSON = json_util.JSONOptions(json_mode=json_util.JSONMode.CANONICAL, tz_aware=True)
_GONE = ("tries", "keeping", "photos_erased", "emptying")
_SEEN = ("_id", "instance_ids", "reviews", "media", "issues", "facts")


@dataclass(frozen=True, slots=True)
class Leftovers:
    """``ids`` are all instance ids that the record, or an edit of it, ever had; ``blobs`` the files
    that it, or what was set aside for it, pointed to; ``aside`` what that was; ``due`` is since
    when it waits."""

    key: FormKey
    instance_id: str
    ids: frozenset[str]
    came: datetime
    blobs: frozenset[str]
    aside: frozenset[str]
    due: int


@speaks_our_errors
class Erasures:
    """The machine's own errands on the records of ``Submissions``."""

    def __init__(self, db: Mongo, journal: Journal) -> None:
        self._records, self._journal = db["submissions"], journal

    def find(self, key: FormKey, instance_id: str) -> Record | None:
        """Deleted ones too: their XML is still there."""
        found = self._find(key, instance_id)
        return codec.read_record_document(found) if found else None

    def put(self, seen: Record, erased: Record, erasure: Erasure) -> bool:
        """In the journal first, then in place of exactly what was seen; False when something came
        in between."""
        found = self._find(seen.key, seen.instance_id)
        if found is None or codec.read_record_document(found) != seen:
            return False
        change = _changed(erased, erasure, _blobs(found))
        document = {name: value for name, value in found.items() if name not in _GONE} | change
        body = json_util.dumps(document, json_options=_JSON, sort_keys=True).encode()
        self._journal.append(KIND, day_of(erasure.at), {"seq": new_seq(erasure.at)}, body)
        unchanged = {name: found[name] for name in _SEEN}
        done = self._records.update_one(
            unchanged, {"$set": change, "$unset": dict.fromkeys(_GONE, 1)}
        )
        return done.matched_count == 1

    def put_again(self, body: bytes) -> Record | None:
        """Out of the journal, over whatever is there; the record, None where it is erased
        already."""
        document: Document = json_util.loads(body, json_options=_JSON)
        found = self._records.find_one({"_id": document["_id"]}, {"erased": 1})
        if found and "erased" in found and found["erased"]["at"] >= document["erased"]["at"]:
            return None
        self._records.replace_one({"_id": document["_id"]}, document, upsert=True)
        return codec.read_record_document(document)

    # -- what is left of it ----------------------------------------------------------------------

    def waiting(self, at: datetime, most: int) -> Sequence[Leftovers]:
        """Of which something is still to be cleared away by now."""
        wanted = {"erasing": {"$lte": codec.due_at(at)}}
        fields = dict.fromkeys(("form", "instance_ids", "at", "erased", "erasing"), 1)
        found = self._records.find(wanted, fields).sort("erasing", 1).limit(most)
        return [_leftovers(each) for each in found]

    def original(self, key: FormKey, ids: Sequence[str]) -> str | None:
        """Of which record these are edits that were taken nowhere."""
        wanted, fields = {"erased.edits": {"$in": list(ids)}}, {"form": 1, "instance_ids": 1}
        found = (each for each in self._records.find(wanted, fields) if each["form"] == key.text)
        return next((str(each["instance_ids"][0]) for each in found), None)

    def look_again(
        self,
        key: FormKey,
        instance_id: str,
        blobs: Iterable[str],
        at: datetime,
        *,
        aside: Sequence[str] = (),
        edits: Sequence[str] = (),
    ) -> None:
        """Something of an erased record came once more, or was found beside it; ``edits`` are ids
        of edits that were taken nowhere."""
        more = {"erased.aside": aside, "erased.edits": edits}
        found = {"erased.blobs": blobs} | {name: each for name, each in more.items() if each}
        self._records.update_one(
            {"form": key.text, "instance_ids": instance_id},
            {
                "$addToSet": {name: {"$each": sorted(each)} for name, each in found.items()},
                "$set": {"erasing": codec.due_at(at)},
            },
        )

    def cleared(self, left: Leftovers) -> None:
        """Unless something came in meanwhile."""
        record_id = codec.record_id(left.key, left.instance_id)
        self._records.update_one(
            {"_id": record_id, "erasing": left.due},
            {"$set": {"erased.blobs": []}, "$unset": {"erasing": 1}},
        )

    def _find(self, key: FormKey, instance_id: str) -> Document | None:
        return self._records.find_one({"form": key.text, "instance_ids": instance_id})


def _changed(erased: Record, erasure: Erasure, blobs: set[str]) -> Document:
    """All fields that said who it was about, as they are from now on."""
    document = codec.record_document(erased)
    kept = ("versions", "media", "facts", "issues", "reviews", "todo")
    return {
        **{name: document[name] for name in kept},
        **codec.derived_document(erased.derived),
        "erased": codec.erasure_document(erasure) | {"blobs": sorted(blobs)},
        "erasing": codec.due_at(erasure.at),
        # Registers and counts follow.
        "due": codec.due_at(erasure.at),
    }


def _blobs(found: Document) -> set[str]:
    small = (each.get("thumbnails", {}).values() for each in found["facts"].values())
    waiting = found.get("emptying", {}).get("blobs", ())
    return {each["sha256"] for each in found["media"]}.union(waiting, *small)


def _leftovers(found: Document) -> Leftovers:
    return Leftovers(
        key=FormKey.parse(found["form"]),
        instance_id=found["instance_ids"][0],
        ids=frozenset((*found["instance_ids"], *found["erased"].get("edits", ()))),
        came=found["at"],
        blobs=frozenset(found["erased"]["blobs"]),
        aside=frozenset(found["erased"].get("aside", ())),
        due=found["erasing"],
    )
