"""Records whose photos are gone since their time was over, and what of these is still to be cleared
away.

The mark stands in the record's own document and names what is gone; the journal has it first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from server.errors import DatabaseDown
from server.model.forms import FormKey
from server.model.records import Media, Record
from server.storage import codec
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal

KIND = "photos"
_RACES = 20


@dataclass(frozen=True, slots=True)
class Emptying:
    """``gone`` are the photos, ``blobs`` these and what was made of them; ``due`` is since when it
    waits."""

    key: FormKey
    instance_id: str
    ids: frozenset[str]
    came: datetime
    gone: frozenset[str]
    blobs: frozenset[str]
    due: int


@speaks_our_errors
class ErasedPhotos:
    """The machine's own errands on the records of ``Submissions``."""

    def __init__(self, db: Mongo, journal: Journal) -> None:
        self._records, self._journal = db["submissions"], journal

    def erase(self, record: Record, gone: Sequence[Media], granted: datetime, at: datetime) -> None:
        """Of what came until it was ``granted``; done now. Raises DatabaseDown where others change
        the record all the time."""
        said = {
            "record": codec.record_id(record.key, record.instance_id),
            "at": granted.isoformat(),
            "gone": [asdict(each) | {"at": each.at.isoformat()} for each in gone],
        }
        self._journal.note(KIND, at, said)
        self._erase(said)

    def erase_again(self, body: bytes) -> bool:
        """Out of the journal; whether the record lacked it."""
        return self._erase(json.loads(body))

    def _erase(self, said: Document) -> bool:
        at = datetime.fromisoformat(said["at"])
        gone = [each | {"at": datetime.fromisoformat(each["at"])} for each in said["gone"]]
        for _ in range(_RACES):
            found = self._records.find_one({"_id": said["record"]})
            if found is None or "erased" in found or _is_done(found, gone, at):
                return False
            unchanged = {name: found[name] for name in ("_id", "media", "facts", "instance_ids")}
            if self._records.update_one(unchanged, _change(found, gone, at)).matched_count:
                return True
        raise DatabaseDown

    # -- what is left of it ----------------------------------------------------------------------

    def waiting(self, at: datetime, most: int) -> Sequence[Emptying]:
        """Of which something is still to be cleared away by now."""
        wanted = {"emptying.due": {"$lte": codec.due_at(at)}}
        fields = {"form": 1, "instance_ids": 1, "at": 1, "emptying": 1, "photos_erased.gone": 1}
        fields["media.sha256"] = 1
        found = self._records.find(wanted, fields).sort("emptying.due", 1).limit(most)
        return [_emptying(each) for each in found]

    def look_again(
        self, key: FormKey, instance_id: str, blobs: Iterable[str], at: datetime
    ) -> None:
        """Something of them came once more, or cannot go yet."""
        self._records.update_one(
            {"_id": codec.record_id(key, instance_id), "photos_erased": {"$exists": True}},
            {
                "$addToSet": {"emptying.blobs": {"$each": sorted(blobs)}},
                "$set": {"emptying.due": codec.due_at(at)},
            },
        )

    def cleared(self, left: Emptying) -> None:
        """Unless something came in meanwhile."""
        record_id = codec.record_id(left.key, left.instance_id)
        self._records.update_one(
            {"_id": record_id, "emptying.due": left.due}, {"$unset": {"emptying": 1}}
        )


def _is_done(found: Document, gone: Sequence[Document], at: datetime) -> bool:
    if "photos_erased" not in found or found["photos_erased"]["at"] < at:
        return False
    known = {each["sha256"] for each in found["photos_erased"]["gone"]}
    names = {(each["name"], each["sha256"]) for each in gone}
    is_left = any((each["name"], each["sha256"]) in names for each in found["media"])
    return known >= {sha256 for _, sha256 in names} and not is_left


def _change(found: Document, gone: Sequence[Document], at: datetime) -> Document:
    before = found.get("photos_erased", {"gone": [], "at": at})
    names = {(each["name"], each["sha256"]) for each in (*gone, *before["gone"])}
    rest = [each for each in found["media"] if (each["name"], each["sha256"]) not in names]
    still = {each["sha256"] for each in rest}
    facts = {sha256: each for sha256, each in found["facts"].items() if sha256 in still}
    marked = [each for each in gone if each not in before["gone"]]
    waiting = set(found.get("emptying", {}).get("blobs", ())) | {sha256 for _, sha256 in names}
    for sha256, each in found["facts"].items():
        if sha256 not in still:
            waiting |= set(each.get("thumbnails", {}).values())
    return {
        "$set": {
            "media": rest,
            "facts": facts,
            "photos_erased": {"at": max(at, before["at"]), "gone": [*before["gone"], *marked]},
            "emptying": {"due": codec.due_at(at), "blobs": sorted(waiting)},
            # What was remarked on them goes.
            "due": codec.due_at(at),
        },
        "$addToSet": {"todo": "photos"},
    }


def _emptying(found: Document) -> Emptying:
    still = {each["sha256"] for each in found["media"]}
    return Emptying(
        key=FormKey.parse(found["form"]),
        instance_id=found["instance_ids"][0],
        ids=frozenset(found["instance_ids"]),
        came=found["at"],
        gone=frozenset(each["sha256"] for each in found["photos_erased"]["gone"]) - still,
        blobs=frozenset(found["emptying"]["blobs"]),
        due=found["emptying"]["due"],
    )
