"""The parts of a submission's body, read by ``multipart`` rather than by Flask: that one compiles
two expressions for every body, which was an eighth of the intake's processor time.

All parts lie in one file, which leaves the memory when it grows: a thousand files just small enough
to stay there would take as much as the largest upload.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from flask import request
from multipart import MultipartError, ParserLimitReached, PushMultipartParser
from werkzeug.exceptions import RequestEntityTooLarge

from server.errors import RecordMissing, TooLarge, TooManyFiles, UploadBroken
from server.processing.intake.upload import SECOND_RECORD

_XML = "xml_submission_file"
_INCOMPLETE = "*isIncomplete*"
_BYTES = "latin-1"  # a sign for each byte, whichever it is
_MOST_PARTS = 1000  # Collect sends a hundred files at a time
_SPELLINGS = ("utf-8", "cp1258")  # as a file's name should be written, and as Windows here does
_MEGABYTE = 1024 * 1024
_IN_MEMORY = _MEGABYTE
_MOST_XML = 64 * _MEGABYTE  # more than that nobody reads (xforms/xml.py)
# Of what is not a record: a form with its files, a table. It is held in memory.
HANDED_IN = 64 * _MEGABYTE

Files = list[tuple[str, BinaryIO]]


@dataclass(slots=True)
class Parts:
    """The XML, found by its field name alone, and every other part under its file name; as far as
    they were read."""

    xml: bytes = b""
    files: Files = field(default_factory=Files)


class Piece(io.RawIOBase):
    """A part, within the file in which all lie. One reader at a time."""

    def __init__(self, whole: BinaryIO, start: int, size: int) -> None:
        self._whole, self._start, self.size = whole, start, size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, origin + offset)
        return self._at

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]
        self._whole.seek(self._start + self._at)
        data = self._whole.read(max(0, min(len(into), self.size - self._at)))
        into[: len(data)] = data
        self._at += len(data)
        return len(data)


def read_parts(into: Parts) -> None:
    """Raises RecordMissing, UploadBroken, TooLarge and TooManyFiles; what came before that is
    there."""
    try:
        for number, (name, filename, piece) in enumerate(_pieces(), 1):
            if number > _MOST_PARTS:
                raise TooManyFiles(most=_MOST_PARTS)
            _take(name, filename, piece, into)
    except (ParserLimitReached, RequestEntityTooLarge):
        raise TooLarge(megabytes=(request.max_content_length or 0) // _MEGABYTE) from None
    except MultipartError:
        raise UploadBroken from None
    if not into.xml:
        raise RecordMissing


def _take(name: str, filename: str | None, piece: Piece, into: Parts) -> None:
    if name != _XML:
        if name != _INCOMPLETE and filename is not None:
            into.files.append((_spelled(filename or name), cast("BinaryIO", piece)))
    elif not into.xml:
        if piece.size > _MOST_XML:
            raise TooLarge(megabytes=_MOST_XML // _MEGABYTE)
        into.xml = piece.readall()
    elif piece.size != len(into.xml) or piece.readall() != into.xml:
        piece.seek(0)
        into.files.append((SECOND_RECORD, cast("BinaryIO", piece)))


def _pieces() -> Iterator[tuple[str, str | None, Piece]]:
    """Each with its name and its file's name, when all of it is here."""
    # Whoever holds a piece keeps it open.
    whole = cast("BinaryIO", SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
    end = start = 0
    segment = None
    for event in _parser().parse_blocking(request.stream.read):
        if isinstance(event, bytes | bytearray):
            whole.seek(end)
            end += whole.write(event)
        elif event is not None:
            segment, start = event, end
        elif segment is not None:
            yield segment.name, segment.filename, Piece(whole, start, end - start)


def _parser() -> PushMultipartParser:
    boundary = request.mimetype_params.get("boundary")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise RecordMissing
    length = request.content_length
    return PushMultipartParser(
        boundary,
        content_length=-1 if length is None else length,
        header_charset=_BYTES,
        max_segment_count=_MOST_PARTS + 1,  # one more than we take, to say which limit it was
    )


def _spelled(name: str) -> str:
    """A name in whatever encoding it came: no phone can mend how its file is called."""
    data = name.encode(_BYTES)
    for encoding in _SPELLINGS:
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return name
