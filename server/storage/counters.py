"""How many records a form has, by day, office subtree and review state.

A day is counted anew whenever something in it changed, never incremented: counting twice gives the
same number, so that no crash can make a counter drift. A document is one form's month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from server.model.forms import FormKey
from server.model.scope import Scope
from server.storage.database import Mongo, speaks_our_errors


@dataclass(frozen=True, slots=True)
class Summary:
    """Records by review state; ``last_day`` with one in scope, "" for none; ``newest`` is the seq
    of
    the last one counted, whatever its office: where a list may begin, and nothing to show."""

    totals: Counter[str]
    early: Counter[str]
    last_day: str
    newest: int


DayCount = Mapping[tuple[str, str], int]
"""(office subtree, review state) → records."""


@speaks_our_errors
class Counters:
    def __init__(self, db: Mongo) -> None:
        self._counters = db["counters"]

    def put_day(self, key: FormKey, day: str, counts: DayCount, newest: int) -> None:
        """``day`` is ``2026-11-24`` in the centre's zone; ``newest`` the last seq counted in it."""
        nested: dict[str, dict[str, int]] = {}
        for (office, state), number in counts.items():
            nested.setdefault(office, {})[state] = number
        month = day[:7]
        self._counters.update_one(
            {"_id": f"{key.text}//{month}"},
            {
                "$set": {"form": key.text, "month": month, f"days.{day[8:]}": nested},
                "$max": {"newest": newest},
            },
            upsert=True,
        )

    def summary(self, key: FormKey, scope: Scope, early: str = "") -> Summary:
        """What a form has in ``scope``; ``early`` are the records of days before that one."""
        totals: Counter[str] = Counter()
        before: Counter[str] = Counter()
        last_day, newest = "", 0
        for month in self._counters.find({"form": key.text}):
            newest = max(newest, month.get("newest", 0))
            for day, offices in month["days"].items():
                counts = [offices.get(root, {}) for root in scope.offices]
                for each in counts:
                    totals.update(each)
                    if f"{month['month']}-{day}" < early:
                        before.update(each)
                if any(counts):
                    last_day = max(last_day, f"{month['month']}-{day}")
        return Summary(totals, before, last_day, newest)

    def newest(self, key: FormKey) -> int:
        """The seq of the newest counted record: where a list may begin to look. 0 for none."""
        found = self._counters.find({"form": key.text}, {"newest": 1})
        return max((each.get("newest", 0) for each in found), default=0)

    def clear(self, key: FormKey) -> None:
        """Before a form is counted anew from its records."""
        self._counters.delete_many({"form": key.text})
