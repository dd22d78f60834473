"""The offices that people and phones act for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from server.model.offices import Office
from server.storage.database import Document, Mongo, speaks_our_errors


@speaks_our_errors
class Offices:
    def __init__(self, db: Mongo) -> None:
        self._offices = db["offices"]

    def tree(self) -> dict[str, Office]:
        """All offices by code; they are few and belong to nobody's private life."""
        return {each["_id"]: _office(each) for each in self._offices.find({})}

    def put(self, offices: Iterable[Office]) -> None:
        for office in offices:
            document = asdict(office)
            document["_id"] = document.pop("code")
            self._offices.replace_one({"_id": office.code}, document, upsert=True)


def _office(found: Document) -> Office:
    place = found.get("place")
    rest = {name: value for name, value in found.items() if name not in ("_id", "place")}
    return Office(code=found["_id"], place=tuple(place) if place else None, **rest)
