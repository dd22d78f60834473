"""The access log at rest: a chain of sealed lines, only ever added to.

There is one chain for the house. ``_id`` is the entry's number, and the entry that is next gets it
by being the first to insert it: of several processes one succeeds, the others look what came and
go on behind it (decision 0019).
"""

from __future__ import annotations

import contextlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from server.errors import DatabaseDown
from server.model.audit import (
    BEGINNING,
    Entry,
    Link,
    Logged,
    entry_in,
    line_of,
    seal,
)
from server.model.scope import Scope
from server.storage.audit_marks import AuditMarks
from server.storage.database import Document, Mongo, speaks_our_errors

_DUPLICATE = 11000
_MOST = 64  # in one command
_WINDOW = 500
_LARGEST = 2**40
_DAWN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Waiting:
    entry: Entry
    done: bool = False
    trouble: BaseException | None = None


@dataclass(frozen=True, slots=True)
class _Head:
    """What the next entry goes behind; time in the log never runs backwards."""

    link: Link
    at: datetime


@speaks_our_errors
class AuditLog:
    def __init__(self, db: Mongo, marks: AuditMarks) -> None:
        self._log = db["audit"]
        self.marks = marks
        self._queue: list[_Waiting] = []
        self._queueing, self._writing = Lock(), Lock()
        self._head: _Head | None = None

    # -- writing ----------------------------------------------------------------------------------

    def append(self, entry: Entry) -> None:
        """Durable when it returns. What comes while another is written goes along with the next."""
        own = _Waiting(entry)
        with self._queueing:
            self._queue.append(own)
        with self._writing:
            if not own.done:
                self._write_all()
        if own.trouble is not None:
            raise DatabaseDown from own.trouble

    def _write_all(self) -> None:
        with self._queueing:
            group, self._queue = self._queue, []
        try:
            for first in range(0, len(group), _MOST):
                self._write([each.entry for each in group[first : first + _MOST]])
                for each in group[first : first + _MOST]:
                    each.done = True
        except BaseException as trouble:
            # What did get in is in the log; nobody may take it for certain.
            self._head = None
            for each in group:
                each.trouble = None if each.done else trouble
        finally:
            for each in group:
                each.done = True

    def _write(self, entries: Sequence[Entry]) -> None:
        with self.marks.turn():
            left = list(entries)
            while left:
                left = left[self._try(left) :]

    def _try(self, entries: Sequence[Entry]) -> int:
        """How many got in: all, unless a process of another machine was faster."""
        head = self._latest()
        documents = _chained(head, entries)
        try:
            self._log.insert_many(documents, ordered=True)
        except (BulkWriteError, DuplicateKeyError) as trouble:
            if not _is_twin(trouble):
                raise
            own = {each["_id"]: each["seal"] for each in documents}
            found = self._after(head.link)
            # What of ours is there bears our seal.
            documents = [each for each in found if each["seal"] == own.get(each["_id"])]
            self._head = self._newest(head)
        else:
            self._head = _head_of(documents[-1])
        self._written(documents)
        return len(documents)

    def _latest(self) -> _Head:
        """What this process wrote last, unless another one has since."""
        known, remembered = self._head, self.marks.head()
        if known is None:
            self._keep(remembered)
            return self._first_look()
        if remembered is not None and remembered.number > known.link.number:
            return self._newest(known)
        return known

    def _keep(self, remembered: Link | None) -> None:
        """What the data folder remembers when this process begins to write is kept beside the log
        for ever: if the database says otherwise, that shows."""
        if remembered is not None:
            with contextlib.suppress(OSError):
                self.marks.keep(remembered)

    def _written(self, documents: Sequence[Document]) -> None:
        """A full disk must not keep people from reading: the database has the entries."""
        if documents:
            with contextlib.suppress(OSError):
                self.marks.advance([Link(each["_id"], each["seal"]) for each in documents])

    def _first_look(self) -> _Head:
        """From what the data folder remembers, where the database has that."""
        remembered = self.marks.head()
        known = remembered and self._log.find_one({"_id": remembered.number}, _LINKS)
        return self._newest(_head_of(known) if known else self._highest())

    def _newest(self, head: _Head) -> _Head:
        for each in self._after(head.link):
            head = _head_of(each)
        return head

    def _after(self, link: Link) -> Iterator[Document]:
        low = link.number + 1
        while found := self._documents(low, low + _WINDOW, _LINKS):
            yield from found
            low += _WINDOW

    def _highest(self) -> _Head:
        """Without anything remembered: looked for by halves, as the numbers are without gaps."""
        number, step = 0, _LARGEST
        while step:
            if self._log.find_one({"_id": {"$gte": number + step}}, {"_id": 1}):
                number += step
            step //= 2
        found = self._log.find_one({"_id": number}, _LINKS)
        return _head_of(found) if found else _Head(BEGINNING, _DAWN)

    # -- reading ----------------------------------------------------------------------------------

    def newest(self) -> Link:
        return self._newest(self._first_look()).link

    def oldest(self) -> int:
        """The number of the first entry that is there, 0 for none."""
        found = self._log.find({"_id": {"$gte": 0}}, {"_id": 1}).sort("_id", 1).limit(1)
        return next((int(each["_id"]) for each in found), 0)

    def stretch(self, low: int, high: int) -> list[Document]:
        """As they lie there, ``low <= number < high``: for whoever looks whether they are right."""
        return self._documents(low, high, None)

    def entries(
        self,
        scope: Scope,
        low: int,
        high: int,
        *,
        who: str = "",
        thing: str = "",
        origin: str = "",
    ) -> list[Logged]:
        """Newest first, ``low <= number < high``; of several wishes one at least is heeded."""
        n = {"$gte": low, "$lt": high}
        wanted: list[Document] = [{"who": who, "n": n}] if who else []
        wanted = wanted or ([{"things": thing, "n": n}] if thing else [])
        wanted = wanted or ([{"origin": origin, "n": n}] if origin else [])
        wanted = wanted or [{"within": each, "n": n} for each in sorted(scope.offices)]
        found: dict[int, Document] = {}
        for each in wanted:
            asked = self._log.find(each).sort("n", -1)
            found.update((one["_id"], one) for one in asked if scope.sees_office(one["within"]))
        newest = (found[number] for number in sorted(found, reverse=True))
        return [_logged(each) for each in newest]

    def at(self, number: int) -> datetime | None:
        """When this entry was made; None for one that is not there."""
        found = self._log.find_one({"_id": number}, _LINKS)
        return found["at"] if found else None

    # -- filing what was written before the log was asked by address ------------------------------

    def file_by_origin(self) -> None:
        """From the newest that lacks it to the oldest: a break leaves those at the beginning."""
        oldest = self.oldest()
        numbers = range(oldest, self.newest().number + 1 if oldest else oldest)
        low = oldest + bisect_left(numbers, True, key=self._is_filed)
        while low > oldest:
            window = self._documents(max(oldest, low - _WINDOW), low, {"line": 1})
            steps = [
                UpdateOne({"_id": each["_id"]}, {"$set": {"origin": entry_in(each["line"]).origin}})
                for each in reversed(window)
            ]
            if steps:
                self._log.bulk_write(steps)
            low -= _WINDOW

    def _is_filed(self, number: int) -> bool:
        return "origin" in (self._log.find_one({"_id": number}, {"origin": 1}) or {})

    # -- removing what is older than the law wants ------------------------------------------------

    def remove_before(self, number: int) -> None:
        """In stretches, oldest first: a break leaves a log whose beginning has moved less far."""
        low = self.oldest()
        while 0 < low < number:
            high = min(number, low + _WINDOW)
            self._log.delete_many({"_id": {"$gte": low, "$lt": high}})
            low = high

    def _documents(self, low: int, high: int, fields: Document | None) -> list[Document]:
        return list(self._log.find({"_id": {"$gte": low, "$lt": high}}, fields).sort("_id", 1))


