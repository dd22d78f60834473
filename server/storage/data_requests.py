"""The register of what people asked about their data, and what was done about it.

No record says any of it again, so the journal has it too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from bson.int64 import Int64
from pymongo.errors import DuplicateKeyError

from server.model.data_requests import Act, Concern, DataRequest, Deed, Standing, Wanted, Wish
from server.model.scope import Scope
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal
from server.storage.standing import move_all
from server.storage.unsaid import UNSAID, said, unsaid

KIND = "data_request"


@speaks_our_errors
class DataRequests:
    def __init__(self, db: Mongo, journal: Journal) -> None:
        self._journal = journal
        self._requests = db["data_requests"]

    def find(self, scope: Scope, id: str) -> DataRequest | None:
        found = self._requests.find_one({"_id": id})
        return _read(found) if found and scope.sees_office(found["within"]) else None

    def open(self, scope: Scope) -> Sequence[DataRequest]:
        """All that wait for something; they are few."""
        found: dict[str, Document] = {}
        for root in scope.offices:
            for each in self._requests.find({"within": root, "is_open": True}):
                found[each["_id"]] = each
        return [_read(each) for each in found.values()]

    def ended(self, scope: Scope, *, top: int, most: int) -> Sequence[DataRequest]:
        """The newest with ``seq < top``; at most ``most``."""
        found: dict[str, Document] = {}
        for root in scope.offices:
            wanted = {"within": root, "is_open": False, "seq": {"$lt": top}}
            for each in self._requests.find(wanted).sort("seq", -1).limit(most):
                found[each["_id"]] = each
        newest = sorted(found.values(), key=lambda each: each["seq"], reverse=True)
        return [_read(each) for each in newest[:most]]

    def add(self, request: DataRequest) -> None:
        self._journal.note(KIND, request.acts[0].at, _document(request))
        self.put_again(request)

    def put_again(self, request: DataRequest) -> bool:
        """Without the journal, which has it; False when it is there."""
        try:
            self._requests.insert_one(_document(request))
        except DuplicateKeyError:
            return False
        return True

    def add_act(self, request: DataRequest, act: Act) -> DataRequest | None:
        """With one more, over exactly what was seen; None when somebody was faster. To be said then
        (``say``), when what follows from it is done."""
        then = _with(request, act)
        seen, change = {"_id": request.id, "count": len(request.acts)}, _change(then)
        return then if self._requests.update_one(seen, {"$set": change}).matched_count else None

    def unsaid(self) -> Sequence[DataRequest]:
        """Of which something broke off after it was decided."""
        return [_read(each) for each in unsaid(self._requests)]

    def say(self, request: DataRequest) -> None:
        """To the journal, all that was done: it may lack more than the last act, where somebody was
        killed and another came on top."""
        # The first stands with the whole request, in the journal before anything.
        for act in request.acts:
            if act.deed is not Deed.RECEIVED:
                acts = [_act_document(act)]
                self._journal.note(KIND, act.at, {"_id": request.id, "acts": acts})
        said(self._requests, request.id, count=len(request.acts))

    def move(self, office: str, chain: Sequence[str]) -> None:
        """The office stands elsewhere in the tree."""
        for is_open in (True, False):
            found = self._requests.find({"within": office, "is_open": is_open}, {"within": 1})
            move_all(self._requests, found, office, chain)


def _with(request: DataRequest, act: Act) -> DataRequest:
    """Acts stand by their time, in whatever order the journal gives them back."""
    acts = sorted((*request.acts, act), key=lambda each: each.at)
    return replace(request, acts=tuple(acts))


def _change(then: DataRequest) -> Document:
    document = _document(then)
    return {name: document[name] for name in ("acts", "count", "is_open")} | {UNSAID: True}


def read_journalled(body: bytes) -> tuple[str, DataRequest | None, Act]:
    """(id, the request where this received it, what was done)."""
    said: Document = json.loads(body)
    act = _read_act(said["acts"][0])
    return said["_id"], _read(said) if "wanted" in said else None, act


def _document(request: DataRequest) -> Document:
    """All of it JSON too, for the journal."""
    wanted = asdict(request.wanted) | {"arrived": request.wanted.arrived.isoformat()}
    return {
        "_id": request.id,
        "seq": Int64(request.seq),
        "office": request.office,
        "within": list(request.within),
        "wanted": wanted,
        "acts": [_act_document(each) for each in request.acts],
        "count": len(request.acts),
        "is_open": request.is_open,
    }


def _act_document(act: Act) -> Document:
    concerns = [[each.kind, each.name, each.id] for each in act.concerns]
    return asdict(act) | {
        "deed": act.deed.value,
        "concerns": concerns,
        "at": act.at.isoformat(),
    }


def _read(found: Document) -> DataRequest:
    wanted: dict[str, Any] = dict(found["wanted"])
    wanted["wish"] = Wish(wanted["wish"])
    wanted["standing"] = Standing(wanted["standing"])
    wanted["arrived"] = date.fromisoformat(wanted["arrived"])
    return DataRequest(
        id=found["_id"],
        seq=found["seq"],
        office=found["office"],
        within=tuple(found["within"]),
        wanted=Wanted(**wanted),
        acts=tuple(_read_act(each) for each in found["acts"]),
    )


def _read_act(found: Document) -> Act:
    return Act(
        deed=Deed(found["deed"]),
        note=found["note"],
        concerns=tuple(Concern(*each) for each in found["concerns"]),
        by=found["by"],
        by_name=found["by_name"],
        at=datetime.fromisoformat(found["at"]),
    )
