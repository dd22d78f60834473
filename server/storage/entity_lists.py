"""The lists themselves, and what people ordered for their entities: imports and settlements, which
no record says again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pymongo.errors import BulkWriteError, DuplicateKeyError

from server.model.assignment import AssignedOnly
from server.model.calendar import day_of
from server.model.entities import Contribution, EntityList, ListKey, Members, Origin
from server.model.offices import Moving
from server.model.sequence import new_seq
from server.storage import entity_codec as codec
from server.storage.codec import due_at
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal
from server.storage.last_word import LastWord, read_word
from server.storage.unsaid import UNSAID, said

OPTION = "list_option"
_DUPLICATE = 11000


@speaks_our_errors
class EntityLists:
    def __init__(self, db: Mongo, journal: Journal, clock: Callable[[], datetime]) -> None:
        self._journal = journal
        self._options = LastWord(OPTION, journal, clock)
        self._lists = db["entity_lists"]
        self._own = db["entity_orders"]

    def get(self, key: ListKey) -> EntityList:
        """A list nobody has written to is one with nothing in it."""
        found = self._lists.find_one({"_id": key.text})
        return _list(found) if found else EntityList(key)

    def all(self, project: int) -> list[EntityList]:
        return [_list(each) for each in self._lists.find({"project": project}).sort("_id", 1)]

    def touch(self, key: ListKey, *, filled: bool, columns: Sequence[str] = ()) -> None:
        """What was cut from this list before may be out of date. One that was ``filled`` once stays
        so."""
        change: Document = {"$inc": {"revision": 1}, "$set": {"project": key.project}}
        if filled:
            change["$set"]["filled"] = True
        if columns:
            change["$addToSet"] = {"columns": {"$each": list(columns)}}
        self._lists.update_one({"_id": key.text}, change, upsert=True)

    def choose(self, key: ListKey, options: Mapping[str, object]) -> None:
        """Options by their names in ``EntityList``; what is in the list stays."""
        for option, chosen in options.items():
            self.set_option(key, option, chosen)

    def set_option(self, key: ListKey, option: str, chosen: object) -> None:
        said = {"list": key.text, "option": option, "chosen": chosen}
        word = self._options.say(said, self._last_word(key.text, option))
        self._put_option(key, option, chosen, word["seq"])

    def choose_again(self, body: bytes) -> bool:
        """Out of the journal; whether it is news."""
        word = read_word(body)
        if self._last_word(word["list"], word["option"]) >= word["seq"]:
            return False
        key = ListKey.parse(word["list"])
        self._put_option(key, word["option"], word["chosen"], word["seq"])
        return True

    def _last_word(self, text: str, option: str) -> int:
        found = self._lists.find_one({"_id": text}, {"said": 1}) or {}
        return int(found.get("said", {}).get(option, 0))

    def _put_option(self, key: ListKey, option: str, chosen: object, seq: int) -> None:
        said = {option: chosen, "project": key.project, f"said.{option}": seq}
        change = {"$set": said, "$inc": {"revision": 1}}
        self._lists.update_one({"_id": key.text}, change, upsert=True)

    def give(self, key: ListKey, options: Mapping[str, object]) -> None:
        """What nobody has chosen yet; each start gives it again, so no journal."""
        chosen = self._lists.find_one({"_id": key.text}) or {}
        for option in options.keys() - chosen.keys():
            self._put_option(key, option, options[option], 0)

    # -- what people ordered ---------------------------------------------------------------------

    def own(self, key: ListKey, uuid: str) -> tuple[Contribution, ...]:
        found = self._own.find({"list": key.text, "uuid": uuid})
        return tuple(
            codec.read_contribution(each["contribution"]) for each in found if UNSAID not in each
        )

    def add_own(self, key: ListKey, batch: str, orders: Sequence[tuple[str, Contribution]]) -> None:
        """(uuid, what is ordered) each; a second time changes nothing. No record says it again, so
        the journal has it first."""
        if orders:
            self._to_journal(key, batch, orders, orders[0][1].at)
            self.put_own(key, batch, orders)

    def claim(self, key: ListKey, uuid: str, settled: Contribution) -> Contribution:
        """What a person settled, where nobody was faster; else what they settled. The one that is
        taken goes to the journal, and no other; before that it says nothing."""
        try:
            document = _own_document(key, settled.source, uuid, settled)
            self._own.insert_one(document | {UNSAID: True})
            taken = settled
        except DuplicateKeyError:
            found = self._own.find_one({"_id": settled.source})
            taken = codec.read_contribution(found["contribution"]) if found else settled
        self._to_journal(key, taken.source, [(uuid, taken)], taken.at)
        said(self._own, taken.source)
        return taken

    def erase_own(self, key: ListKey, uuid: str, at: datetime) -> None:
        """What people ordered for it is withdrawn, and to be cleared out of the journal."""
        for each in self._own.find({"list": key.text, "uuid": uuid}):
            contribution = codec.read_contribution(each["contribution"])
            if contribution.orders:
                # Noted first: broken off in between it is found, and withdrawn when done again.
                self.note_erasing([contribution.source], at)
                self.withdraw(key, each["batch"], [(uuid, contribution)], at, erased=True)

    def note_erasing(self, sources: Iterable[str], at: datetime) -> None:
        """To be cleared out of the journal."""
        for source in sources:
            self._own.update_one({"_id": source}, {"$set": {"erasing": due_at(at)}})

    def erasing(self, at: datetime) -> frozenset[str]:
        """The sources of what was erased and may still be in the journal."""
        found = self._own.find({"erasing": {"$lte": due_at(at)}}, {"_id": 1})
        return frozenset(each["_id"] for each in found)

    def cleared(self, sources: Iterable[str]) -> None:
        for source in sources:
            self._own.update_one({"_id": source}, {"$unset": {"erasing": 1}})

    def withdraw(
        self,
        key: ListKey,
        batch: str,
        orders: Sequence[tuple[str, Contribution]],
        at: datetime,
        *,
        erased: bool = False,
    ) -> None:
        """They stay, so that versions go on rising, and order nothing more. ``erased``: what they
        said is to be cleared out of the journal, also when that is read again."""
        gone = [
            (uuid, replace(each, orders=(), count=each.count + 1, later=(*each.later, at)))
            for uuid, each in orders
        ]
        if gone:
            self._to_journal(key, batch, gone, at, erased=erased)
            self.put_own(key, batch, gone)

    def put_own(self, key: ListKey, batch: str, orders: Sequence[tuple[str, Contribution]]) -> None:
        """Without the journal, which has it or needs it not. Of one source what counts more stays,
        and of two settlements, where the first was lost for a time, the first: in whatever order
        they come."""
        documents = {each.source: _own_document(key, batch, uuid, each) for uuid, each in orders}
        try:
            self._own.insert_many(documents.values(), ordered=False)
        except BulkWriteError as refused:
            if any(each["code"] != _DUPLICATE for each in refused.details["writeErrors"]):
                raise
            for _, each in orders:
                said = {"contribution": documents[each.source]["contribution"]}
                change = {"$set": said, "$unset": {UNSAID: ""}}
                for weaker in (
                    {"contribution.count": {"$lt": each.count}},
                    {"contribution.count": each.count, "contribution.at": {"$gt": each.at}},
                    {"contribution.count": each.count, UNSAID: True},
                ):
                    self._own.update_one({"_id": each.source, **weaker}, change)

    def lacking(self, orders: Sequence[tuple[str, Contribution]]) -> list[tuple[str, Contribution]]:
        """Those that are not there, or in whose place is what gives way to them."""
        wanted = {"_id": {"$in": [each.source for _, each in orders]}}
        fields = {"contribution.count": 1, "contribution.at": 1, UNSAID: 1}
        found = {each["_id"]: each for each in self._own.find(wanted, fields)}
        return [(uuid, each) for uuid, each in orders if _gives_way(found.get(each.source), each)]

    def batch(self, batch: str) -> list[tuple[ListKey, str, Contribution]]:
        """All that one import ordered."""
        return [
            (
                ListKey.parse(each["list"]),
                each["uuid"],
                codec.read_contribution(each["contribution"]),
            )
            for each in self._own.find({"batch": batch})
        ]

    def move(self, contribution: Contribution, move: Moving) -> None:
        """The office of what was ordered moved in the tree; follows from it, so no journal. Until
        ``followed`` its entity may still stand where it did."""
        moved = {
            "contribution.within": list(move.chain),
            "contribution.moved_at": move.since,
            "is_ahead": True,
        }
        left = {"contribution.stood": {"$each": move.left}}
        self._own.update_one({"_id": contribution.source}, {"$set": moved, "$addToSet": left})

    def followed(self, contribution: Contribution) -> None:
        self._own.update_one({"_id": contribution.source}, {"$unset": {"is_ahead": ""}})

    def strays(
        self, chains: Mapping[str, Sequence[str]]
    ) -> list[tuple[ListKey, str, Contribution]]:
        """What people ordered for offices among these that does not stand within their chain, or
        has left its entity behind."""
        found = []
        for each in self._own.find({}):
            contribution = codec.read_contribution(each["contribution"])
            chain = chains.get(contribution.office or "")
            is_there = contribution.within == tuple(chain or ()) and not each.get("is_ahead")
            if chain is not None and not is_there:
                found.append((ListKey.parse(each["list"]), each["uuid"], contribution))
        return found

    def offices(self) -> frozenset[str]:
        """For which people ordered something, once or still; not what follows from the tree."""
        fields = {"contribution.office": 1, "contribution.origin": 1}
        found = (each["contribution"] for each in self._own.find({}, fields))
        return frozenset(
            each["office"]
            for each in found
            if each.get("office") and each["origin"] != Origin.OFFICES.value
        )

    def listed(self, project: int) -> list[tuple[ListKey, str]]:
        """(list, uuid) of all that people ordered for: for rebuilding."""
        return [(ListKey.parse(each["list"]), each["uuid"]) for each in self._own.find({})]

    def _to_journal(
        self,
        key: ListKey,
        batch: str,
        orders: Sequence[tuple[str, Contribution]],
        at: datetime,
        **facts: bool,
    ) -> None:
        said = {"seq": new_seq(at), "list": key.text, "batch": batch, **facts}
        self._journal.append("orders", day_of(at), said, codec.orders_text(orders))


def _gives_way(found: Document | None, to: Contribution) -> bool:
    if found is None:
        return True
    there = found["contribution"]
    is_later = there["count"] == to.count and there["at"] > to.at
    return there["count"] < to.count or is_later or UNSAID in found


def _own_document(key: ListKey, batch: str, uuid: str, ordered: Contribution) -> Document:
    return {
        "_id": ordered.source,
        "list": key.text,
        "uuid": uuid,
        "batch": batch,
        "contribution": codec.contribution_document(ordered),
    }


def _list(found: Document) -> EntityList:
    return EntityList(
        key=ListKey.parse(found["_id"]),
        revision=found.get("revision", 0),
        filled=found.get("filled", False),
        columns=tuple(sorted(found.get("columns", ()))),
        approval=found.get("approval", False),
        shared=found.get("shared", False),
        reserved=tuple(found.get("reserved", ())),
        offices=found.get("offices", {}),
        members=Members(**found["members"]) if "members" in found else None,
        office_by=found.get("office_by", ""),
        title=found.get("title", {}),
        full_names=found.get("full_names", False),
        names=tuple(found["names"]) if "names" in found else None,
        assigned_only=AssignedOnly(found.get("assigned_only", AssignedOnly.NOBODY)),
    )
