"""Who is signed in. Only the hash of a session's token is kept."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from server.model.sessions import Session, SessionKind, Whence, public_id
from server.storage.database import Document, Mongo, speaks_our_errors


@speaks_our_errors
class Sessions:
    def __init__(self, db: Mongo) -> None:
        self._sessions = db["sessions"]

    def start(self, token_hash: str, session: Session) -> None:
        document = asdict(session) | {"_id": token_hash, "kind": session.kind.value}
        document.pop("id")  # it follows from the hash
        self._sessions.insert_one(document)

    def find(self, token_hash: str, now: datetime) -> Session | None:
        """None when it is over: the database clears ended ones away in its own time."""
        found = self._sessions.find_one({"_id": token_hash})
        return _session(found) if found and found["ends_at"] > now else None

    def used(self, token_hash: str, at: datetime) -> None:
        self._sessions.update_one({"_id": token_hash}, {"$set": {"used_at": at}})

    def of(self, actor_id: str, now: datetime) -> list[Session]:
        """All that are not over."""
        found = self._sessions.find({"actor": actor_id})
        return [_session(each) for each in found if each["ends_at"] > now]

    def end(self, token_hash: str) -> None:
        self._sessions.delete_one({"_id": token_hash})

    def end_one(self, actor_id: str, session: str) -> bool:
        """The session of this id, and those that were opened with it; False when it is none of
        theirs."""
        its = [each for each in self._sessions.find({"actor": actor_id}) if _is(each, session)]
        for each in its:
            self._sessions.delete_one({"_id": each["_id"]})
        return any(public_id(each["_id"]) == session for each in its)

    def end_all(self, actor_id: str, *, but: str = "") -> None:
        """``but`` is the id of one that goes on."""
        if not but:
            self._sessions.delete_many({"actor": actor_id})
            return
        for each in self._sessions.find({"actor": actor_id}, {"_id": 1}):
            if public_id(each["_id"]) != but:
                self._sessions.delete_one({"_id": each["_id"]})


def _is(found: Document, session: str) -> bool:
    return session in (public_id(found["_id"]), found.get("parent"))


def _session(found: Document) -> Session:
    """One that began before these facts were noted has none."""
    return Session(
        id=public_id(found["_id"]),
        actor=found["actor"],
        kind=SessionKind(found.get("kind", SessionKind.PAGES)),
        whence=Whence(**found.get("whence", {"address": "", "client": ""})),
        started_at=found["started_at"],
        ends_at=found["ends_at"],
        used_at=found.get("used_at") or found["started_at"],
        name=found.get("name", ""),
        parent=found.get("parent", ""),
    )
