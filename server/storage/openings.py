"""What was opened with a reason. Nothing of it is ever changed or removed here but where its office
stands, and the reason when the record is erased. No record says it again, so the journal has it
too."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import islice

from pymongo.errors import DuplicateKeyError

from server.model.forms import FormKey
from server.model.openings import Opening
from server.model.scope import Scope
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal, text_of
from server.storage.standing import move_all

KIND = "opening"
_TIMES = ("at", "until")


@speaks_our_errors
class Openings:
    def __init__(self, db: Mongo, journal: Journal) -> None:
        self._journal = journal
        self._openings = db["openings"]

    def add(self, opening: Opening) -> None:
        self._journal.note(KIND, opening.at, _said(opening))
        self.put_again(opening)

    def put_again(self, opening: Opening) -> bool:
        """Without the journal, which has it; False when it is there."""
        try:
            self._openings.insert_one(_document(opening))
        except DuplicateKeyError:
            return False
        return True

    def forget_reasons(self, key: FormKey, instance_id: str) -> None:
        """They may tell of whom the record was; that it was opened, when and by whom stays."""
        opened = {"key": key.text, "instance_id": instance_id}
        self._openings.update_many(opened, {"$set": {"reason": ""}})

    def move(self, office: str, chain: Sequence[str]) -> None:
        """Those of records of this office, which stands elsewhere in the tree now."""
        found = self._openings.find({"within": office}, {"within": 1})
        move_all(self._openings, found, office, chain)

    def open_now(self, actor_id: str, scope: Scope, now: datetime) -> frozenset[tuple[str, str]]:
        """(form, record) of each that this person has open, within the scope; not what a clock that
        was ahead has put down for days to come."""
        found = self._openings.find({"actor": actor_id, "until": {"$gt": now}})
        return frozenset(
            (each["key"], each["instance_id"])
            for each in found
            if each["at"] <= now and scope.sees(each["within"], FormKey.parse(each["key"]).form_id)
        )

    def page(self, scope: Scope, before: datetime, most: int) -> list[Opening]:
        """The newest that were opened before then, of records within the scope."""
        found: dict[str, Document] = {}
        for reach in scope.reaches:
            wanted = {"within": reach.office, "at": {"$lt": before}}
            there = self._openings.find(wanted).sort("at", -1)
            covered = (each for each in there if reach.covers(FormKey.parse(each["key"]).form_id))
            found.update((each["_id"], each) for each in islice(covered, most))
        newest = sorted(found.values(), key=lambda each: each["at"], reverse=True)
        return [_opening(each) for each in newest[:most]]


def journal_text(opening: Opening) -> bytes:
    return text_of(_said(opening))


def read_journalled(body: bytes) -> Opening:
    said = json.loads(body)
    return _opening(said | {name: datetime.fromisoformat(said[name]) for name in _TIMES})


def _said(opening: Opening) -> Document:
    """All of it JSON, for the journal."""
    return _document(opening) | {name: getattr(opening, name).isoformat() for name in _TIMES}


def _document(opening: Opening) -> Document:
    document = asdict(opening) | {"_id": opening.id, "key": opening.key.text}
    document["within"] = list(opening.within)
    document.pop("id")
    return document


def _opening(found: Document) -> Opening:
    rest = {name: value for name, value in found.items() if name not in ("_id", "key", "within")}
    return Opening(
        id=found["_id"],
        key=FormKey.parse(found["key"]),
        within=tuple(found["within"]),
        **rest,
    )
