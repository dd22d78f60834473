"""A record's files: originals and thumbnails, never outside the reader's scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from server.access.verbs import Verb
from server.model.calendar import day_of
from server.model.forms import FormKey
from server.model.records import Media, Record
from server.processing.photos.shared_picture import may_tell_place
from server.processing.records.issues import words
from server.processing.records.opened import Opened, file_named, find_record
from server.routes.allow import By, Caller, allow, services
from server.routes.files import SHOWN, send_kept, send_original, send_shared
from server.routes.pages.records.sheets import Answer, Attached, File, Photo, Sheet
from server.routes.pages.ways import address
from server.routes.pages.words import day_words, gettext, reader, size_words
from server.services import PROJECT
from server.xforms.values import nfc

blueprint = Blueprint("record_files", __name__)

_SMALL, _LARGE = 320, 1600


@blueprint.get("/records/<seg:form_id>/<seg:instance_id>/files/<seg:name>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def original(caller: Caller, form_id: str, instance_id: str, name: str) -> Response:
    record = _record(caller, form_id, instance_id)
    return send_original(caller, record, file_named(record, name))


@blueprint.get("/records/<seg:form_id>/<seg:instance_id>/files/<seg:name>/<int:size>")
@allow(Verb.READ_RECORDS, by=By.SESSION, beside=True)
def thumbnail(caller: Caller, form_id: str, instance_id: str, name: str, size: int) -> Response:
    """The picture made small; a copy of the original while that has not been made."""
    record = _record(caller, form_id, instance_id)
    media = file_named(record, name)
    small = record.facts.get(media.sha256, {}).get("thumbnails", {}).get(str(size))
    if small is None:
        return send_shared(media)
    return send_kept(small, "image/jpeg", media.name, None, shown=True)


def attached_to(record: Record) -> Attached:
    """How the page shows the files that the record's answers name."""
    there = {nfc(each.name): each for each in record.media}
    gone = {nfc(each.name) for each in record.gone}

    def shown(name: str, label: str) -> Photo | File:
        media = there.get(nfc(name))
        if media is None and nfc(name) in gone:
            return _gone(record, label)
        return _missing(name, label) if media is None else _shown(record, media, label)

    return shown


def other_files(opened: Opened) -> Sheet | None:
    """What came with the record though no answer names it: kept, and shown."""
    named = {nfc(each) for each in opened.tree.files()}
    others = [each for each in opened.record.media if nfc(each.name) not in named]
    if not others:
        return None
    return Sheet(
        gettext("Files that no answer names"),
        2,
        tuple(_beside(_shown(opened.record, each, each.name), each.name) for each in others),
    )


def _beside(shown: Photo | File, label: str) -> Answer:
    if isinstance(shown, Photo):
        return Answer(label, photos=(shown,))
    return Answer(label, files=(shown,))


def _shown(record: Record, media: Media, label: str) -> Photo | File:
    facts = record.facts.get(media.sha256, {})
    if media.type in SHOWN or facts.get("thumbnails"):
        return _photo(record, media, facts, label)
    return File(_href(record, media), media.name, size_words(media.size), _caution(media))


def _caution(media: Media) -> str:
    if not may_tell_place(media.type):
        return ""
    return gettext("It may tell where it was made: look into it before you pass it on.")


def _missing(name: str, label: str) -> Photo | File:
    if not name.lower().endswith((".jpg", ".jpeg", ".png", ".heic", ".webp")):
        return File("", name, "")
    return Photo("", "", 0, 0, 0, 0, label, "", "", "", "")


def _gone(record: Record, label: str) -> Photo:
    day = day_words(day_of(record.photos_erased.at)) if record.photos_erased else ""
    words = gettext("Erased on %(day)s: its time was over", day=day)
    return Photo("", "", 0, 0, 0, 0, label, words, "", "", "")


def _photo(record: Record, media: Media, facts: Mapping[str, Any], label: str) -> Photo:
    """Small on the page, large on demand; the original only when it is wanted: connections are
    slow, and no browser draws HEIC. Until it was made small the original stands in."""
    width, height = _number(facts.get("width"), 4), _number(facts.get("height"), 3)
    thumb_width, thumb_height = _fit(width, height, _SMALL)
    small = bool(facts.get("thumbnails"))
    if small:
        width, height = _fit(width, height, _LARGE)
    return Photo(
        href=_href(record, media, _LARGE) if small else _href(record, media),
        thumb=_href(record, media, _SMALL) if small else _href(record, media),
        width=width,
        height=height,
        thumb_width=thumb_width,
        thumb_height=thumb_height,
        alt=label,
        caption=_taken(facts.get("taken_at")),
        doubt=_doubts(record, media),
        original=_href(record, media) if small else "",
        original_words=gettext("Original (%(size)s)", size=size_words(media.size)),
    )


def _taken(at: str | None) -> str:
    """By the camera's clock, as it stood on it."""
    if not at:
        return ""
    return gettext("Taken %(when)s", when=f"{datetime.fromisoformat(at):%d/%m/%Y, %H:%M}")


def _doubts(record: Record, media: Media) -> str:
    found = (
        words(replace(each, facts={**each.facts, "name": ""}), reader())
        for each in record.all_issues
        if each.facts.get("name") == media.name
    )
    return " ".join(" ".join(each.split()) for each in found)


def _fit(width: int, height: int, longest: int) -> tuple[int, int]:
    """The size a browser keeps free; a picture of unknown size is taken for 4:3."""
    scale = longest / max(width, height)
    if scale > 1 and width > 4:  # never made larger
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
    if record.key.draft:  # tried once and thrown away: nothing makes it smaller
        return address("draft_record.original", **where)
    if size is None:
        return address("record_files.original", **where)
    return address("record_files.thumbnail", size=size, **where)


def _record(caller: Caller, form_id: str, instance_id: str) -> Record:
    house, key = services(), FormKey(PROJECT, form_id)
    return find_record(house.stores, house.shelf, caller.scope, key, instance_id)
