"""People and phones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from server.errors import AlreadyThere
from server.model.people import Actor, ActorKind, ActorList, Grant, SecondFactor
from server.model.scope import Scope
from server.storage.actor_lists import keys_of, question
from server.storage.database import Document, Mongo, speaks_our_errors

# Rather than null, where an index is sparse or nothing is known.
_ABSENT = (
    "email",
    "password_hash",
    "second_factor",
    "revoked_at",
    "last_seen_at",
    "let_in_at",
    "code_at",
)
_ACTIVE = {"revoked_at": {"$exists": False}}


@speaks_our_errors
class Actors:
    def __init__(self, db: Mongo) -> None:
        self._actors = db["actors"]

    def add(self, actor: Actor, *, within: Iterable[str], token_hash: str | None = None) -> None:
        """Raises AlreadyThere for an e-mail address that somebody has."""
        document = _actor_document(actor) | {"within": list(within)}
        if token_hash is not None:
            document["token_hash"] = token_hash
        try:
            self._actors.insert_one(document)
        except DuplicateKeyError:
            raise AlreadyThere(what_vi="Tài khoản", what_en="account") from None

    def by_id(self, actor_id: str) -> Actor | None:
        return _found(self._actors.find_one({"_id": actor_id}))

    def by_token(self, token_hash: str) -> Actor | None:
        """Revoked ones too: the caller tells an ended connection from an unknown one."""
        return _found(self._actors.find_one({"token_hash": token_hash}))

    def by_email(self, email: str) -> Actor | None:
        return _found(self._actors.find_one({"email": email.strip().lower()}))

    def phones(self, scope: Scope) -> list[Actor]:
        return self._of_kind(scope, ActorKind.PHONE)

    def people(self, scope: Scope) -> list[Actor]:
        return self._of_kind(scope, ActorKind.PERSON)

    def all(self, scope: Scope) -> list[Actor]:
        """The phones first."""
        return [*self.phones(scope), *self.people(scope)]

    def page(self, scope: Scope, listed: ActorList, after: str, limit: int) -> list[Actor]:
        """Beginning behind the actor ``after``, '' for the first; where one stands in a list is
        nobody's business out of scope."""
        last = self._actors.find_one({"_id": after}, {"order": 1, "within": 1}) if after else None
        behind = last.get("order", "") if last and scope.sees_office(last["within"]) else ""
        found: dict[str, Actor] = {}
        for root in sorted(scope.offices):
            stages = question(listed, root, after=behind)
            page = self._actors.aggregate([*stages, {"$sort": {"order": 1}}, {"$limit": limit}])
            found |= {each["order"]: _actor(each) for each in page}
        return [found[each] for each in sorted(found)[:limit]]

    def count(self, scope: Scope, listed: ActorList) -> int:
        return self._count(scope, listed, {})

    def count_active(self, scope: Scope) -> int:
        """People who may come in, or could if they chose a password."""
        return self._count(scope, ActorList(ActorKind.PERSON), _ACTIVE)

    def count_invited(self, scope: Scope) -> int:
        """People who have not chosen a password yet."""
        invited = {**_ACTIVE, "password_hash": {"$exists": False}}
        return self._count(scope, ActorList(ActorKind.PERSON), invited)

    def count_silent(self, scope: Scope, early: datetime) -> int:
        """Phones that came once, and not since ``early``."""
        return self._count(scope, ActorList(ActorKind.PHONE), {"last_seen_at": {"$lt": early}})

    def _count(self, scope: Scope, listed: ActorList, more: Document) -> int:
        """Each once, of however many subtrees they are."""
        roots = sorted(scope.offices)
        last: list[Document] = [{"$match": {"$or": [more]}}, {"$count": "count"}]
        asked = (question(listed, root, roots[:at]) for at, root in enumerate(roots))
        found = (self._actors.aggregate([*stages, *last]) for stages in asked)
        return sum(each["count"] for page in found for each in page)

    def file(self) -> int:
        """Gives those from before what they are listed by; how many there were."""
        lacking = [
            each
            for kind in ActorKind
            for each in self._actors.find({"kind": kind.value, "ended": None})
        ]
        for each in lacking:
            # What has changed since it was read has its keys by whoever changed it, or next time.
            seen = {"_id": each["_id"], "revoked_at": each.get("revoked_at")}
            self._actors.update_one(seen, {"$set": keys_of(_actor(each))})
        return len(lacking)

    def in_scope(self, scope: Scope, kind: ActorKind, actor_id: str) -> Actor | None:
        """None for one of another kind too: who may know the one need not know of the other."""
        found = self._actors.find_one({"_id": actor_id})
        if found is None or found["kind"] != kind.value or not scope.sees_office(found["within"]):
            return None
        return _actor(found)

    def any_person(self) -> bool:
        """Whether the house has been set up."""
        return self._actors.find_one({"kind": ActorKind.PERSON.value}, {"_id": 1}) is not None

    def revoke(self, scope: Scope, kind: ActorKind, actor_id: str, at: datetime) -> Actor | None:
        """End an actor's access for good; None when there is none such of this kind in scope."""
        found = self.in_scope(scope, kind, actor_id)
        if found is not None:
            self.end(actor_id, at)
        return found

    def end(self, actor_id: str, at: datetime) -> None:
        change = {"revoked_at": at, "ended": True}
        self._actors.update_one({"_id": actor_id}, {"$set": change})

    def reopen(self, actor_id: str) -> None:
        """Without password and second factor: nobody signs in before new ones are chosen."""
        gone = dict.fromkeys(("revoked_at", "leaving", "password_hash", "second_factor"), "")
        self._actors.update_one({"_id": actor_id}, {"$unset": gone, "$set": {"ended": False}})

    def set_leaving(self, actor_id: str, *, leaving: bool) -> None:
        """Of somebody whose access has ended, and who did not come back meanwhile."""
        change = {"leaving": leaving, "ended": not leaving}
        gone = {"_id": actor_id, "revoked_at": {"$exists": True}}
        self._actors.update_one(gone, {"$set": change})

    def set_grants(self, seen: Actor, grants: Iterable[Grant], *, within: Iterable[str]) -> bool:
        """In place of exactly those that were seen; False when there are others meanwhile."""
        change = {"grants": _documents(grants), "within": list(within)}
        return self._actors.update_one(_as_seen(seen), {"$set": change}).matched_count == 1

    def set_password(
        self, actor_id: str, password_hash: str, by_link: datetime | None = None
    ) -> None:
        """A password that its owner chose; ``by_link`` is when, where it was by a link."""
        chosen = {"password_hash": password_hash, "must_change": False}
        let_in = {} if by_link is None else {"let_in_at": by_link}
        self._actors.update_one({"_id": actor_id}, {"$set": {**chosen, **let_in}})

    def set_second_factor(self, actor_id: str, factor: SecondFactor | None) -> None:
        change: Document = {"$unset": {"second_factor": ""}}
        if factor is not None:
            change = {"$set": {"second_factor": asdict(factor)}}
        self._actors.update_one({"_id": actor_id}, change)

    def set_recovery(self, actor_id: str, hashes: tuple[str, ...]) -> None:
        wanted = {"_id": actor_id, "second_factor": {"$exists": True}}
        self._actors.update_one(wanted, {"$set": {"second_factor.recovery": list(hashes)}})

    def use_step(self, actor_id: str, step: int) -> bool:
        """False when a code of this step, or of a later one, was used before."""
        wanted = {"_id": actor_id, "second_factor.used_step": {"$lt": step}}
        done = self._actors.update_one(wanted, {"$set": {"second_factor.used_step": step}})
        return done.matched_count == 1

    def use_recovery(self, actor_id: str, code_hash: str) -> bool:
        """False for one that there is not, or no longer."""
        wanted = {"_id": actor_id, "second_factor.recovery": code_hash}
        done = self._actors.update_one(wanted, {"$pull": {"second_factor.recovery": code_hash}})
        return done.matched_count == 1

    def set_language(self, actor_id: str, language: str) -> None:
        self._actors.update_one({"_id": actor_id}, {"$set": {"language": language}})

    def seen(self, actor_id: str, at: datetime, app: str) -> None:
        change = {"last_seen_at": at, "app": app}
        self._actors.update_one({"_id": actor_id}, {"$set": change})

    def set_token(self, phone_id: str, token_hash: str, by: str, at: datetime) -> bool:
        """A phone's new token: the one before opens nothing more. False for one that was ended."""
        wanted = {"_id": phone_id, "revoked_at": {"$exists": False}}
        change = {"token_hash": token_hash, "code_by": by, "code_at": at}
        return self._actors.update_one(wanted, {"$set": change}).matched_count == 1

    def connect_again(self, phone_id: str, token_hash: str, by: str, at: datetime) -> None:
        """A phone that was ended, under a new token."""
        change = {"token_hash": token_hash, "code_by": by, "code_at": at, "ended": False}
        again = {"$set": change, "$unset": {"revoked_at": ""}}
        self._actors.update_one({"_id": phone_id}, again)

    def stands_in(self, seen: Actor, within: Iterable[str]) -> None:
        """The offices of its grants, as they were seen, moved in the tree."""
        elsewhere = _as_seen(seen) | {"within": {"$ne": list(within)}}
        self._actors.update_one(elsewhere, {"$set": {"within": list(within)}})

    def _of_kind(self, scope: Scope, kind: ActorKind) -> list[Actor]:
        found = self._actors.find({"kind": kind.value}).sort("created_at", -1)
        return [_actor(each) for each in found if scope.sees_office(each["within"])]


