"""Days on which the centre rests or works, other than the country."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from server.model.working_days import SpecialDay
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal
from server.storage.last_word import LastWord, read_word

KIND = "own_day"


@speaks_our_errors
class OwnDays:
    def __init__(self, db: Mongo, journal: Journal, clock: Callable[[], datetime]) -> None:
        self._words = LastWord(KIND, journal, clock)
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
            if "works" in each
        ]

    def put(self, own: SpecialDay) -> None:
        self._say({"day": own.day.isoformat(), "works": own.works, "name": own.vi})

    def drop(self, day: date) -> None:
        """That nothing is said of it any more is a word too."""
        self._say({"day": day.isoformat()})

    def say_again(self, body: bytes) -> bool:
        """Out of the journal; whether it is news."""
        word = read_word(body)
        if self._last(word["day"]) >= word["seq"]:
            return False
        self._keep(word)
        return True

    def _say(self, said: Document) -> None:
        self._keep(self._words.say(said, self._last(said["day"])))

    def _last(self, day: str) -> int:
        found = self._days.find_one({"_id": day}) or {}
        return int(found.get("seq", 0))

    def _keep(self, word: Document) -> None:
        said = {name: value for name, value in word.items() if name != "day"}
        self._days.replace_one({"_id": word["day"]}, said, upsert=True)
