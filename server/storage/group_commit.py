"""Group commit: what many requests insert at one time goes to the database as one command.

A durable insert costs the small engines 2–4 ms whatever it holds, one after the other. Whoever
comes while a command is under way waits and goes along with the next, and is answered only when
that one is durable. Nobody waits for company: alone, an insert goes at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Condition

import bson
from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DocumentTooLarge, DuplicateKeyError, WriteError

from server.errors import DatabaseDown
from server.storage.database import LARGEST, NEVER_FITS, Document

_DUPLICATE = 11000
_NEVER = "no document holds it"
_MOST = 16  # in one command: 4 MB where the documents are chunks of files


@dataclass(slots=True)
class _Waiting:
    document: RawBSONDocument
    done: bool = False
    twin: bool = False
    unfit: bool = False
    trouble: BaseException | None = None


class GroupCommit:
    """Inserts into one collection from all threads of this process."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection
        self._queue: deque[_Waiting] = deque()
        self._writing = False
        self._changed = Condition()

    def insert(self, document: Document) -> None:
        """Durable when it returns. Raises DuplicateKeyError, DocumentTooLarge, or DatabaseDown."""
        # Encoded by whoever brings it: what cannot be encoded, or for which the driver would refuse
        # the whole command, is no trouble of the others.
        encoded = bson.encode(document)
        if len(encoded) > LARGEST:
            raise DocumentTooLarge(_NEVER)
        own = _Waiting(RawBSONDocument(encoded))
        with self._changed:
            self._queue.append(own)
        while group := self._my_turn(own):
            try:
                self._write(group)
            finally:
                with self._changed:
                    self._writing = False
                    self._changed.notify_all()
        if own.trouble is not None:
            raise DatabaseDown from own.trouble
        if own.unfit:
            raise DocumentTooLarge(_NEVER)
        if own.twin:
            raise DuplicateKeyError("it is there already", _DUPLICATE)

    def _my_turn(self, own: _Waiting) -> list[_Waiting]:
        """The group to write, once nobody else is writing; none when ``own`` was written."""
        with self._changed:
            self._changed.wait_for(lambda: own.done or not self._writing)
            if own.done:
                return []
            self._writing = True
            return [self._queue.popleft() for _ in range(min(len(self._queue), _MOST))]

    def _write(self, group: Sequence[_Waiting]) -> None:
        try:
            if len(group) == 1:
                # The driver's way for many costs a lone document more than its way for one.
                self._write_each(group)
            else:
                self._write_together(group)
        except BaseException as trouble:
            # Whatever it was, nobody in the group may take it for a success.
            for each in group:
                each.trouble = trouble
        finally:
            for each in group:
                each.done = True

    def _write_together(self, group: Sequence[_Waiting]) -> None:
        try:
            self._collection.insert_many((each.document for each in group), ordered=False)
        except BulkWriteError as several:
            _tell_each(group, several)
        except DuplicateKeyError:
            # The Rust engine says this of the whole command where a secondary index refuses one.
            self._write_each(group)

    def _write_each(self, group: Sequence[_Waiting]) -> None:
        """One by one; what the group's command had stored is a twin of itself, and found so."""
        for each in group:
            try:
                self._collection.insert_one(each.document)
            except DuplicateKeyError:
                each.twin = True
            except WriteError as refused:
                _tell(each, refused.code, refused)
            except BaseException as trouble:
                each.trouble = trouble


def _tell_each(group: Sequence[_Waiting], several: BulkWriteError) -> None:
    if several.details["writeConcernErrors"]:
        # Perhaps written, but not known to be durable: nobody may be thanked.
        for each in group:
            each.trouble = several
    for error in several.details["writeErrors"]:
        _tell(group[error["index"]], error["code"], several)


def _tell(failed: _Waiting, code: int | None, trouble: BaseException) -> None:
    failed.twin, failed.unfit = code == _DUPLICATE, code in NEVER_FITS
    if not (failed.twin or failed.unfit):
        failed.trouble = trouble
