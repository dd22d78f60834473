"""Entities at rest. One document is one entity with all that was ordered for it.

What does not exist (it waits, or is gone) has no ``shown``, so that no list finds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from server.model.entities import Conflict, Entity, EntityLine, EntityRow, EntityTold, ListKey
from server.model.scope import EVERYWHERE, Scope
from server.model.witness import saw, saw_line
from server.storage import entity_codec as codec
from server.storage.database import Document, Mongo, speaks_our_errors

_ROW = {"_id": 0, "uuid": 1, "label": 1, "version": 1, "data": 1, "within": 1}
# A driver reads a whole batch into memory: by itself it would take sixteen megabytes at a time.
_BATCH = 2500
_TOLD = {
    **_ROW,
    "conflict": 1,
    **{f"contributions.{each}": 1 for each in codec.VOICE},
}
_NAME = {"_id": 0, "uuid": 1, "label": 1, "shown": 1, "within": 1}
_ABOUT = "contributions.about"
_SAID = ("creates", "sender", "within", "at", "source")
_KNOWN = {
    **{each: 1 for each in ("uuid", "shown", "gone", "within")},
    **{f"contributions.{each}": 1 for each in _SAID},
}
_FILED_AT_ONCE = 500
_FILED = {"list": 1, "uuid": 1, "label": 1, "within": 1, "revision": 1}
_LINE = {**_ROW, "_id": 1, "key": 1, "office": 1, "conflict": 1, "held": 1, "contributions.at": 1}


@dataclass(frozen=True, slots=True)
class Known:
    """What a phone may be told of an entity it asks about; ``makers`` are the phones and people
    whose records made it, as (sender, the office's chain) each, ``maker`` the first of them."""

    exists: bool
    gone: bool
    within: tuple[str, ...]
    makers: tuple[tuple[str, tuple[str, ...]], ...]
    maker: str


@dataclass(frozen=True, slots=True)
class Called:
    """An entry that somebody's name leads to; of one that is not ``own`` no label is told."""

    id: str
    office: str | None
    own: bool
    label: str


@speaks_our_errors
class Entities:
    def __init__(self, db: Mongo) -> None:
        self._entities = db["entities"]

    def find(self, scope: Scope, key: ListKey, uuid: str) -> Entity | None:
        """One entity with everything; None out of scope too. What nothing has made yet belongs to
        no office and is seen by who sees everything."""
        found = self._entities.find_one({"_id": codec.entity_id(key, uuid)})
        if found is None or not scope.on_list(key.name).sees_office(found["within"] or ["*"]):
            return None
        saw(f"entity:{found['_id']}", found["within"])
        return codec.read_entity(found)

    def put(self, entity: Entity) -> bool:
        """The first writing of an entity, or one over exactly the revision before; False when
        another was faster."""
        document = codec.entity_document(entity)
        if entity.revision == 1:
            try:
                self._entities.insert_one(document)
            except DuplicateKeyError:
                return False
            return True
        seen = {"_id": document["_id"], "revision": entity.revision - 1}
        return self._entities.replace_one(seen, document).matched_count == 1

    def rows(self, scope: Scope, key: ListKey) -> Iterator[EntityRow]:
        """What a phone's list holds, each once, by label within each subtree; memory stays flat."""
        yield from map(codec.read_row, self._shown(scope, key, _ROW, by_label=True))

    def told(self, scope: Scope, key: ListKey, *, by_label: bool = False) -> Iterator[EntityTold]:
        """Each of a list once, in no order, else as ``rows``."""
        yield from map(codec.read_told, self._shown(scope, key, _TOLD, by_label=by_label))

    def _shown(
        self, scope: Scope, key: ListKey, fields: Document, *, by_label: bool
    ) -> Iterator[Document]:
        """Subtree by subtree; what stands in two of them comes with the first."""
        passed: set[str] = set()
        for root in sorted(scope.on_list(key.name).offices):
            found = self._entities.find({"shown": key.text, "within": root}, fields)
            ordered = found.sort("key", 1) if by_label else found
            for each in ordered.batch_size(_BATCH):
                if passed.isdisjoint(each["within"]):
                    yield each
            passed.add(root)

    def lines(
        self, scope: Scope, key: ListKey, after: str, limit: int, words: Sequence[str] = ()
    ) -> list[EntityLine]:
        """A page of a list by label, beginning behind the entity ``after``, '' for the first; with
        ``words`` those that they all find."""
        scope = scope.on_list(key.name)
        last = self._last(scope, key, after)
        wanted = {"shown": key.text, "key": {"$gt": last["key"] if last else ""}}
        return self._page(scope, wanted, limit, words)

    def conflicts(self, scope: Scope, key: ListKey, after: str, limit: int) -> list[EntityLine]:
        """A page of those with something for a person to settle, beginning behind the entity
        ``after``: first where somebody's word was overwritten, by label within each kind."""
        scope = scope.on_list(key.name)
        last = self._last(scope, key, after) or {"key": ""}
        found: list[EntityLine] = []
        for kind in (Conflict.HARD, Conflict.SOFT):
            if last.get("conflict", kind) == kind:
                wanted = {"list": key.text, "conflict": kind.value, "key": {"$gt": last["key"]}}
                found += self._page(scope, wanted, limit - len(found))
                last = {"key": ""}
        return found

    def _last(self, scope: Scope, key: ListKey, after: str) -> Document | None:
        """The entity a page begins behind; where it stands in a list is nobody's business out of
        scope."""
        fields = {"key": 1, "conflict": 1, "within": 1}
        found = self._entities.find_one({"_id": codec.entity_id(key, after)}, fields)
        return found if found and scope.sees_office(found["within"]) else None

    def _page(
        self, scope: Scope, wanted: Document, limit: int, words: Sequence[str] = ()
    ) -> list[EntityLine]:
        found: dict[str, EntityLine] = {}
        for root in sorted(scope.offices) if limit else ():
            asked: list[Document] = [{"$match": {**wanted, "within": root}}]
            if words:
                # In a stage of its own, and in $or: the small engines would read everything else.
                asked.append({"$match": {"$or": [{"words": {"$all": list(words)}}]}})
            last: list[Document] = [{"$sort": {"key": 1}}, {"$limit": limit}, {"$project": _LINE}]
            for each in self._entities.aggregate([*asked, *last]):
                saw_line(f"entity:{each['_id']}", each["within"])
                found[each["key"]] = _line(each)
        return [found[each] for each in sorted(found)[:limit]]

    def file(self, key: ListKey) -> None:
        """Gives those of a list that were written before it was kept what they are found by."""
        asked: list[Document] = [
            {"$match": {"shown": key.text, "within": EVERYWHERE}},
            {"$match": {"$or": [{"words": {"$exists": False}}]}},
            {"$limit": _FILED_AT_ONCE},
            {"$project": _FILED},
        ]
        while page := list(self._entities.aggregate(asked)):
            steps = [
                UpdateOne({"_id": each["_id"], "revision": each["revision"]}, {"$set": found})
                for each, found in ((each, codec.finding_document(each)) for each in page)
            ]
            if not self._entities.bulk_write(steps).modified_count:
                return  # what has changed since it was read has it by whoever changed it

    def known(self, key: ListKey, uuids: Sequence[str]) -> dict[str, Known]:
        """Which of these there are or were. The caller decides who may know."""
        wanted = {"_id": {"$in": [codec.entity_id(key, each) for each in uuids]}}
        return {each["uuid"]: _known(each) for each in self._entities.find(wanted, _KNOWN)}

    def left_behind(self, key: ListKey, office: str, chain: Sequence[str]) -> list[str]:
        """Those about this office, as another's record says, that do not stand within ``chain``:
        no more than ids."""
        wanted = {"list": key.text, "within": office}
        found = self._entities.find(wanted, {"uuid": 1, "office": 1, "within": 1, _ABOUT: 1})
        return [
            each["uuid"]
            for each in found
            if each["office"] == office
            and each["within"] != list(chain)
            and any(said.get("about") == office for said in each["contributions"])
        ]

    def called(self, scope: Scope, key: ListKey, name: str) -> list[Called]:
        """Those of this whole name, wherever they are: of the scope's own what they are, of others
        no more than whose."""
        scope = scope.on_list(key.name)
        wanted = {"called": codec.called_so(key, name)}
        found = []
        for each in self._entities.find(wanted, {**_NAME, "_id": 1, "office": 1}):
            saw_line(f"entity:{each['_id']}", each["within"])
            own = scope.sees_office(each["within"] or ["*"])
            label = each["label"] if own else ""
            found.append(Called(each["uuid"], each["office"], own, label))
        return found

    def names(self, scope: Scope, key: ListKey, uuids: Sequence[str]) -> dict[str, str]:
        """What these are called that are in the list and within the scope."""
        scope = scope.on_list(key.name)
        wanted = {"_id": {"$in": [codec.entity_id(key, each) for each in uuids]}}
        return {
            each["uuid"]: each["label"]
            for each in self._entities.find(wanted, _NAME)
            if "shown" in each and scope.sees_office(each["within"] or ["*"])
        }


def _known(found: Document) -> Known:
    said = [each for each in found["contributions"] if each["creates"]]
    first: Document = min(said, key=lambda each: (each["at"], each["source"]), default={})
    return Known(
        exists="shown" in found,
        gone=found["gone"],
        within=tuple(found["within"]),
        makers=tuple((each.get("sender", ""), tuple(each["within"])) for each in said),
        maker=first.get("sender", ""),
    )


def _line(found: Document) -> EntityLine:
    return EntityLine(
        codec.read_row(found),
        found["key"],
        found["office"],
        found.get("conflict", ""),
        found.get("held", ""),
        max(each["at"] for each in found["contributions"]),
    )
