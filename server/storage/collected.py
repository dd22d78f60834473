"""What was answered to some questions of a form, record by record: to be counted, not read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.scope import Scope
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.questions import questions
from server.storage.windows import between_cuts


@speaks_our_errors
class Collected:
    def __init__(self, db: Mongo) -> None:
        self._records = db["submissions"]

    def answers(
        self, scope: Scope, key: FormKey, names: Sequence[str], filters: Filters
    ) -> Iterator[Document]:
        """The answers with these names (``g_ho/ten``, or a repeat's own) of each record, in one
        pass with flat memory; nothing else leaves the database."""
        asked = questions(self._records, scope, key, filters)
        parts = asked.parts({f"answers.{name}": 1 for name in names})
        found = between_cuts(parts, asked.places, top=filters.top, cuts=filters.cuts or ())
        for each in found:
            yield each.get("answers", {})
