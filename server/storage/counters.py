"""How many records a form has, by day, office subtree and review state.

A day is counted anew whenever something in it changed, never incremented: counting twice gives the
same number, so that no crash can make a counter drift. A document is one form's month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from server.model.forms import FormKey
from server.storage.database import Mongo, speaks_our_errors

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

    def totals(self, key: FormKey, roots: frozenset[str]) -> Counter[str]:
        """Records by review state in the subtrees of ``roots``, which must not overlap."""
        totals: Counter[str] = Counter()
        for month in self._counters.find({"form": key.text}):
            for offices in month["days"].values():
                for root in roots:
                    totals.update(offices.get(root, {}))
        return totals

    def newest(self, key: FormKey) -> int:
        """The seq of the newest counted record: where a list may begin to look. 0 for none."""
        found = self._counters.find({"form": key.text}, {"newest": 1})
        return max((each.get("newest", 0) for each in found), default=0)

    def clear(self, key: FormKey) -> None:
        """Before a form is counted anew from its records."""
        self._counters.delete_many({"form": key.text})
