"""Links by which somebody chooses a password. Only the hash of a link's token is kept."""

from __future__ import annotations

from datetime import datetime

from server.model.links import Link, LinkKind
from server.storage.database import Document, Mongo, speaks_our_errors


@speaks_our_errors
class Links:
    def __init__(self, db: Mongo) -> None:
        self._links = db["links"]

    def make(self, token_hash: str, link: Link, kind: LinkKind, ends_at: datetime) -> None:
        """Earlier ones of the same person end."""
        self.end_all(link.actor)
        document: Document = {"_id": token_hash, "actor": link.actor, "by": link.by}
        self._links.insert_one({**document, "kind": kind.value, "ends_at": ends_at})

    def find(self, token_hash: str, now: datetime) -> Link | None:
        """None when it is over or was used."""
        found = self._links.find_one({"_id": token_hash})
        if found is None or found["ends_at"] <= now:
            return None
        return Link(found["actor"], found.get("by", ""))

    def use(self, token_hash: str) -> bool:
        """Whether it was still there: of two at one time one is first."""
        return self._links.delete_one({"_id": token_hash}).deleted_count == 1

    def end_all(self, actor_id: str) -> None:
        self._links.delete_many({"actor": actor_id})
