"""How many records a form has, by day, office subtree and review state.

A day is counted anew whenever something in it changed, never incremented: counting twice gives the
same number, so that no crash can make a counter drift. A document is one form's month.
"""

from __future__ import annotations

from collections.abc import Iterator

from bson.int64 import Int64

from server.model.counts import CountedDay, Counts
from server.model.forms import FormKey
from server.storage.database import Document, Mongo, speaks_our_errors


@speaks_our_errors
class Counters:
    def __init__(self, db: Mongo) -> None:
        self._counters = db["counters"]

    def put_day(self, key: FormKey, counted: CountedDay) -> None:
        month, day = counted.day[:7], counted.day[8:]
        self._counters.update_one(
            {"_id": f"{key.text}//{month}"},
            {
                "$set": {
                    "form": key.text,
                    "month": month,
                    f"days.{day}": {office: dict(each) for office, each in counted.counts.items()},
                    f"marks.{day}": [Int64(each) for each in counted.marks],
                    f"last.{day}": Int64(counted.newest),
                }
            },
            upsert=True,
        )

    def counts(self, key: FormKey) -> Counts:
        months = self._counters.find({"form": key.text})
        days = (day for month in months for day in _days(month))
        return Counts(tuple(sorted(days, key=lambda each: each.day, reverse=True)))

    def newest(self, key: FormKey) -> int:
        """The last record counted; 0 for none."""
        months = self._counters.find({"form": key.text}, {"last": 1})
        return max((seq for month in months for seq in month.get("last", {}).values()), default=0)

    def clear(self, key: FormKey) -> None:
        """Before a form is counted anew from its records."""
        self._counters.delete_many({"form": key.text})


def _days(month: Document) -> Iterator[CountedDay]:
    """What was counted before days had a last record is counted anew."""
    for day, newest in month.get("last", {}).items():
        yield CountedDay(
            day=f"{month['month']}-{day}",
            counts=month["days"][day],
            newest=newest,
            marks=tuple(month["marks"][day]),
        )