def _actor_document(actor: Actor) -> Document:
    document = asdict(actor) | {"_id": actor.id, "kind": actor.kind.value}
    document["grants"] = _documents(actor.grants)
    document |= keys_of(actor)
    document.pop("id")
    for name in _ABSENT:
        if document[name] is None:
            document.pop(name)
    return document


def _documents(grants: Iterable[Grant]) -> list[Document]:
    return [asdict(each) for each in grants]


def _as_seen(actor: Actor) -> Document:
    return {"_id": actor.id, "grants": _documents(actor.grants)}


def _found(found: Document | None) -> Actor | None:
    return _actor(found) if found else None


def _actor(found: Document) -> Actor:
    return Actor(
        id=found["_id"],
        kind=ActorKind(found["kind"]),
        name=found["name"],
        grants=tuple(map(_grant, found["grants"])),
        email=found.get("email"),
        password_hash=found.get("password_hash"),
        must_change=found.get("must_change", False),
        second_factor=_second_factor(found.get("second_factor")),
        language=found.get("language", "vi"),
        created_at=found.get("created_at"),
        revoked_at=found.get("revoked_at"),
        last_seen_at=found.get("last_seen_at"),
        app=found.get("app", ""),
        leaving=found.get("leaving", False),
        let_in_at=found.get("let_in_at"),
        code_by=found.get("code_by", ""),
        code_at=found.get("code_at"),
    )


def _grant(found: Document) -> Grant:
    return Grant(found["role"], found["office"], tuple(found.get("under", ())))


def _second_factor(found: Document | None) -> SecondFactor | None:
    return SecondFactor(**found | {"recovery": tuple(found["recovery"])}) if found else None
