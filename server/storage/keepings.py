"""How long single records are kept, and which of a form's records came long ago."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.keeping import Keeping
from server.model.records import Record
from server.model.retention import Old
from server.model.scope import Scope
from server.storage import codec
from server.storage.database import Document, Mongo, speaks_our_errors, translation
from server.storage.questions import questions
from server.storage.windows import stream

KIND = "keeping"
_FIELDS = {
    **codec.LINE_FIELDS,
    "keeping": 1,
    "erased.at": 1,
    "photos_erased.at": 1,
    "media.at": 1,
}


@speaks_our_errors
class Keepings:
    def __init__(self, db: Mongo) -> None:
        self._records = db["submissions"]

    def keep(self, scope: Scope, record: Record, keeping: Keeping) -> bool:
        """From now on; False out of scope, of an erased one, and where somebody said so later."""
        if not scope.sees(record.within, record.key.form_id):
            return False
        earlier = {
            "_id": codec.record_id(record.key, record.instance_id),
            "keeping.at": {"$not": {"$gte": keeping.at}},
            "erased": {"$exists": False},
        }
        change = {"$set": {"keeping": asdict(keeping)}}
        return self._records.update_one(earlier, change).matched_count == 1

    def old(
        self, scope: Scope, key: FormKey, born: str, *, top: int, bottom: int = 0
    ) -> Iterator[Old]:
        """All with ``bottom <= seq < top`` that are not erased, newest first, each with its answer
        to the question ``born``."""
        answer = {f"answers.{born}": 1} if born else {}
        asked = questions(self._records, scope, key, Filters(top=top))
        ask = asked.parts({**_FIELDS, **answer})
        with translation():
            for each in stream(ask, asked.places, top=top, bottom=bottom):
                if "erased" not in each:
                    yield _old(each, born)


def _old(found: Document, born: str) -> Old:
    keeping, erased = found.get("keeping"), found.get("photos_erased")
    return Old(
        line=codec.read_line(found),
        born=found.get("answers", {}).get(born),
        kept_until=keeping["until"] if keeping else "",
        photos=sum(
            each["type"].startswith("image/") and (not erased or each["at"] > erased["at"])
            for each in found["media"]
        ),
    )
