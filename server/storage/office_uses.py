"""Whether anything of anybody stands within some units of the tree; not what it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from server.model.entities import ListKey
from server.model.forms import FormKey
from server.storage.database import Document, Mongo, speaks_our_errors

_ALL = ("set_aside", "openings", "data_requests", "approvals", "incidents")
_OF_LISTS = ("entities", "entity_imports")
_AT_ONCE = 500  # units that one question names


@speaks_our_errors
class OfficeUses:
    def __init__(self, db: Mongo) -> None:
        self._db = db

    def any_within(
        self, codes: Sequence[str], forms: Sequence[FormKey], lists: Sequence[ListKey]
    ) -> bool:
        for start in range(0, len(codes), _AT_ONCE):
            some = {"$in": list(codes[start : start + _AT_ONCE])}
            asked = self._asked(some, forms, lists)
            if any(self._db[name].find_one(wanted, {"_id": 1}) for name, wanted in asked):
                return True
        return False

    @staticmethod
    def _asked(
        some: Document, forms: Sequence[FormKey], lists: Sequence[ListKey]
    ) -> Iterator[tuple[str, Document]]:
        for form in forms:
            yield "submissions", {"form": form.text, "within": some}
        for its_list in lists:
            for name in _OF_LISTS:
                yield name, {"list": its_list.text, "within": some}
        for name in _ALL:
            yield name, {"within": some}
        yield "feedback_codes", {"office": some}
