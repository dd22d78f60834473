"""Files by the hash of their content, in GridFS layout.

Chunks and file documents are written directly, chunks first, and read with the driver's
GridFSBucket (mongo.md §1: the driver's upload asks ``files.find_one()`` each time, which grows with
the collection on the small engines). A file document is the sign that all chunks were there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from gridfs import GridFSBucket, NoFile
from pymongo.errors import DuplicateKeyError

from server.errors import AttachmentUnknown, DatabaseDown
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.group_commit import GroupCommit

CHUNK = 255 * 1024
_FRESH = timedelta(hours=12)
_GOING = "going"  # set on a file that is being removed


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
    def __init__(self, db: Mongo) -> None:
        self._files = db["blobs.files"]
        self._chunks = db["blobs.chunks"]
        self._new_files = GroupCommit(self._files)
        self._new_chunks = GroupCommit(self._chunks)
        self._bucket = GridFSBucket(db, bucket_name="blobs")

    def put(self, file: BinaryIO, *, sha256: str, size: int, type: str, at: datetime) -> Blob:
        """Store once. ``file`` is read from its start.

        Whether it is there already is asked only where sending it in vain would cost more.
        """
        known = self._files.find_one({"_id": sha256}) if size > CHUNK else None
        if known is None:
            there = self._write_chunks(file, sha256)
            known = self._write_file(sha256, size, type, at)
            if there and known is None:
                # The sweeper may have taken them between the one and the other.
                self._write_chunks(file, sha256)
        elif not self._has_all_chunks(known):
            self._write_chunks(file, sha256)
        if known is not None:
            self._keep_fresh(known, at)
        return Blob(sha256, size, type)

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

    def remove(self, sha256: str, last_use: datetime) -> bool:
        """Remove unless somebody touched it since ``last_use``.

        Marked before its chunks go: whoever brings the same content meanwhile must not be told that
        it is kept. A removal that was cut short is finished by the next one.
        """
        mark = {"$set": {_GOING: True}}
        found = self._files.update_one({"_id": sha256, "uploadDate": last_use}, mark)
        if found.matched_count == 0:
            return False
        self._chunks.delete_many({"files_id": sha256})
        self._files.delete_one({"_id": sha256})
        return True

    def _has_all_chunks(self, known: Document) -> bool:
        """A disk that was full, or a beta engine that broke off, may have lost some (R09)."""
        number: int = self._chunks.count_documents({"files_id": known["_id"]})
        expected: int = -(-known["length"] // CHUNK)
        return number == expected

    def _keep_fresh(self, known: Document, at: datetime) -> None:
        """Tells the sweeper that somebody is about to point here again."""
        if _GOING in known:
            raise DatabaseDown  # in a moment it is gone and can be stored anew
        if at - known["uploadDate"] > _FRESH:
            mine = {"_id": known["_id"], _GOING: {"$exists": False}}
            if not self._files.update_one(mine, {"$max": {"uploadDate": at}}).matched_count:
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

    def _write_file(self, sha256: str, size: int, type: str, at: datetime) -> Document | None:
        """What a twin has stored meanwhile, if one has."""
        document = {
            "_id": sha256,
            "length": size,
            "chunkSize": CHUNK,
            "uploadDate": at,
            "filename": sha256,
            "contentType": type,
        }
        try:
            self._new_files.insert(document)
        except DuplicateKeyError:
            return self._files.find_one({"_id": sha256})
        return None
