"""What was refused, kept for a person to look at: the phone may hold no other copy one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.model.scope import Scope
from server.storage.database import Mongo, speaks_our_errors


@dataclass(frozen=True, slots=True)
class SetAside:
    """``xml`` and ``files`` (name, sha256) are blobs. ``why`` is the name of the error."""

    xml: str
    why: str
    at: datetime
    within: tuple[str, ...]
    sender: str
    form: str = ""
    instance_id: str = ""
    files: tuple[tuple[str, str], ...] = ()


@speaks_our_errors
class Aside:
    def __init__(self, db: Mongo) -> None:
        self._aside = db["set_aside"]

    def keep(self, thing: SetAside) -> None:
        """Once for each content and reason, however often the phone tries again."""
        self._aside.update_one(
            {"_id": f"{thing.why}:{thing.xml}"},
            {
                "$setOnInsert": {
                    "xml": thing.xml,
                    "why": thing.why,
                    "at": thing.at,
                    "within": list(thing.within),
                    "sender": thing.sender,
                    "form": thing.form,
                    "instance_id": thing.instance_id,
                },
                "$addToSet": {"files": {"$each": [list(each) for each in thing.files]}},
            },
            upsert=True,
        )

    def all(self, scope: Scope) -> Sequence[SetAside]:
        """Newest first."""
        found = self._aside.find({}).sort("at", -1)
        every = [
            SetAside(
                xml=each["xml"],
                why=each["why"],
                at=each["at"],
                within=tuple(each["within"]),
                sender=each["sender"],
                form=each["form"],
                instance_id=each["instance_id"],
                files=tuple((name, sha) for name, sha in each.get("files", [])),
            )
            for each in found
        ]
        return [each for each in every if scope.sees_office(each.within)]
