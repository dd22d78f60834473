"""The tree of offices at rest: units, their areas, the names of their kinds.

Beside a unit stands its ``chain``: the offices above it as its records have them. Where the tree
says otherwise, they are still to be brought in step (docs/decisions/0018).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime

from pymongo.collection import Collection

from server.model.calendar import day_of
from server.model.offices import Area, Kind, Office, within
from server.model.sequence import new_seq
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal

_FIELDS = frozenset(each.name for each in fields(Office))


@dataclass(frozen=True, slots=True)
class Change:
    """What is said of units and kinds at one time. An area that is None is taken away, and units
    that are ``removed`` with all that was said of them."""

    offices: Sequence[Office] = ()
    areas: Mapping[str, Area | None] = field(default_factory=dict)
    kinds: Sequence[Kind] = ()
    removed: Sequence[str] = ()


@speaks_our_errors
class Offices:
    def __init__(self, db: Mongo, journal: Journal) -> None:
        self._journal = journal
        self._offices = db["offices"]
        # Apart: every process reads the tree every few seconds, and an area may be long.
        self._areas = db["office_areas"]
        self._kinds = db["office_kinds"]

    def tree(self) -> dict[str, Office]:
        """All offices by code; they are few and belong to nobody's private life."""
        return {each["_id"]: read_office(each) for each in self._units()}

    def areas(self) -> dict[str, Area]:
        return {each["_id"]: each["area"] for each in self._areas.find({})}

    def areas_of(self, codes: Iterable[str]) -> dict[str, Area]:
        found = self._areas.find({"_id": {"$in": list(codes)}})
        return {each["_id"]: each["area"] for each in found}

    def kinds(self) -> dict[str, Kind]:
        return {each["_id"]: _kind(each) for each in self._kinds.find({})}

    def change(self, change: Change, at: datetime) -> None:
        """No record says it again, so the journal has it first."""
        seq = max(new_seq(at), 1 + max(self.changed().values(), default=0))
        said = {
            "seq": seq,  # the same words at another time are another entry
            "units": [asdict(each) for each in change.offices],
            "areas": change.areas,
            "kinds": [asdict(each) for each in change.kinds],
            "removed": list(change.removed),
        }
        text = json.dumps(said, ensure_ascii=False, sort_keys=True)
        self._journal.append("offices", day_of(at), {"seq": seq}, text.encode())
        self._put(change, seq)

    def change_again(self, body: bytes) -> bool:
        """Out of the journal; whether anything of it was missing. Of one unit or kind what was
        said last stays, in whatever order it comes."""
        said = json.loads(body)
        seq, areas = said["seq"], said["areas"]
        units, names = self._offices, self._kinds
        offices = [
            read_office(each) for each in said["units"] if _is_news(units, each["code"], seq)
        ]
        kinds = [Kind(**each) for each in said["kinds"] if _is_news(names, each["code"], seq)]
        removed = [code for code in said.get("removed", ()) if _is_news(units, code, seq)]
        if not offices and not kinds and not removed:
            return False
        fresh = {each.code for each in offices}
        its = {code: area for code, area in areas.items() if code in fresh}
        self._put(Change(offices, its, kinds, removed), seq)
        return True

    def journal_what_it_lacks(self, at: datetime) -> None:
        """Units that an earlier release knew of had no journal."""
        unsaid = [read_office(each) for each in self._units() if "seq" not in each]
        if unsaid:
            self.change(Change(unsaid), at)

    def put(self, offices: Iterable[Office]) -> None:
        """Without the journal, for what another file says again."""
        self._put(Change(tuple(offices)), None)

    # -- records that follow the tree ------------------------------------------------------------

    def out_of_step(self) -> dict[str, tuple[str, ...]]:
        """Units whose records may stand elsewhere than the tree says, and where they belong."""
        found = self._units()
        tree = {each["_id"]: read_office(each) for each in found}
        chains = {each["_id"]: tuple(each.get("chain", ())) for each in found}
        belongs = {code: within(code, tree) for code in tree}
        moving = {each["_id"] for each in found if each.get("is_moving")}
        return {
            code: belongs[code]
            for code in tree
            if code in moving or chains[code] not in ((), belongs[code])
        }

    def stood_above(self, code: str) -> Mapping[str, int]:
        """What answered for this unit once, and the ``seq`` of the change by which it ceased to."""
        found = self._offices.find_one({"_id": code}, {"stood": 1}) or {}
        stood: Mapping[str, int] = found.get("stood", {})
        return stood

    def note_moving(self, codes: Iterable[str]) -> None:
        """Some of their records stand elsewhere than the others until ``note_chain``: also when the
        unit goes back to where all stood before."""
        still = {"_id": {"$in": list(codes)}, "is_moving": {"$exists": False}}
        self._offices.update_many(still, {"$set": {"is_moving": True}})

    def note_chain(self, code: str, chain: Sequence[str]) -> None:
        """Where the records of a unit stand."""
        stand = {"$set": {"chain": list(chain)}, "$unset": {"is_moving": ""}}
        self._offices.update_one({"_id": code}, stand)

    def changed(self) -> dict[str, int]:
        """The ``seq`` of the last change of each unit."""
        return {each["_id"]: each.get("seq", 0) for each in self._offices.find({}, {"seq": 1})}

    # -- inside ----------------------------------------------------------------------------------

    def _units(self) -> list[Document]:
        """Of one that was taken out only that is kept: what was said of it earlier may come again
        out of the journal."""
        return [each for each in self._offices.find({}) if not each.get("is_removed")]

    def _put(self, change: Change, seq: int | None) -> None:
        before = self.tree()
        after = before | {each.code: each for each in change.offices}
        self._remember_chains(before)
        for office in change.offices:
            document = asdict(office)
            document.pop("code")
            if seq is not None:
                document["seq"] = seq
            new = {"chain": list(within(office.code, after))}
            said = {"$set": document, "$setOnInsert": new}
            self._offices.delete_one({"_id": office.code, "is_removed": True})
            self._offices.update_one({"_id": office.code}, said, upsert=True)
        self._note_left(before, after, seq)
        for code, area in change.areas.items():
            if area is None:
                self._areas.delete_one({"_id": code})
            else:
                self._areas.replace_one({"_id": code}, {"area": area}, upsert=True)
        for code in change.removed:
            gone = {"is_removed": True} | ({} if seq is None else {"seq": seq})
            self._offices.replace_one({"_id": code}, gone, upsert=True)
            self._areas.delete_one({"_id": code})
        for kind in change.kinds:
            named = asdict(kind) | ({} if seq is None else {"seq": seq})
            self._kinds.replace_one({"_id": named.pop("code")}, named, upsert=True)

    def _note_left(
        self, before: Mapping[str, Office], after: Mapping[str, Office], seq: int | None
    ) -> None:
        for code in before if seq is not None else ():
            left = set(within(code, before)).difference(within(code, after))
            if left:
                last = {f"stood.{each}": seq for each in left}
                self._offices.update_one({"_id": code}, {"$max": last})

    def _remember_chains(self, tree: Mapping[str, Office]) -> None:
        """Where the records of units of an earlier release stand, before anything moves."""
        for each in self._units():
            if "chain" not in each:
                self.note_chain(each["_id"], within(each["_id"], tree))


def _is_news(known: Collection[Document], code: str, seq: int) -> bool:
    found = known.find_one({"_id": code}, {"seq": 1})
    return found is None or int(found.get("seq", 0)) < seq


def read_office(found: Document) -> Office:
    """A document of an earlier release has fewer fields, a later one may have more."""
    place = found.get("place")
    said = {name: value for name, value in found.items() if name in _FIELDS and name != "place"}
    code = said.pop("code", None) or found["_id"]
    return Office(code=code, place=tuple(place) if place else None, **said)


def _kind(found: Document) -> Kind:
    return Kind(found["_id"], found["vi"], found["en"], found["listed"])
