"""Whose it is to correct a record that was returned: its sender's, until it is handed over. And
whom records were given to by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from server.model.charges import Charge
from server.model.forms import FormKey
from server.model.records import ReviewState
from server.model.scope import Scope
from server.storage import codec
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal
from server.storage.last_word import LastWord, read_word

KIND = "charge"
_FIELDS = {
    "form": 1,
    "instance_ids": 1,
    "office": 1,
    "within": 1,
    "at": 1,
    "review": 1,
    "charge": 1,
    "deleted_at": 1,
}


@speaks_our_errors
class Charges:
    def __init__(self, db: Mongo, journal: Journal, clock: Callable[[], datetime]) -> None:
        self._words = LastWord(KIND, journal, clock)
        self._records = db["submissions"]

    def of(self, scope: Scope, actor_id: str, keys: Iterable[FormKey]) -> list[Charge]:
        """All that waits for this person's correction, of the forms of ``keys``."""
        sent = [
            found
            for key in keys
            for found in self._records.find({"form": key.text, "sender": actor_id}, _FIELDS)
            if found.get("charge", actor_id) == actor_id
        ]
        taken_over = self._records.find({"charge": actor_id}, _FIELDS)
        found = {each["_id"]: each for each in (*sent, *taken_over)}
        return [_charge(each) for each in found.values() if _waits(each, scope)]

    def taken_over(self, scope: Scope, actor_id: str) -> list[Charge]:
        """What others left to this person."""
        found = self._records.find({"charge": actor_id}, _FIELDS)
        return [_charge(each) for each in found if _waits(each, scope)]

    def named(self, actor_id: str) -> list[Charge]:
        """What this person is named to work on, in whatever state of review."""
        found = self._records.find({"worker.id": actor_id}, _FIELDS | {"erased": 1})
        return [
            _charge(each) for each in found if not (each.get("deleted_at") or each.get("erased"))
        ]

    def give(self, charge: Charge, to: str) -> None:
        """Who sent the record stays as it was."""
        record = codec.record_id(charge.key, charge.instance_id)
        known = self._records.find_one({"_id": record}, {"charge_seq": 1}) or {}
        said = {"record": record, "to": to}
        self._keep(self._words.say(said, known.get("charge_seq", 0)))

    def give_again(self, body: bytes) -> bool:
        """Out of the journal; whether it is news of a record that is there."""
        return self._keep(read_word(body))

    def _keep(self, word: Document) -> bool:
        earlier = {"_id": word["record"], "charge_seq": {"$not": {"$gte": word["seq"]}}}
        change = {"$set": {"charge": word["to"], "charge_seq": word["seq"]}}
        return self._records.update_one(earlier, change).modified_count == 1


def _waits(found: Document, scope: Scope) -> bool:
    if found["review"] != ReviewState.HAS_ISSUES.value or found.get("deleted_at"):
        return False
    return scope.sees(found["within"], FormKey.parse(found["form"]).form_id)


def _charge(found: Document) -> Charge:
    return Charge(
        FormKey.parse(found["form"]), found["instance_ids"][0], found.get("office"), found["at"]
    )
