"""The end of a draft: it goes, and with it what test phones sent to it.

This is the only place where records are erased. Nothing here can reach a live form.
"""

from __future__ import annotations

from server.model.forms import FormKey
from server.model.scope import Scope
from server.storage.database import Mongo, speaks_our_errors


@speaks_our_errors
class Drafts:
    def __init__(self, db: Mongo) -> None:
        self._records = db["submissions"]
        self._forms = db["forms"]
        self._versions = db["form_versions"]

    def erase_records(self, scope: Scope, key: FormKey) -> int:
        """What was sent to try the draft out; how many records went."""
        _of_a_draft(key)
        wanted = (
            {"form": key.text, "within": office} for office in sorted(scope.on(key.form_id).offices)
        )
        return sum(self._records.delete_many(each).deleted_count for each in wanted)

    def set_link(self, key: FormKey, token: str) -> None:
        """Another test link; the one before opens nothing any more."""
        _of_a_draft(key)
        self._forms.update_one({"_id": key.text}, {"$set": {"draft_token": token}})

    def erase(self, key: FormKey) -> bool:
        """The draft itself; its test link opens nothing any more."""
        _of_a_draft(key)
        gone = self._forms.delete_one({"_id": key.text}).deleted_count == 1
        self._versions.delete_many({"form": key.text})
        return gone


def _of_a_draft(key: FormKey) -> None:
    if not key.draft:
        raise ValueError("records of a live form are never erased")
