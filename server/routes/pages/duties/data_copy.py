"""A copy of one person's data, for whoever asked to see them: to be read, and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template

from exports.names import safe_name
from exports.zip_stream import ZipStream
from server.access.verbs import Verb
from server.errors import PlaceStays, RecordUnknown
from server.exporting import Export
from server.model.audit import Act
from server.model.calendar import ZONE
from server.model.data_requests import Concern
from server.model.entities import Entity, ListKey
from server.model.forms import FormKey
from server.model.records import Media
from server.model.withholding import LISTS, RECORDS, Target
from server.processing.duties.concerns import reached
from server.processing.duties.data_requests import request_of
from server.processing.photos.shared_picture import open_shared
from server.processing.records.opened import Opened, open_record
from server.processing.registers.settle import find_entity
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.files import streamed
from server.routes.pages.duties.data_request_words import wish_words
from server.routes.pages.records.record import remark_on, sheets_of
from server.routes.pages.records.record_data import told
from server.routes.pages.records.record_facts import Event, Fact, about, history
from server.routes.pages.records.sheets import Sheet
from server.routes.pages.registers.register_titles import register_called
from server.routes.pages.registers.registers import known_list
from server.routes.pages.words import gettext, moment_words, reader
from server.routes.taking_out import take_entry, take_record
from server.services import PROJECT
from server.xforms.entities import entity_id

blueprint = Blueprint("data_copy", __name__)

_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """``path`` within the archive."""

    path: str
    name: str
    media: Media


@dataclass(frozen=True, slots=True)
class CopiedRecord:
    title: str
    about: tuple[Fact, ...]
    sheets: tuple[Sheet, ...]
    remark: str
    history: tuple[Event, ...]
    files: tuple[CopiedFile, ...]
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CopiedEntry:
    title: str
    register: str
    facts: tuple[Fact, ...]
    history: tuple[Event, ...]
    data: dict[str, Any]


@blueprint.get("/admin/requests/<seg:request_id>/data.zip")
@allow(Verb.MANAGE_DUTIES, by=By.SESSION, act=Act.EXPORTED)
def copy(caller: Caller, request_id: str) -> Response:
    """What the request concerns and hangs on it, as far as whoever makes the copy may take records
    out of the house."""
    found = request_of(services().stores, caller.scope, request_id)
    about, wish = found.wanted.about, wish_words(found.wanted.wish)
    return _copied(caller, found.concerns, found.id, about, wish)


@blueprint.get("/lists/<seg:name>/<seg:uuid>/data.zip")
@allow(Verb.MANAGE_DUTIES, by=By.SESSION, act=Act.EXPORTED)
def copy_of_entry(caller: Caller, name: str, uuid: str) -> Response:
    """The same of whoever an entry of a register is about, without a request."""
    house, reading = services(), scope_beside(caller, Verb.READ_RECORDS)
    found = find_entity(house.stores, reading, known_list(name), entity_id(uuid))
    about = house.registers.shown(reading, found).state.label or found.id
    concern = Concern(LISTS, found.key.name, found.id)
    return _copied(caller, [concern], found.id, about, gettext("A copy of all that is held (ZIP)"))


def _copied(
    caller: Caller, concerns: Sequence[Concern], id: str, about: str, wish: str
) -> Response:
    house = services()
    by = Caller(caller.actor, scope_beside(caller, Verb.EXPORT_RECORDS))
    targets = reached(house.stores, house.shelf, PROJECT, concerns)
    records = _records(by, [each for each in targets if each.kind == RECORDS])
    entries = _entries(by, [each for each in targets if each.kind != RECORDS])
    page = _page(about, wish, records, entries)
    pieces = _archive(page, _data(records, entries), records)
    name = gettext("personal-data-%(id)s.zip", id=id)
    return streamed(Export(name, "application/zip", pieces))


def _records(by: Caller, targets: Sequence[Target]) -> Sequence[CopiedRecord]:
    house, copied = services(), list[CopiedRecord]()
    for each in targets:
        key = FormKey.parse(each.key)
        # Out of reach for this person, or deleted meanwhile.
        with suppress(RecordUnknown):
            opened = open_record(house.stores, house.shelf, by.scope, key, each.id)
            # Request by request and one by one, a whole register would leave by this way.
            take_record(by, opened.record)
            copied.append(_record(by, opened, len(copied) + 1))
    return copied


def _record(by: Caller, opened: Opened, number: int) -> CopiedRecord:
    record, title = opened.record, opened.on_hand.form.title
    sheets = sheets_of(by, opened)
    return CopiedRecord(
        title=record.derived.name or f"{title}, {moment_words(record.at)}",
        about=about(record, title, services().shelf.offices()),
        sheets=sheets,
        remark=remark_on(opened, len(sheets)),
        history=history(record, services().clock()),
        files=tuple(
            CopiedFile(f"files/{number}-{place}-{safe_name(each.name)}", each.name, each)
            for place, each in enumerate(record.media, 1)
        ),
        data=told(opened, reader()),
    )


def _entries(by: Caller, targets: Sequence[Target]) -> Sequence[CopiedEntry]:
    house = services()
    entities = house.stores.entities
    found = (entities.find(by.scope, ListKey.parse(each.key), each.id) for each in targets)
    there = [each for each in found if each is not None]
    for each in there:
        take_entry(by, each)
    return [_entry(house.registers.shown(by.scope, each)) for each in there]


def _entry(entity: Entity) -> CopiedEntry:
    """Its properties by their own names: the records say the same in the forms' words."""
    said = [
        {
            "at": each.at.isoformat(),
            "by": each.by,
            "orders": [{"label": one.label, "data": dict(one.data)} for one in each.orders],
        }
        for each in sorted(entity.contributions, key=lambda one: one.at)
    ]
    data = dict(entity.state.data)
    return CopiedEntry(
        title=entity.state.label or entity.id,
        register=register_called(entity.key.name),
        facts=tuple(Fact(name, value) for name, value in data.items() if value),
        history=tuple(
            Event(moment_words(each.at), "", each.by, gettext("changed this entry"))
            for each in sorted(entity.contributions, key=lambda one: one.at, reverse=True)
        ),
        data={
            "id": entity.id,
            "list": entity.key.name,
            "label": entity.state.label,
            "data": data,
            "history": said,
        },
    )


