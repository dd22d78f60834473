"""The parts of a submission's body, read by ``multipart`` rather than by Flask: that one compiles
two expressions for every body, which was an eighth of the intake's processor time."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from flask import request
from multipart import MultipartError, MultipartParser, MultipartPart, ParserLimitReached
from werkzeug.exceptions import RequestEntityTooLarge

from server.errors import RecordMissing, TooLarge, TooManyFiles, UploadBroken
from server.processing.upload import SECOND_RECORD

_XML = "xml_submission_file"
_INCOMPLETE = "*isIncomplete*"
_BYTES = "latin-1"  # a sign for each byte, whichever it is
_MOST_PARTS = 1000  # Collect sends a hundred files at a time
_SPELLINGS = ("utf-8", "cp1258")  # as a file's name should be written, and as Windows here does
_IN_MEMORY = 256 * 1024  # larger ones go to a temporary file

Files = list[tuple[str, BinaryIO]]


@dataclass(slots=True)
class Parts:
    """The XML, found by its field name alone, and every other part under its file name; as far as
    they were read."""

    xml: bytes = b""
    files: Files = field(default_factory=Files)


def read_parts(into: Parts) -> None:
    """Raises RecordMissing, UploadBroken, TooLarge and TooManyFiles; what came before that is
    there."""
    try:
        for number, part in enumerate(_parser(), 1):
            if number > _MOST_PARTS:
                raise TooManyFiles(most=_MOST_PARTS)
            _take(part, into)
    except (ParserLimitReached, RequestEntityTooLarge):
        raise TooLarge(megabytes=(request.max_content_length or 0) // 1024**2) from None
    except MultipartError:
        raise UploadBroken from None
    if not into.xml:
        raise RecordMissing


def _take(part: MultipartPart, into: Parts) -> None:
    file = cast("BinaryIO", part.file)
    if part.name != _XML:
        if part.name != _INCOMPLETE and part.filename is not None:
            into.files.append((_spelled(part.filename or part.name), file))
    elif not into.xml:
        into.xml = part.raw
    elif part.raw != into.xml:
        into.files.append((SECOND_RECORD, file))


def _parser() -> MultipartParser:
    boundary = request.mimetype_params.get("boundary")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise RecordMissing
    length = request.content_length
    return MultipartParser(
        request.stream,
        boundary,
        content_length=-1 if length is None else length,
        charset=_BYTES,
        part_limit=_MOST_PARTS + 1,  # one more than we take, to say which limit it was
        spool_limit=_IN_MEMORY,
        memory_limit=_MOST_PARTS * _IN_MEMORY,
    )


def _spelled(name: str) -> str:
    """A name in whatever encoding it came: no phone can mend how its file is called."""
    data = name.encode(_BYTES)
    for encoding in _SPELLINGS:
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return name
