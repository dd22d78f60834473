"""Answers that are files: made on the way, out of the store, or on hand. None is run by a browser
that follows a link to it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from typing import BinaryIO

from flask import Response, request, send_file

from exports.names import content_disposition
from server.access.verbs import Verb, scope_for
from server.exporting import Export
from server.model.aside import AsideFile, SetAside
from server.model.records import Media, Record
from server.processing.photos.media_types import UNKNOWN
from server.processing.photos.shared_picture import may_tell_place, open_shared
from server.routes.allow import Caller, services

# What a browser shows as a picture and cannot run; everything else is only ever downloaded.
SHOWN = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp"))
_NEVER_RUN = "sandbox; default-src 'none'"


def streamed(made: Export) -> Response:
    """A break ends the connection without the last bytes."""
    answer = in_pieces(made.pieces, made.media_type)
    answer.headers["Content-Disposition"] = content_disposition(made.file_name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def in_pieces(pieces: Iterator[bytes], media_type: str) -> Response:
    """What goes wrong at once is still answered in words."""
    first = next(pieces)
    return Response(chain((first,), pieces), content_type=media_type)


def file_of(data: bytes, name: str, media_type: str, md5: str | None = None) -> Response:
    """To be saved."""
    answer = send_file(BytesIO(data), mimetype=media_type, etag=md5 or False)
    answer.headers["Content-Disposition"] = content_disposition(name)
    answer.headers["Content-Security-Policy"] = _NEVER_RUN
    answer.headers["Cache-Control"] = "private, no-cache"
    if md5:
        answer.make_conditional(request)
    return answer


def send_original(caller: Caller, record: Record, media: Media) -> Response:
    """A record's file as it came, for whoever may have it; else without its place."""
    if scope_for(caller.actor, Verb.TAKE_ORIGINALS).sees_office(record.within):
        return send_kept(
            media.sha256, media.type, media.name, media.size, shown=media.type in SHOWN
        )
    return send_shared(media)


def send_shared(media: Media) -> Response:
    """A record's file without the place that it may tell (decision 0020); of the same size. Raises
    PlaceStays."""
    name, shown = f"{media.sha256}-shared", media.type in SHOWN
    # A browser that has it already is only told so: nothing is read and cleaned for that.
    known = request.if_none_match.contains_weak(name)
    file = BytesIO() if known else open_shared(services().stores.blobs.open(media.sha256))
    answer = _sent(file, name, media.type, media.name, media.size, shown=shown)
    if may_tell_place(media.type):
        answer.headers["X-Place-Not-Removed"] = "1"
    return answer


def send_set_aside(caller: Caller, found: SetAside, file: AsideFile) -> Response:
    """Never shown; as it came for whoever may have originals, else without its place."""
    if scope_for(caller.actor, Verb.TAKE_ORIGINALS).sees_office(found.within):
        return send_kept(file.sha256, UNKNOWN, file.name, file.size, shown=False)
    opened = open_shared(services().stores.blobs.open(file.sha256))
    return _sent(opened, f"{file.sha256}-shared", UNKNOWN, file.name, file.size, shown=False)


def send_kept(sha256: str, kind: str, name: str, size: int | None, *, shown: bool) -> Response:
    """A file out of the store: ``shown`` in the browser, or only ever taken away."""
    file = services().stores.blobs.open(sha256)
    return _sent(file, sha256, kind, name, size, shown=shown)


def _sent(
    file: BinaryIO, etag: str, kind: str, name: str, size: int | None, *, shown: bool
) -> Response:
    answer = send_file(file, mimetype=kind, etag=etag, conditional=False)
    if size is not None:
        answer.content_length = size
    answer.headers["Content-Disposition"] = content_disposition(name, inline=shown)
    # Kept by this reader's browser alone; asked again each time, since access may end.
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Security-Policy"] = _NEVER_RUN
    answer.make_conditional(request)
    return answer