_LINKS: Document = {"_id": 1, "seal": 1, "at": 1}


def keys_of(number: int, entry: Entry) -> Document:
    """By what an entry is found. It all stands in its line as well, and is checked against it."""
    return {
        "n": number,
        "at": entry.at,
        "who": entry.who_id,
        "things": list(entry.things),
        "origin": entry.origin,
        "within": list(entry.within),
    }


def _chained(head: _Head, entries: Iterable[Entry]) -> list[Document]:
    made: list[Document] = []
    number, before, latest = head.link.number, head.link.seal, head.at
    for each in entries:
        number, latest = number + 1, max(latest, each.at)
        entry = replace(each, at=latest)
        line = line_of(number, entry)
        before = seal(before, line)
        made.append({"_id": number, "line": line, "seal": before, **keys_of(number, entry)})
    return made


def _head_of(document: Document) -> _Head:
    return _Head(Link(document["_id"], document["seal"]), document["at"])


def _logged(document: Document) -> Logged:
    line = document["line"]
    return Logged(document["_id"], line, document["seal"], entry_in(line))


def _is_twin(trouble: BulkWriteError | DuplicateKeyError) -> bool:
    if isinstance(trouble, DuplicateKeyError):
        return True
    details = trouble.details
    errors = details.get("writeErrors", [])
    return (
        bool(errors)
        and not details.get("writeConcernErrors")
        and all(each["code"] == _DUPLICATE for each in errors)
    )
