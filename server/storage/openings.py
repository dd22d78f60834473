"""What was opened with a reason. Nothing of it is ever changed or removed here."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from itertools import islice

from server.model.forms import FormKey
from server.model.openings import Opening
from server.model.scope import Scope
from server.storage.database import Document, Mongo, speaks_our_errors


@speaks_our_errors
class Openings:
    def __init__(self, db: Mongo) -> None:
        self._openings = db["openings"]

    def add(self, opening: Opening) -> None:
        document = asdict(opening) | {"_id": opening.id, "key": opening.key.text}
        document["within"] = list(opening.within)
        document.pop("id")
        self._openings.insert_one(document)

    def open_now(self, actor_id: str, now: datetime) -> frozenset[tuple[str, str]]:
        """(form, record) of each that this person has open."""
        found = self._openings.find({"actor": actor_id, "until": {"$gt": now}})
        return frozenset((each["key"], each["instance_id"]) for each in found)

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


def _opening(found: Document) -> Opening:
    rest = {name: value for name, value in found.items() if name not in ("_id", "key", "within")}
    return Opening(
        id=found["_id"],
        key=FormKey.parse(found["key"]),
        within=tuple(found["within"]),
        **rest,
    )
