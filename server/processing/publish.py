"""A spreadsheet or an XForm becomes a form version that phones get."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from pathlib import PurePath
from typing import Any

from server.errors import FormUnreadable
from server.model.forms import FormKey, FormVersion, MediaFile
from server.model.sequence import new_seq
from server.storage.blobs import digest
from server.storage.journal import JournalFile
from server.storage.stores import Stores
from server.xforms.form import Form
from server.xforms.read_form import media_named, read_form
from server.xforms.xlsform import FormRejected, convert_xlsform
from server.xforms.xml import NotReadable

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Types that mimetypes leaves to the machine's own table.
_TYPES = {".csv": "text/csv", ".geojson": "application/geo+json", ".m4a": "audio/mp4"}


@dataclass(frozen=True, slots=True)
class Publication:
    """What is to be published: ``source`` is an XLSX, XLS or XForm XML under ``file_name``.

    ``offered`` are files that are attached only when the form names them.
    """

    project: int
    file_name: str
    source: bytes
    media: Mapping[str, bytes]
    by: str
    at: datetime
    notes: str = ""
    draft_token: str | None = None
    offered: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """``new`` is False when exactly this was published before. ``missing`` are media files that
    the form names and nobody attached: phones open it with holes until they are."""

    version: FormVersion
    new: bool
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """What a publication comes to: the exact XForm, pyxform's warnings, the workbook if any."""

    xml: bytes
    warnings: tuple[str, ...] = ()
    xlsx: bytes | None = None


def publish(stores: Stores, publication: Publication) -> Published:
    """Make a version and let phones have it from now on.

    Raises FormUnreadable with sheet, row and column, and VersionExists for other content under a
    version that was published before.
    """
    ready = _prepare(publication)
    publication = replace(publication, media=_attached(publication, ready.xml), offered={})
    version, form = _build(stores, publication, ready)
    if publication.draft_token is not None:
        stores.forms.replace_draft(version)
        new = True
    else:
        _journal(stores, publication, ready, version)
        new = stores.forms.add_version(version)
    stores.forms.make_current(version, draft_token=publication.draft_token)
    missing = tuple(name for name in form.media if name not in publication.media)
    return Published(version, new, missing)


def publish_again(stores: Stores, publication: Publication, ready: Ready) -> bool:
    """A version out of the journal. True, and current, only where the database lacked it."""
    version, _ = _build(stores, publication, ready)
    new = stores.forms.add_version(version)
    if new:
        stores.forms.make_current(version)
    return new


def _build(stores: Stores, publication: Publication, ready: Ready) -> tuple[FormVersion, Form]:
    form = _form(ready.xml)
    at = publication.at
    media = sorted(publication.media.items())
    version = FormVersion(
        key=FormKey(publication.project, form.form_id, publication.draft_token is not None),
        version=form.version,
        xml=ready.xml,
        md5=hashlib.md5(ready.xml, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(ready.xml).hexdigest(),
        title=form.title,
        published_at=at,
        published_by=publication.by,
        media=tuple(_keep_media(stores, name, data, at) for name, data in media),
        xlsx_sha256=_keep(stores, ready.xlsx, _EXCEL, at) if ready.xlsx else None,
        notes=publication.notes,
        warnings=ready.warnings,
    )
    return version, form


def _prepare(publication: Publication) -> Ready:
    if PurePath(publication.file_name).suffix.lower() == ".xml":
        return Ready(publication.source.removeprefix(b"\xef\xbb\xbf"))
    try:
        converted = convert_xlsform(publication.source)
    except FormRejected as rejected:
        raise FormUnreadable(tuple(str(each) for each in rejected.findings)) from None
    warnings = tuple(str(each) for each in converted.warnings)
    return Ready(converted.xform, warnings, publication.source)


def _attached(publication: Publication, xml: bytes) -> dict[str, bytes]:
    offered = publication.offered
    named = {name: offered[name] for name in media_named(xml) if name in offered}
    return named | dict(publication.media)


def _form(xml: bytes) -> Form:
    try:
        return read_form(xml)
    except NotReadable as unreadable:
        raise FormUnreadable((unreadable.why,)) from None


def _keep_media(stores: Stores, name: str, data: bytes, at: datetime) -> MediaFile:
    suffix = PurePath(name).suffix.lower()
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return MediaFile(
        name=name,
        sha256=_keep(stores, data, kind, at),
        md5=hashlib.md5(data, usedforsecurity=False).hexdigest(),
        size=len(data),
        type=kind,
    )


def _keep(stores: Stores, data: bytes, kind: str, at: datetime) -> str:
    file = BytesIO(data)
    sha256, size = digest(file)
    return stores.blobs.put(file, sha256=sha256, size=size, type=kind, at=at).sha256


def _journal(stores: Stores, publication: Publication, ready: Ready, version: FormVersion) -> None:
    facts: dict[str, Any] = {
        "project": publication.project,
        "seq": new_seq(publication.at),
        "at": publication.at.isoformat(),
        "by": publication.by,
        "notes": publication.notes,
        "warnings": list(ready.warnings),
        "xlsx": version.xlsx_sha256,
    }
    files = [
        JournalFile(each.name, each.sha256, BytesIO(publication.media[each.name]))
        for each in version.media
    ]
    if ready.xlsx and version.xlsx_sha256:
        files.append(JournalFile("", version.xlsx_sha256, BytesIO(ready.xlsx)))
    day = publication.at.date().isoformat()
    stores.journal.append("form", day, facts, ready.xml, files)
