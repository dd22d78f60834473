"""What one person asked for and another decided.

No record says any of it again, so the journal has it too: after each step the whole of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from server.model.approvals import About, Approval, Decision, State
from server.model.data_requests import Concern
from server.model.scope import Scope
from server.model.witness import saw
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal
from server.storage.standing import move_all
from server.storage.unsaid import UNSAID, said, unsaid

KIND = "approval"


@speaks_our_errors
class Approvals:
    def __init__(self, db: Mongo, journal: Journal) -> None:
        self._journal = journal
        self._approvals = db["approvals"]

    def find(self, scope: Scope, id: str) -> Approval | None:
        """None out of scope too, but not for who asked for it."""
        found = self._approvals.find_one({"_id": id})
        if found is None:
            return None
        is_own = scope.actor and found["asked_by"] == scope.actor
        if not is_own and not scope.sees_office(found["within"]):
            return None
        saw(f"approval:{id}", found["within"])
        return _read(found)

    def asked(self, scope: Scope, now: datetime) -> Sequence[Approval]:
        """All that can still be decided, oldest first; they are few."""
        found: dict[str, Document] = {}
        for root in scope.offices:
            wanted = {"within": root, "state": State.ASKED.value, "lapses_at": {"$gt": now}}
            found.update((each["_id"], each) for each in self._approvals.find(wanted))
        return sorted(map(_read, found.values()), key=lambda each: each.asked_at)

    def page(self, scope: Scope, before: datetime, most: int) -> Sequence[Approval]:
        """The newest that were asked for before then, in whatever state."""
        found: dict[str, Document] = {}
        for root in scope.offices:
            wanted = {"within": root, "asked_at": {"$lt": before}}
            there = self._approvals.find(wanted).sort("asked_at", -1).limit(most)
            found.update((each["_id"], each) for each in there)
        newest = sorted(found.values(), key=lambda each: each["asked_at"], reverse=True)
        return [_read(each) for each in newest[:most]]

    def own(self, actor_id: str, before: datetime, most: int) -> Sequence[Approval]:
        """The newest that this person asked for before then."""
        wanted = {"asked_by": actor_id, "asked_at": {"$lt": before}}
        found = self._approvals.find(wanted).sort("asked_at", -1).limit(most)
        return [_read(each) for each in found]

    def in_force(self, actor_id: str, now: datetime) -> Sequence[Approval]:
        """What this person may do now, since another granted it."""
        wanted = {"asked_by": actor_id, "lapses_at": {"$gt": now}}
        found = map(_read, self._approvals.find(wanted))
        return [each for each in found if each.state(now) is State.GRANTED]

    def unfinished(self) -> Sequence[Approval]:
        """What was granted and is not done yet: for the machine, which does it."""
        return [_read(each) for each in self._approvals.find({"unfinished": True})]

    def add(self, approval: Approval) -> None:
        self._journal.note(KIND, approval.asked_at, _document(approval))
        self.put_again(approval)

    def step(self, seen: Approval, then: Approval) -> bool:
        """From exactly what was seen to what follows; False when somebody was faster."""
        before = {"_id": seen.id, "state": seen.stored_state.value}
        after = _stored(then) | {UNSAID: True}
        if not self._approvals.replace_one(before, after).matched_count:
            return False
        self._say(then)
        return True

    def say_unsaid(self) -> None:
        """To the journal, what broke off before that."""
        for each in unsaid(self._approvals):
            self._say(_read(each))

    def _say(self, approval: Approval) -> None:
        self._journal.note(KIND, approval.since, _document(approval))
        said(self._approvals, approval.id, state=approval.stored_state.value)

    def put_again(self, approval: Approval) -> bool:
        """Without the journal, which has it; False for what is known already, or more than it."""
        try:
            self._approvals.insert_one(_stored(approval))
        except DuplicateKeyError:
            found = self._approvals.find_one({"_id": approval.id})
            if found is None or not approval.is_after(_read(found)):
                return False
            before = {"_id": approval.id, "state": found["state"]}
            return self._approvals.replace_one(before, _stored(approval)).matched_count == 1
        return True

    def move(self, office: str, chain: Sequence[str]) -> None:
        """The office stands elsewhere in the tree."""
        for state in (each for each in State if each is not State.LAPSED):
            wanted = {"within": office, "state": state.value}
            found = self._approvals.find(wanted, {"within": 1})
            move_all(self._approvals, found, office, chain)


def read_journalled(body: bytes) -> Approval:
    said: dict[str, Any] = json.loads(body)
    for name in ("asked_at", "lapses_at", "carried_out_at"):
        said[name] = _moment(said[name])
    if said["decision"]:
        said["decision"]["at"] = _moment(said["decision"]["at"])
    return _read(said)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _stored(approval: Approval) -> Document:
    """Absent rather than false where an index is sparse."""
    found = _fields(approval)
    return found | ({"unfinished": True} if approval.waits_to_be_done else {})


def _document(approval: Approval) -> Document:
    """All of it JSON, for the journal."""
    said: Document = json.loads(json.dumps(_fields(approval), default=datetime.isoformat))
    return said


def _fields(approval: Approval) -> Document:
    things = [[each.kind, each.name, each.id] for each in approval.about.things]
    document = asdict(approval) | {
        "_id": approval.id,
        "state": approval.stored_state.value,
        "within": list(approval.within),
        "about": {
            "things": things,
            "filters": [list(each) for each in approval.about.filters],
            "days": approval.about.days,
        },
    }
    if approval.decision:
        document["decision"]["state"] = approval.decision.state.value
    document.pop("id")
    return document


def _read(found: Document) -> Approval:
    about, decision = found["about"], found["decision"]
    return Approval(
        id=found["_id"],
        project=found["project"],
        act=found["act"],
        about=About(
            things=tuple(Concern(*each) for each in about["things"]),
            filters=tuple((name, value) for name, value in about["filters"]),
            days=about["days"],
        ),
        within=tuple(found["within"]),
        reason=found["reason"],
        asked_by=found["asked_by"],
        asked_by_name=found["asked_by_name"],
        asked_at=found["asked_at"],
        lapses_at=found["lapses_at"],
        decision=Decision(**{**decision, "state": State(decision["state"])}) if decision else None,
        carried_out_at=found["carried_out_at"],
    )
