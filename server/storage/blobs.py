"""Files by the hash of their content, in GridFS layout.

Chunks and file documents are written directly, chunks first, and read with the driver's
GridFSBucket (mongo.md §1: the driver's upload asks ``files.find_one()`` each time, which grows with
the collection on the small engines). A file document is the sign that all chunks were there; its
``uploadDate`` is when somebody last meant to point to it, not when that came in: a record out of
the journal is old, and its photos must not look so to the sweeper.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import BinaryIO

from gridfs import GridFSBucket, NoFile
from pymongo.errors import DuplicateKeyError

from server.errors import AttachmentUnknown, DatabaseDown
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.group_commit import GroupCommit

CHUNK = 255 * 1024
_FRESH = timedelta(hours=12)
_GOING = "going"  # since when a file is being removed
_ABANDONED = timedelta(hours=1)  # whoever removes it has been killed
_RACES = 10


@dataclass(frozen=True, slots=True)
class Blob:
    """``sha256`` in hex is its name; ``size`` in bytes."""

    sha256: str
    size: int
    type: str


def digest(file: BinaryIO) -> tuple[str, int]:
    """SHA-256 in hex and size of a seekable file, which is left at its start."""
    file.seek(0)
    sha = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    size = file.seek(0, 2)
    file.seek(0)
    return sha, size


@speaks_our_errors
class Blobs:
    def __init__(self, db: Mongo, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._files = db["blobs.files"]
        self._chunks = db["blobs.chunks"]
        self._new_files = GroupCommit(self._files)
        self._new_chunks = GroupCommit(self._chunks)
        self._bucket = GridFSBucket(db, bucket_name="blobs")

    def put(self, file: BinaryIO, *, sha256: str, size: int, type: str) -> Blob:
        """Store once. ``file`` is read from its start.

        Whether it is there already is asked only where sending it in vain would cost more.
        """
        known = self._files.find_one({"_id": sha256}) if size > CHUNK else None
        if known is None:
            there = self._write_chunks(file, sha256)
            known = self._write_file(sha256, size, type)
            if there and known is None:
                # The sweeper may have taken them between the one and the other.
                self._write_chunks(file, sha256)
        elif not self._has_all_chunks(known):
            self._write_chunks(file, sha256)
        if known is not None:
            self._keep_fresh(known)
        return Blob(sha256, size, type)

    def keep(self, data: bytes, *, type: str) -> str:
        """Store what is in memory once; its SHA-256."""
        file = BytesIO(data)
        sha256, size = digest(file)
        return self.put(file, sha256=sha256, size=size, type=type).sha256

    def open(self, sha256: str) -> BinaryIO:
        """A readable, seekable stream. Raises AttachmentUnknown."""
        try:
            return self._bucket.open_download_stream(sha256)
        except NoFile:
            raise AttachmentUnknown() from None

    def read(self, sha256: str) -> bytes:
        with self.open(sha256) as stream:
            return stream.read()

    def is_whole(self, sha256: str) -> bool:
        """Whether every byte is there, as far as the number of chunks can tell."""
        found = self._files.find_one({"_id": sha256})
        return found is not None and self._has_all_chunks(found)

    def older_than(self, moment: datetime) -> Iterator[tuple[str, datetime]]:
        """Names and last use of all files not touched since ``moment``, for the sweeper."""
        for each in self._files.find({}, {"uploadDate": 1}, batch_size=500):
            if each["uploadDate"] < moment:
                yield each["_id"], each["uploadDate"]

    def last_used(self, sha256s: Iterable[str]) -> Iterator[tuple[str, datetime]]:
        """Those of them that are there, with their last use."""
        wanted = {"_id": {"$in": sorted(sha256s)}}
        for each in self._files.find(wanted, {"uploadDate": 1}):
            yield each["_id"], each["uploadDate"]

    def remove(self, sha256: str, last_use: datetime) -> bool:
        """Remove unless somebody touched it since ``last_use``, or removes it already.

        Marked before its chunks go: whoever brings the same content meanwhile must not be told that
        it is kept. Of two who remove at once one does, or the slower would take what was stored
        anew; a removal that was cut short is finished by a later one.
        """
        now = self._clock()
        taken = {
            "_id": sha256,
            "uploadDate": last_use,
            _GOING: {"$not": {"$gt": now - _ABANDONED}},
        }
        if self._files.update_one(taken, {"$set": {_GOING: now}}).matched_count == 0:
            return False
        self._chunks.delete_many({"files_id": sha256})
        self._files.delete_one({"_id": sha256, _GOING: now})
        return True

    def _has_all_chunks(self, known: Document) -> bool:
        """A disk that was full, or a beta engine that broke off, may have lost some (R09)."""
        number: int = self._chunks.count_documents({"files_id": known["_id"]})
        expected: int = -(-known["length"] // CHUNK)
        return number == expected

    def _keep_fresh(self, known: Document) -> None:
        """Tells the sweeper that somebody is about to point here again."""
        now = self._clock()
        if _GOING in known:
            self.remove(known["_id"], known["uploadDate"])
            raise DatabaseDown  # in a moment it is gone and can be stored anew
        if now - known["uploadDate"] > _FRESH:
            mine = {"_id": known["_id"], _GOING: {"$exists": False}}
            if not self._files.update_one(mine, {"$max": {"uploadDate": now}}).matched_count:
                raise DatabaseDown

    def _write_chunks(self, file: BinaryIO, sha256: str) -> bool:
        """Whether one was there already, with the same bytes: its id names its content."""
        file.seek(0)
        there = False
        for number, data in enumerate(iter(lambda: file.read(CHUNK), b"")):
            chunk = {"_id": f"{sha256}:{number}", "files_id": sha256, "n": number, "data": data}
            try:
                self._new_chunks.insert(chunk)
            except DuplicateKeyError:
                there = True
        return there

    def _write_file(self, sha256: str, size: int, type: str) -> Document | None:
        """What a twin has stored meanwhile, if one has: one of both is there when this returns."""
        document = {
            "_id": sha256,
            "length": size,
            "chunkSize": CHUNK,
            "uploadDate": self._clock(),
            "filename": sha256,
            "contentType": type,
        }
        for _ in range(_RACES):
            try:
                self._new_files.insert(document)
            except DuplicateKeyError:
                known = self._files.find_one({"_id": sha256})
                if known is None:
                    continue  # the sweeper has just taken it
                return known
            return None
        raise DatabaseDown
