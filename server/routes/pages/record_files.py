"""A record's files: originals and thumbnails, never outside the reader's scope."""

from __future__ import annotations

from flask import Blueprint, Response, request, send_file

from exports.names import content_disposition
from server.access.verbs import Verb
from server.errors import AttachmentUnknown, RecordUnknown
from server.model.forms import FormKey
from server.model.records import Media, Record
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.sheets import Attached, File, Photo
from server.routes.pages.ways import address
from server.routes.pages.words import size_words
from server.services import PROJECT
from server.xforms.values import nfc

blueprint = Blueprint("record_files", __name__)

_SMALL, _LARGE = 320, 1600
# What a browser shows as a picture and cannot run; everything else is only ever downloaded.
_SHOWN = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp"))


@blueprint.get("/records/<seg:form_id>/<seg:instance_id>/files/<seg:name>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def original(caller: Caller, form_id: str, instance_id: str, name: str) -> Response:
    record = _record(caller, form_id, instance_id)
    media = _media(record, name)
    return _send(media.sha256, media.type, media.name, media.size)


@blueprint.get("/records/<seg:form_id>/<seg:instance_id>/files/<seg:name>/<int:size>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def thumbnail(caller: Caller, form_id: str, instance_id: str, name: str, size: int) -> Response:
    """The picture made small; the original while that has not been made."""
    record = _record(caller, form_id, instance_id)
    media = _media(record, name)
    small = record.facts.get(media.sha256, {}).get("thumbnails", {}).get(str(size))
    if small is None:
        return _send(media.sha256, media.type, media.name, media.size)
    return _send(small, "image/jpeg", media.name, None)


def attached_to(record: Record) -> Attached:
    """How the page shows the files that the record's answers name."""
    there = {nfc(each.name): each for each in record.media}

    def shown(name: str, label: str) -> Photo | File:
        media = there.get(nfc(name))
        if media is None:
            return _missing(name, label)
        facts = record.facts.get(media.sha256, {})
        if media.type in _SHOWN or facts.get("thumbnails"):
            return _photo(record, media, facts, label)
        return File(_href(record, media), media.name, size_words(media.size))

    return shown


def _missing(name: str, label: str) -> Photo | File:
    if name.lower().endswith((".jpg", ".jpeg", ".png", ".heic", ".webp")):
        return Photo("", "", 0, 0, 0, 0, label, "", "")
    return File("", name, "")


def _photo(record: Record, media: Media, facts: dict[str, object], label: str) -> Photo:
    width, height = _number(facts.get("width"), 4), _number(facts.get("height"), 3)
    thumb_width, thumb_height = _fit(width, height, _SMALL)
    small = bool(facts.get("thumbnails"))
    # A browser cannot draw every original (HEIC): the large thumbnail stands in.
    large = small and media.type not in _SHOWN
    if large:
        width, height = _fit(width, height, _LARGE)
    return Photo(
        href=_href(record, media, _LARGE) if large else _href(record, media),
        thumb=_href(record, media, _SMALL) if small else _href(record, media),
        width=width,
        height=height,
        thumb_width=thumb_width,
        thumb_height=thumb_height,
        alt=label,
        caption="",
        doubt="",
    )


def _fit(width: int, height: int, longest: int) -> tuple[int, int]:
    """The size a browser keeps free; a picture of unknown size is taken for 4:3."""
    scale = longest / max(width, height)
    if scale > 1 and width > 4:
        return width, height
    return max(1, round(width * scale)), max(1, round(height * scale))


def _number(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and value > 0 else otherwise


def _href(record: Record, media: Media, size: int | None = None) -> str:
    where = {
        "form_id": record.key.form_id,
        "instance_id": record.instance_id,
        "name": media.name,
    }
    if size is None:
        return address("record_files.original", **where)
    return address("record_files.thumbnail", size=size, **where)


def _record(caller: Caller, form_id: str, instance_id: str) -> Record:
    key = FormKey(PROJECT, form_id)
    record = services().stores.submissions.find(caller.scope, key, instance_id)
    if record is None:
        raise RecordUnknown
    return record


def _media(record: Record, name: str) -> Media:
    found = next((each for each in record.media if each.name == name), None)
    if found is None:
        raise AttachmentUnknown
    return found


def _send(sha256: str, kind: str, name: str, size: int | None) -> Response:
    answer = send_file(
        services().stores.blobs.open(sha256), mimetype=kind, etag=sha256, conditional=False
    )
    if size is not None:
        answer.content_length = size
    inline = kind in _SHOWN
    answer.headers["Content-Disposition"] = content_disposition(name, inline=inline)
    # Kept by this reader's browser alone; asked again each time, since access may end.
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.make_conditional(request)
    return answer
