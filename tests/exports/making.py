"""Forms, records and sources as the server hands them to a writer, and the way back."""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from pyxform.xls2xform import convert

from exports.formats import FORMATS
from exports.source import Options, Source
from server.model.forms import FormKey
from server.model.people import Sender
from server.model.records import Derived, Media, Record, RecordVersion
from server.processing.photos.shared_picture import may_tell_place, open_shared
from server.xforms.envelope import read_envelope
from server.xforms.form import Form
from server.xforms.read_form import read_form
from server.xforms.tables import tables_of
from tests.javarosa.filler import FORMS, xform

LIBRARY = sorted(path.stem for path in FORMS.glob("*/*.xlsx"))
VIETNAM = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 24, 15, 30, tzinfo=VIETNAM)
SENDER = Sender("17", "Hoàng Thị Bích Ngọc", "phone", "tien_yen")

_NOTHING = Derived("", {}, (), None, None, None, ())


@functools.cache
def library_form(name: str) -> Form:
    return read_form(xform(name))


def samples(name: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((FORMS / name / "samples").glob("*.xml"))]


@functools.cache
def form_of(sheet: str) -> Form:
    """A form from an XLSForm written as Markdown."""
    return read_form(convert(sheet).xform.encode())


def answered(form: Form, inside: str, *, number: int = 1, namespaces: str = "") -> bytes:
    """A record's XML: the given elements, and an identity behind them."""
    identity = f"<meta><instanceID>uuid:{number}</instanceID></meta>"
    return (
        f'<data id="{form.form_id}" version="{form.version}" {namespaces}>{inside}{identity}</data>'
    ).encode()


def media(name: str, content: bytes) -> Media:
    return Media(name, hashlib.sha256(content).hexdigest(), len(content), "image/jpeg", NOW)


def record(xml: bytes, *, number: int = 1, files: Iterable[Media] = (), **facts: Any) -> Record:
    """As storage gives it; a later ``number`` arrived later."""
    envelope = read_envelope(xml)
    at = NOW + timedelta(minutes=number, milliseconds=7)
    version = RecordVersion(
        instance_id=envelope.instance_id,
        deprecated_id=None,
        xml=xml,
        digest=envelope.digest,
        at=at,
        sender=SENDER,
        device="collect:q7Xw2LmN8rTb4KvZ",
        form_version=envelope.version,
    )
    whole = Record(
        key=FormKey(1, envelope.form_id),
        instance_id=envelope.instance_id,
        seq=number,
        at=at,
        within=("*", "tien_yen"),
        versions=(version,),
        derived=_NOTHING,
        media=tuple(files),
        office="tien_yen",
    )
    return replace(whole, **facts)


def edited(original: Record, xml: bytes) -> Record:
    """With one more version on top, sent by somebody else from another phone."""
    envelope = read_envelope(xml)
    version = replace(
        original.current,
        instance_id=envelope.instance_id,
        deprecated_id=original.current.instance_id,
        xml=xml,
        form_version=envelope.version,
        sender=replace(SENDER, id="18", name="Tô Văn Ước"),
        device="collect:khac",
    )
    return replace(original, versions=(*original.versions, version))


def source(
    *versions: Form, files: Mapping[str, bytes] | None = None, form_id: str | None = None
) -> Source:
    """Newest form first. ``files`` are contents by any name: they are found by their hash."""
    by_hash = {hashlib.sha256(each).hexdigest(): each for each in (files or {}).values()}
    by_version = {each.version: each for each in versions}
    return Source(
        form_id=form_id or versions[0].form_id,
        tables=tables_of(versions),
        form_of=lambda version: by_version.get(version, versions[0]),
        open_file=lambda sha256: open_shared(io.BytesIO(by_hash[sha256])),
        may_tell_place=may_tell_place,
        at=NOW,
    )


def export(name: str, about: Source, records: Iterable[Record], **options: bool) -> bytes:
    return b"".join(FORMATS[name].stream(about, iter(list(records)), Options(**options)))


def unzipped(data: bytes) -> dict[str, bytes]:
    """In order. Every checksum is compared."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {each.filename: archive.read(each) for each in archive.infolist()}


def read_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def header(data: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(data.decode(), newline="")))


def column(name: str, data: bytes) -> list[str]:
    return [row[name] for row in read_csv(data)]
