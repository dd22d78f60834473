"""The register of incidents with personal data, and what was done about each.

No record says any of it again, so the journal has it too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from bson.int64 import Int64
from pymongo.errors import DuplicateKeyError

from server.model.incidents import Act, Deed, Incident, Told
from server.model.scope import Scope
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal
from server.storage.standing import move_all
from server.storage.unsaid import UNSAID, said, unsaid

KIND = "incident"


@speaks_our_errors
class Incidents:
    def __init__(self, db: Mongo, journal: Journal) -> None:
        self._journal = journal
        self._incidents = db["incidents"]

    def find(self, scope: Scope, id: str) -> Incident | None:
        found = self._incidents.find_one({"_id": id})
        return _read(found) if found and scope.sees_office(found["within"]) else None

    def open(self, scope: Scope) -> Sequence[Incident]:
        """All that wait for something, newest first; they are few."""
        found: dict[str, Document] = {}
        for root in scope.offices:
            for each in self._incidents.find({"within": root, "is_open": True}):
                found[each["_id"]] = each
        return [_read(each) for each in _newest(found)]

    def closed(self, scope: Scope, *, top: int, most: int) -> Sequence[Incident]:
        """The newest with ``seq < top``; at most ``most``."""
        found: dict[str, Document] = {}
        for root in scope.offices:
            wanted = {"within": root, "is_open": False, "seq": {"$lt": top}}
            for each in self._incidents.find(wanted).sort("seq", -1).limit(most):
                found[each["_id"]] = each
        return [_read(each) for each in _newest(found)[:most]]

    def add(self, incident: Incident) -> None:
        self._journal.note(KIND, incident.acts[0].at, _document(incident))
        self.put_again(incident)

    def put_again(self, incident: Incident) -> bool:
        """Without the journal, which has it; False when it is there."""
        try:
            self._incidents.insert_one(_document(incident))
        except DuplicateKeyError:
            return False
        return True

    def add_act(self, incident: Incident, act: Act) -> bool:
        """One more, over exactly what was seen; False when somebody was faster."""
        then = _with(incident, act)
        seen, change = {"_id": incident.id, "count": len(incident.acts)}, _change(then)
        if not self._incidents.update_one(seen, {"$set": change}).matched_count:
            return False
        self._say(then)
        return True

    def say_unsaid(self) -> None:
        """To the journal, what broke off before that."""
        for each in unsaid(self._incidents):
            self._say(_read(each))

    def _say(self, incident: Incident) -> None:
        """All that was done: the journal may lack more than the last act, where somebody was killed
        and another came on top."""
        # The first stands with the whole incident, in the journal before anything.
        for act in incident.acts:
            if act.deed is not Deed.OPENED:
                acts = [_act_document(act)]
                self._journal.note(KIND, act.at, {"_id": incident.id, "acts": acts})
        said(self._incidents, incident.id, count=len(incident.acts))

    def move(self, office: str, chain: Sequence[str]) -> None:
        """The office stands elsewhere in the tree."""
        for is_open in (True, False):
            found = self._incidents.find({"within": office, "is_open": is_open}, {"within": 1})
            move_all(self._incidents, found, office, chain)


def _newest(found: dict[str, Document]) -> list[Document]:
    return sorted(found.values(), key=lambda each: each["seq"], reverse=True)


def _with(incident: Incident, act: Act) -> Incident:
    """Acts stand by their time, in whatever order the journal gives them back."""
    acts = sorted((*incident.acts, act), key=lambda each: each.at)
    return replace(incident, acts=tuple(acts))


def _change(then: Incident) -> Document:
    document = _document(then)
    return {name: document[name] for name in ("acts", "count", "is_open")} | {UNSAID: True}


def read_journalled(body: bytes) -> tuple[str, Incident | None, Act]:
    """(id, the incident where this opened it, what was done)."""
    said: Document = json.loads(body)
    act = _read_act(said["acts"][0])
    return said["_id"], _read(said) if "office" in said else None, act


def _document(incident: Incident) -> Document:
    """All of it JSON too, for the journal."""
    return {
        "_id": incident.id,
        "seq": Int64(incident.seq),
        "office": incident.office,
        "within": list(incident.within),
        "acts": [_act_document(each) for each in incident.acts],
        "count": len(incident.acts),
        "is_open": incident.is_open,
    }


def _act_document(act: Act) -> Document:
    told = _told_document(act.told) if act.told else None
    return asdict(act) | {"deed": act.deed.value, "at": act.at.isoformat(), "told": told}


def _told_document(told: Told) -> Document:
    return asdict(told) | {
        "detected": told.detected.isoformat(),
        "who": list(told.who),
        "since": told.since.isoformat(),
        "until": told.until.isoformat() if told.until else None,
    }


def _read(found: Document) -> Incident:
    return Incident(
        id=found["_id"],
        seq=found["seq"],
        office=found["office"],
        within=tuple(found["within"]),
        acts=tuple(_read_act(each) for each in found["acts"]),
    )


def _read_act(found: Document) -> Act:
    told = _read_told(found["told"]) if found["told"] else None
    at = datetime.fromisoformat(found["at"])
    return Act(Deed(found["deed"]), found["note"], found["by"], found["by_name"], at, told)


def _read_told(found: Document) -> Told:
    until = found["until"]
    return Told(
        **{
            **found,
            "detected": datetime.fromisoformat(found["detected"]),
            "who": tuple(found["who"]),
            "since": datetime.fromisoformat(found["since"]),
            "until": datetime.fromisoformat(until) if until else None,
        }
    )
