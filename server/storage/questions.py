"""The bounded questions behind lists and exports of records.

Each is an equality on a prefix of one index and a range of ``seq`` (mongo.md §3); what no index
knows is left out of its answer here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pymongo.collection import Collection

from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.scope import Scope
from server.storage.database import Document

Fields = dict[str, int]

# What every list needs to decide whether the reader may see a document at all.
_SIGHT = {"within": 1, "review": 1, "deleted_at": 1}


@dataclass(frozen=True, slots=True)
class Questions:
    """``equal`` is what each of them is equal on; all are asked of each window."""

    records: Collection[Document]
    scope: Scope
    filters: Filters
    equal: tuple[Document, ...]

    def asks(self, fields: Fields) -> list[Callable[[int, int], list[Document]]]:
        """The same questions one by one, each answered newest first."""

        def ask_of(equal: Document) -> Callable[[int, int], list[Document]]:
            return lambda low, high: self._ask(equal, low, high, {**fields, **_SIGHT})

        return [ask_of(each) for each in self.equal]

    def whole(self, low: int, high: int) -> list[Document]:
        """All documents of a window, each once, newest first."""
        return self._all(low, high, None)

    def parts(self, fields: Fields) -> Callable[[int, int], list[Document]]:
        """Only these fields of all documents of a window, each once, newest first."""
        return lambda low, high: self._all(low, high, {"seq": 1, **fields, **_SIGHT})

    def _all(self, low: int, high: int, fields: Fields | None) -> list[Document]:
        found = {
            each["_id"]: each
            for equal in self.equal
            for each in self._ask(equal, low, high, fields)
        }
        return sorted(found.values(), key=lambda each: each["seq"], reverse=True)

    def places(self, low: int, high: int) -> list[int]:
        """The ``seq`` of all that lies in a window, newest first, seen by the reader or not."""
        found: set[int] = set()
        for equal in self.equal:
            wanted = {**equal, "seq": {"$gte": low, "$lt": high}}
            found.update(each["seq"] for each in self.records.find(wanted, {"_id": 0, "seq": 1}))
        return sorted(found, reverse=True)

    def _ask(self, equal: Document, low: int, high: int, fields: Fields | None) -> list[Document]:
        found = self.records.find({**equal, "seq": {"$gte": low, "$lt": high}}, fields)
        return [each for each in found.sort("seq", -1) if self._is_meant(each)]

    def _is_meant(self, document: Document) -> bool:
        office, reviews = self.filters.office, self.filters.reviews
        return (
            document.get("deleted_at") is None
            and self.scope.sees_office(document["within"])
            and (office is None or office in document["within"])
            and (not reviews or document["review"] in reviews)
        )


def questions(
    records: Collection[Document], scope: Scope, key: FormKey, filters: Filters
) -> Questions:
    meant = scope.on(key.form_id)
    return Questions(records, meant, filters, tuple(_equal(meant, key, filters)))


def _equal(scope: Scope, key: FormKey, filters: Filters) -> Sequence[Document]:
    """What one phone sent, else each subtree in each state that scope and filters leave."""
    if not scope.reaches:
        return []
    if filters.sender:
        return [{"form": key.text, "sender": filters.sender}]
    roots = (filters.office,) if filters.office else sorted(scope.offices)
    found: list[Document] = [{"form": key.text, "within": root} for root in roots]
    if filters.reviews:
        found = [{**each, "review": state.value} for each in found for state in filters.reviews]
    return found
