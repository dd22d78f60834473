"""Days on which the centre rests or works, other than the country."""

from __future__ import annotations

from datetime import date

from server.model.working_days import SpecialDay
from server.storage.database import Mongo, speaks_our_errors


@speaks_our_errors
class OwnDays:
    def __init__(self, db: Mongo) -> None:
        self._days = db["own_days"]

    def all(self) -> list[SpecialDay]:
        """A few a year, and about nobody."""
        return [
            SpecialDay(
                date.fromisoformat(each["_id"]),
                each["works"],
                each["name"],
                each["name"],
                own=True,
            )
            for each in self._days.find({})
        ]

    def put(self, own: SpecialDay) -> None:
        said = {"works": own.works, "name": own.vi}
        self._days.update_one({"_id": own.day.isoformat()}, {"$set": said}, upsert=True)

    def drop(self, day: date) -> None:
        self._days.delete_one({"_id": day.isoformat()})