def _page(
    about: str, wish: str, records: Sequence[CopiedRecord], entries: Sequence[CopiedEntry]
) -> bytes:
    return render_template(
        "pages/data_copy.html",
        title=gettext("What is held of %(name)s", name=about),
        wish=wish,
        made_at=moment_words(services().clock()),
        records=records,
        entries=entries,
    ).encode()


def _data(records: Sequence[CopiedRecord], entries: Sequence[CopiedEntry]) -> bytes:
    data = {"records": [each.data for each in records], "entries": [each.data for each in entries]}
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _archive(page: bytes, data: bytes, records: Sequence[CopiedRecord]) -> Iterator[bytes]:
    """The page first, then files as they leave the house. What is needed of it is taken at once:
    the bytes are made after the request."""
    at, blobs = services().clock().astimezone(ZONE), services().stores.blobs

    language = reader()

    def content(media: Media) -> Iterator[bytes]:
        try:
            opened = open_shared(blobs.open(media.sha256))
        except PlaceStays as stays:
            yield stays.words(language).encode()
            return
        with opened as file:
            while piece := file.read(_PIECE):
                yield piece

    def stream() -> Iterator[bytes]:
        archive = ZipStream()
        yield from archive.file("index.html", at, [page], size=len(page))
        yield from archive.file("data.json", at, [data], size=len(data))
        for each in (file for record in records for file in record.files):
            yield from archive.file(each.path, at, content(each.media), packed=False)
        yield from archive.end()

    return stream()
