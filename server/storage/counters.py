"""How many records a form has, by day, office subtree and review state.

A day is counted anew whenever something in it changed: counting twice gives the same number, so
that no crash can make a counter drift. Until then a reviewed record is moved from state to state. A
document is one form's month.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bson.int64 import Int64
from pymongo.errors import DuplicateKeyError

from server.model.counts import CountedDay, CountedMonth, Counts, count_month
from server.model.forms import FormKey
from server.model.records import Record, ReviewState
from server.storage.database import Document, Mongo, speaks_our_errors


@dataclass(frozen=True, slots=True)
class Standing:
    """What the counters know: the last record counted (0 for none), and which counted days changed
    since, each with the note that says so."""

    newest: int
    changed: Mapping[str, str]


@speaks_our_errors
class Counters:
    def __init__(self, db: Mongo) -> None:
        self._counters = db["counters"]

    def put_day(self, key: FormKey, counted: CountedDay, seen: str) -> bool:
        """In place of the round that was ``seen`` before it was counted; False where another has
        counted meanwhile, who may know more."""
        its_month, month, day = _month_of(key, counted.day)
        last = {f"rounds.{day}": seen or {"$exists": False}}
        change = {
            "form": key.text,
            "month": month,
            f"days.{day}": {office: dict(each) for office, each in counted.counts.items()},
            f"marks.{day}": [Int64(each) for each in counted.marks],
            f"last.{day}": Int64(counted.newest),
            f"rounds.{day}": uuid.uuid4().hex,
        }
        try:
            done = self._counters.update_one(
                {**its_month, **last}, {"$set": change}, upsert=not seen
            )
        except DuplicateKeyError:
            return False
        return done.matched_count == 1 or done.upserted_id is not None

    def round_of(self, key: FormKey, day: str) -> str:
        """Which counting the day's numbers are of; "" for a day that was never counted."""
        its_month, _, number = _month_of(key, day)
        found = self._counters.find_one(its_month, {"rounds": 1}) or {}
        return str(found.get("rounds", {}).get(number, ""))

    def move(self, record: Record, state: ReviewState, day: str, seen: str) -> None:
        """Count a counted record under its new ``state``, as long as the day's numbers are still of
        the round that was ``seen`` before the state was written: a later round may know of it."""
        if any("." in office or office.startswith("$") for office in record.within):
            return  # no path leads to such a name; the day is counted anew in a moment
        its_month, _, number = _month_of(record.key, day)
        counted = {f"rounds.{number}": seen, f"last.{number}": {"$gte": Int64(record.seq)}}
        steps: dict[str, int] = {}
        for office in record.within:
            steps[f"days.{number}.{office}.{record.review.value}"] = -1
            steps[f"days.{number}.{office}.{state.value}"] = 1
        self._counters.update_one({**its_month, **counted}, {"$inc": steps})

    def note_change(self, key: FormKey, day: str) -> None:
        """Something in this day changed: it is to be counted anew."""
        its_month, month, number = _month_of(key, day)
        noted = {"form": key.text, "month": month, f"changed.{number}": uuid.uuid4().hex}
        self._counters.update_one(its_month, {"$set": noted}, upsert=True)

    def forget_change(self, key: FormKey, day: str, note: str) -> None:
        """It was counted since, unless somebody noted another change meanwhile."""
        its_month, _, number = _month_of(key, day)
        seen = {**its_month, f"changed.{number}": note}
        self._counters.update_one(seen, {"$unset": {f"changed.{number}": ""}})

    def counts(self, key: FormKey) -> Counts:
        months = self._counters.find({"form": key.text})
        days = (day for month in months for day in _days(month))
        return Counts(tuple(sorted(days, key=lambda each: each.day, reverse=True)))

    def months(self, key: FormKey, before: str, most: int) -> list[CountedMonth]:
        """The newest first, those ``before`` one; "" for the newest of all."""
        wanted: Document = {"form": key.text}
        if before:
            wanted["month"] = {"$lt": before}
        found = self._counters.find(wanted).sort("month", -1).limit(most)
        return [count_month(each["month"], _days(each)) for each in found]

    def standing(self, key: FormKey) -> Standing:
        found = self._counters.find({"form": key.text}, {"month": 1, "last": 1, "changed": 1})
        months = list(found)
        return Standing(
            max((seq for month in months for seq in month.get("last", {}).values()), default=0),
            {
                f"{month['month']}-{day}": note
                for month in months
                for day, note in month.get("changed", {}).items()
            },
        )

    def clear(self, key: FormKey) -> None:
        """Before a form is counted anew from its records."""
        self._counters.delete_many({"form": key.text})


def _month_of(key: FormKey, day: str) -> tuple[Document, str, str]:
    """The filter of its document, its month, and the day's number in it."""
    return {"_id": f"{key.text}//{day[:7]}"}, day[:7], day[8:]


def _days(month: Document) -> Iterator[CountedDay]:
    """What was counted before days had a last record is counted anew."""
    for day, newest in month.get("last", {}).items():
        yield CountedDay(
            day=f"{month['month']}-{day}",
            counts=month["days"][day],
            newest=newest,
            marks=tuple(month["marks"][day]),
        )
