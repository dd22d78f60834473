"""The uploads that were refused, and the accepted files that had another content."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from itertools import islice

from pymongo.errors import DuplicateKeyError

from server.model.aside import AsideFile, SetAside, Settled
from server.model.calendar import day_of
from server.model.scope import Scope
from server.model.witness import saw
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.journal import Journal
from server.storage.standing import move_all
from server.storage.unsaid import UNSAID, said, unsaid

SETTLED = "aside_settled"


@speaks_our_errors
class Aside:
    def __init__(self, db: Mongo, journal: Journal) -> None:
        self._journal = journal
        self._aside = db["set_aside"]

    def keep(self, thing: SetAside) -> bool:
        """Once for each content, reason and sender, however often the phone tries again: whether
        anything is new. What two offices send alike is seen by each as its own. What a person has
        dealt with stays dealt with; files that nobody saw then wait anew."""
        return self._waits(_id(thing), thing)

    def _waits(self, id: str, thing: SetAside) -> bool:
        while (news := self._joins(id, thing)) is None:
            settled = self._aside.find_one({"_id": id, "is_settled": True}, {"files": 1})
            if settled is None:
                continue  # it was made at this very moment
            seen = {AsideFile(*each) for each in settled["files"]}
            unseen = tuple(each for each in thing.files if each not in seen)
            if not unseen:
                return False
            thing, id = replace(thing, files=unseen), _after(id)
        return news

    def _joins(self, id: str, thing: SetAside) -> bool | None:
        """Whether it brought anything to what waits under this id, which it may begin; None where
        nothing waits there any more."""
        files = [[each.name, each.sha256, each.size] for each in thing.files]
        change = {
            "$setOnInsert": {
                "xml": thing.xml,
                "why": thing.why,
                "seq": thing.seq,
                "within": list(thing.within),
                "sender": thing.sender,
                "sender_name": thing.sender_name,
                "form": thing.form,
                "instance_id": thing.instance_id,
                "draft": thing.draft,
                "size": thing.size,
            },
            "$addToSet": {"files": {"$each": files}},
        }
        try:
            done = self._aside.update_one({"_id": id, "is_settled": False}, change, upsert=True)
        except DuplicateKeyError:
            return None
        return done.upserted_id is not None or done.modified_count == 1

    def page(self, scope: Scope, *, settled: bool, top: int, most: int) -> Sequence[SetAside]:
        """The newest with ``seq < top`` that are dealt with, or wait; at most ``most``."""
        found: dict[str, Document] = {}
        for reach in scope.reaches:
            wanted = {"within": reach.office, "is_settled": settled, "seq": {"$lt": top}}
            there = self._aside.find(wanted).sort("seq", -1)
            # No index knows the form: those of others are passed over.
            covered = (each for each in there if reach.covers(each["form"]))
            found.update((each["_id"], each) for each in islice(covered, most))
        newest = sorted(found.values(), key=lambda each: each["seq"], reverse=True)
        return [_read(each) for each in newest[:most]]

    def waiting_from(self, scope: Scope, sender: str) -> Counter[str]:
        """How much of what one phone sent waits for a person, by form; "" where none could be
        read."""
        found = self._aside.find({"sender": sender, "is_settled": False}, {"form": 1, "within": 1})
        return Counter(each["form"] for each in found if scope.sees(each["within"], each["form"]))

    def one(self, scope: Scope, id: str) -> SetAside | None:
        found = self._aside.find_one({"_id": id})
        if found is None or not scope.sees(found["within"], found["form"]):
            return None
        saw(f"aside:{id}", found["within"])
        return _read(found)

    def settle(self, id: str, settled: Settled, seen: Collection[AsideFile]) -> None:
        """The first who deals with it is kept, and goes to the journal. Files that were not
        ``seen`` wait anew."""
        if self._settle(id, settled, seen, UNSAID):
            self._say(id, settled, seen)

    def say_unsaid(self) -> None:
        """To the journal, what broke off before that."""
        for each in map(_read, unsaid(self._aside)):
            if each.settled:
                self._say(each.id, each.settled, each.files)

    def _say(self, id: str, settled: Settled, seen: Collection[AsideFile]) -> None:
        files = sorted([each.name, each.sha256, each.size] for each in seen)
        word = {**asdict(settled), "id": id, "at": settled.at.isoformat(), "files": files}
        self._journal.note(SETTLED, settled.at, word)
        said(self._aside, id)

    def settle_again(self, body: bytes) -> bool:
        """Out of the journal; whether it is news of something that is there."""
        word = json.loads(body)
        at = datetime.fromisoformat(word["at"])
        seen = [AsideFile(*each) for each in word["files"]] if "files" in word else None
        return self._settle(word["id"], Settled(word["by_name"], word["note"], at), seen)

    def _settle(
        self, id: str, settled: Settled, seen: Collection[AsideFile] | None, *notes: str
    ) -> bool:
        """An earlier release did not say what was ``seen``: all."""
        change = {"is_settled": True, "settled": asdict(settled)} | dict.fromkeys(notes, True)
        while found := self._aside.find_one({"_id": id, "is_settled": False}):
            thing = _read(found)
            unseen = tuple(each for each in thing.files if seen is not None and each not in seen)
            if unseen:
                # First, or a break in between would hide them.
                self._waits(_after(id), replace(thing, files=unseen))
            files = [each for each in found["files"] if AsideFile(*each) not in unseen]
            as_seen = {"_id": id, "is_settled": False, "files": found["files"]}
            if self._aside.update_one(as_seen, {"$set": change | {"files": files}}).modified_count:
                return True
        return False

    def move(self, office: str, chain: Sequence[str]) -> None:
        """What came from this office, which stands elsewhere in the tree now."""
        found = self._aside.find({"within": office}, {"within": 1})
        move_all(self._aside, found, office, chain)

    def of_form(self, form: str) -> Iterator[SetAside]:
        """Whatever was set aside for it, dealt with or not: for erasing."""
        yield from map(_read, self._aside.find({"form": form}))

    def forget(self, id: str) -> None:
        self._aside.delete_one({"_id": id})

    def blobs(self) -> Iterator[str]:
        """All files that something set aside points to, for the sweep."""
        for each in self._aside.find({}, {"xml": 1, "files": 1}):
            yield from (each["xml"], *(sha256 for _, sha256, _ in each["files"]))


def _id(thing: SetAside) -> str:
    """Says nothing of what it stands for: it is part of a page's address. Uploads of which nothing
    was read are told apart by their day."""
    content = thing.xml or day_of(thing.at)
    return hashlib.sha256(f"{thing.why}:{content}:{thing.sender}".encode()).hexdigest()


def _after(id: str) -> str:
    """What comes after something was dealt with; the same at each try."""
    return hashlib.sha256(id.encode()).hexdigest()


def _read(document: Document) -> SetAside:
    settled = document.get("settled")
    return SetAside(
        id=document["_id"],
        xml=document["xml"],
        why=document["why"],
        seq=document["seq"],
        within=tuple(document["within"]),
        sender=document["sender"],
        sender_name=document["sender_name"],
        form=document["form"],
        instance_id=document["instance_id"],
        draft=document["draft"],
        size=document["size"],
        files=tuple(AsideFile(*each) for each in document["files"]),
        settled=Settled(**settled) if settled else None,
    )
