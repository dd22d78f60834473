"""What the pictures of records look like, to find one that was sent before.

A collection of its own: the follow-ups fill it, so that an arriving record pays for no index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from bson.int64 import Int64

from server.model.forms import FormKey
from server.model.looks import Look
from server.model.sequence import moment_of, seq_at
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.windows import newest_first

# Longer ago nobody remembers, and what is asked stays bounded.
REACH = timedelta(days=90)
# A picture that everybody sends (a placeholder) is found in the first of these windows.
_STEPS = (timedelta(hours=1), timedelta(days=1), timedelta(days=10))


@speaks_our_errors
class Looks:
    """The machine's own errands: what is found is shown to nobody as it is."""

    def __init__(self, db: Mongo) -> None:
        self._looks = db["looks"]

    def keep(self, looks: Iterable[Look]) -> bool:
        """Whether one of them was not known."""
        new = False
        for look in looks:
            key = {"_id": _id(look.form, look.instance_id, look.sha256)}
            done = self._looks.update_one(key, {"$setOnInsert": _document(look)}, upsert=True)
            new = new or done.upserted_id is not None
        return new

    def before(self, look: Look) -> Look | None:
        """The same picture in an earlier record: the same file if there is one, and the last."""
        bottom = _moved(look.seq, -REACH)

        def same_file(low: int, high: int) -> list[Document]:
            return list(self._ask(look, look.exact, low, high))

        cuts = tuple(_moved(look.seq, -step) for step in _STEPS)
        found = newest_first(same_file, top=look.seq, bottom=bottom, limit=1, cuts=cuts)
        if found:
            return _look(found[0])
        alike = self._alike(look, bottom, look.seq)
        return max(alike, key=lambda each: each.seq, default=None)

    def after(self, look: Look) -> set[str]:
        """The instance ids of later records with the same picture."""
        low, high = look.seq + 1, _moved(look.seq, REACH) + 1
        same = (each["instance_id"] for each in self._ask(look, look.exact, low, high))
        return {*same, *(each.instance_id for each in self._alike(look, low, high))}

    def forget(self, form: FormKey) -> None:
        """The form's records are gone."""
        self._looks.delete_many({"form": form.text})

    def forget_record(self, form: FormKey, instance_id: str) -> None:
        """What it showed is erased."""
        # "0" comes after "/", with which each of its names ends before the hash.
        low, high = (f"{form.text}/{instance_id}/{end}" for end in ("/", "0"))
        self._looks.delete_many({"_id": {"$gte": low, "$lt": high}})

    def forget_pictures(self, form: FormKey, instance_id: str, sha256s: Iterable[str]) -> None:
        """Of a record that stays."""
        ids = [_id(form, instance_id, each) for each in sha256s]
        self._looks.delete_many({"_id": {"$in": ids}})

    def _alike(self, look: Look, low: int, high: int) -> list[Look]:
        found = (_look(each) for key in look.bands for each in self._ask(look, key, low, high))
        return [each for each in found if each.is_like(look)]

    def _ask(self, look: Look, key: str, low: int, high: int) -> Iterator[Document]:
        """Newest first."""
        seq = {"$gte": Int64(low), "$lt": Int64(high)}
        found = self._looks.find({"form": look.form.text, "keys": key, "seq": seq})
        return iter(found.sort("seq", -1))


def _id(form: FormKey, instance_id: str, sha256: str) -> str:
    return f"{form.text}/{instance_id}//{sha256}"


def _moved(seq: int, by: timedelta) -> int:
    return seq + seq_at(moment_of(0) + by)


def _document(look: Look) -> Document:
    return {
        "form": look.form.text,
        "instance_id": look.instance_id,
        "seq": Int64(look.seq),
        "within": list(look.within),
        "sha256": look.sha256,
        "dhash": look.dhash,
        "keys": [look.exact, *look.bands],
    }


def _look(document: Document) -> Look:
    return Look(
        form=FormKey.parse(document["form"]),
        instance_id=document["instance_id"],
        seq=document["seq"],
        within=tuple(document["within"]),
        sha256=document["sha256"],
        dhash=document["dhash"],
    )
