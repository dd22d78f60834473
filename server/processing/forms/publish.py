"""A spreadsheet or an XForm becomes a form version that phones get."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from pathlib import PurePath
from typing import Any

from server.errors import FormInBin, FormUnreadable
from server.errors.programs import XFormUnreadable
from server.model.calendar import day_of
from server.model.forms import FormKey, FormVersion, MediaFile
from server.model.sequence import later, new_seq
from server.processing.forms.names_attached import warnings_of
from server.storage.journal import JournalFile
from server.storage.stores import Stores
from server.xforms.copies import workbook_with, xform_with
from server.xforms.findings import FormRejected
from server.xforms.form import Form
from server.xforms.read_form import read_form
from server.xforms.spreadsheet import workbook_kind
from server.xforms.values import nfc
from server.xforms.xlsform import convert_xlsform
from server.xforms.xml import NotReadable

# Types that mimetypes leaves to the machine's own table.
_TYPES = {".csv": "text/csv", ".geojson": "application/geo+json", ".m4a": "audio/mp4"}


@dataclass(frozen=True, slots=True)
class Publication:
    """What is to be published: ``source`` is an XLSX, XLS or XForm XML under ``file_name``.

    ``form_id`` is the form's where a spreadsheet does not say. ``offered`` are files that are
    attached only when the form names them. What the form names and nobody gives is taken from the
    version before. ``validate`` is ``convert_xlsform``'s.
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
    validate: bool | None = None
    form_id: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """``new`` is False when exactly this was published before. ``missing`` are media files that
    the form names and nobody attached: phones open it with holes until they are. ``unused`` were
    offered, and the form does not name them."""

    version: FormVersion
    new: bool
    missing: tuple[str, ...]
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """What a publication comes to: the exact XForm, what pyxform warns of in its own words, the
    workbook if any."""

    xml: bytes
    warnings: tuple[str, ...] = ()
    xlsx: bytes | None = None


Agree = Callable[[FormVersion], None]
"""Is shown a version before it counts; raises what speaks against it."""


def publish(stores: Stores, publication: Publication, agree: Agree | None = None) -> Published:
    """Make a version and let phones have it from now on.

    Raises FormUnreadable with sheet, row and column, and VersionExists for other content under a
    version that was published before.
    """
    ready = _prepare(publication)
    form = _form(ready.xml)
    attached = _attached(stores, publication, form)
    unused = tuple(sorted(set(map(nfc, publication.offered)) - set(map(nfc, attached))))
    publication = replace(publication, media=attached, offered={})
    return replace(publish_ready(stores, publication, ready, agree), unused=unused)


def publish_ready(
    stores: Stores, publication: Publication, ready: Ready, agree: Agree | None = None
) -> Published:
    """The same for what is converted already, with exactly ``publication.media``."""
    version, form = _build(stores, publication, ready)
    newest = stores.forms.newest(version.key)
    if newest is not None:
        at = later(version.published_at, newest.published_at)
        version = replace(version, published_at=at)
    if agree is not None:
        agree(version)
    live = stores.forms.entry(replace(version.key, draft=False))
    if live is not None and live.deleted_at is not None:
        raise FormInBin(project=version.key.project, form_id=form.form_id)
    if publication.draft_token is not None:
        stores.forms.replace_draft(version)
        stores.forms.make_current(version, draft_token=publication.draft_token)
        new = True
    else:
        # The database decides whose content a version has: the journal gets no other.
        new = stores.forms.add_version(version)
        _complete(stores, version)
    missing = tuple(name for name in form.media if name not in publication.media)
    return Published(version, new, missing)


def publish_stored(
    stores: Stores,
    version: FormVersion,
    settings: Mapping[str, str],
    *,
    by: str,
    at: datetime,
    notes: str,
    agree: Agree | None = None,
    draft_token: str | None = None,
) -> Published:
    """A version that is there already once more, with its files and other ``settings``
    (``form_id``, ``form_title``, ``version``); byte for byte without any."""
    workbook = stores.blobs.read(version.xlsx_sha256) if version.xlsx_sha256 else None
    publication = Publication(
        project=version.key.project,
        file_name="",
        source=b"",
        media={each.name: stores.blobs.read(each.sha256) for each in version.media},
        by=by,
        at=at,
        notes=notes,
        draft_token=draft_token,
    )
    ready = Ready(
        xform_with(version.xml, settings),
        version.warnings,
        workbook_with(workbook, settings) if workbook else None,
    )
    return publish_ready(stores, publication, ready, agree)


def _complete(stores: Stores, version: FormVersion) -> bool:
    """What follows once a version is there, also where it was before: in the journal as it was
    first published, and current unless another came after it. Whether it was made so."""
    kept = stores.forms.version(version.key, version.version) or version
    _journal(stores, kept)
    was_outdated = False
    # Again, since another may have come while this one was made current.
    while (newest := _not_out(stores, kept.key)) is not None:
        stores.forms.make_current(newest)
        was_outdated = True
    stores.forms.said(kept)
    return was_outdated


def _not_out(stores: Stores, key: FormKey) -> FormVersion | None:
    """The newest, where phones do not get it."""
    newest, entry = stores.forms.newest(key), stores.forms.entry(key)
    return None if entry and newest and entry.version == newest.version else newest


def complete_unsaid(stores: Stores) -> int:
    """What broke off while it was published; how many versions phones get by that."""
    return sum(_complete(stores, each) for each in stores.forms.unsaid())


def publish_again(stores: Stores, publication: Publication, ready: Ready) -> bool:
    """A version out of the journal; whether the database lacked it. It becomes current only when
    none that was published later is there: one that was lost from among the old ones does not."""
    version, _ = _build(stores, publication, ready)
    new = stores.forms.add_version(version)
    return _complete(stores, version) or new


def _build(stores: Stores, publication: Publication, ready: Ready) -> tuple[FormVersion, Form]:
    form = _form(ready.xml)
    media = sorted(publication.media.items())
    version = FormVersion(
        key=FormKey(publication.project, form.form_id, publication.draft_token is not None),
        version=form.version,
        xml=ready.xml,
        md5=hashlib.md5(ready.xml, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(ready.xml).hexdigest(),
        title=form.title,
        published_at=publication.at,
        published_by=publication.by,
        media=tuple(keep_media(stores, name, data) for name, data in media),
        xlsx_sha256=_keep_workbook(stores, ready.xlsx) if ready.xlsx else None,
        notes=publication.notes,
        warnings=tuple(dict.fromkeys((*ready.warnings, *warnings_of(media)))),
    )
    return version, form


def _prepare(publication: Publication) -> Ready:
    if PurePath(publication.file_name).suffix.lower() == ".xml":
        return Ready(publication.source.removeprefix(b"\xef\xbb\xbf"))
    try:
        converted = convert_xlsform(
            publication.source, validate=publication.validate, form_id=publication.form_id
        )
    except FormRejected as rejected:
        said = tuple((each.words("vi"), each.words("en")) for each in rejected.findings)
        raise FormUnreadable(said) from None
    return Ready(converted.xform, converted.warnings, publication.source)


def _attached(stores: Stores, publication: Publication, form: Form) -> dict[str, bytes]:
    offered = {nfc(name): data for name, data in publication.offered.items()}
    given = {name: offered[nfc(name)] for name in form.media if nfc(name) in offered}
    given |= publication.media
    carried = {
        each.name: stores.blobs.read(each.sha256)
        for each in _media_before(stores, publication, form)
        if each.name in form.media and each.name not in given
    }
    return carried | given


def _media_before(stores: Stores, publication: Publication, form: Form) -> Collection[MediaFile]:
    """Those of the published version, and over them those of the draft that is replaced."""
    live = FormKey(publication.project, form.form_id)
    keys = (live, replace(live, draft=True)) if publication.draft_token is not None else (live,)
    found: dict[str, MediaFile] = {}
    for key in keys:
        current = stores.forms.current(key)
        found |= {each.name: each for each in current[1].media} if current else {}
    return found.values()


def _form(xml: bytes) -> Form:
    try:
        return read_form(xml)
    except NotReadable as unreadable:
        vi = f"Tệp này không phải biểu mẫu XForm dùng được ({unreadable.why})."
        en = f"This file is no XForm that phones could open ({unreadable.why})."
        raise XFormUnreadable(((vi, en),)) from None


def keep_media(stores: Stores, name: str, data: bytes) -> MediaFile:
    """A file for a form, stored under its hash."""
    suffix = PurePath(name).suffix.lower()
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return MediaFile(
        name=name,
        sha256=stores.blobs.keep(data, type=kind),
        md5=hashlib.md5(data, usedforsecurity=False).hexdigest(),
        size=len(data),
        type=kind,
    )


def _keep_workbook(stores: Stores, data: bytes) -> str:
    return stores.blobs.keep(data, type=workbook_kind(data).media_type)


def _journal(stores: Stores, version: FormVersion) -> None:
    if not stores.journal.on:
        return
    facts: dict[str, Any] = {
        "project": version.key.project,
        "seq": new_seq(version.published_at),
        "at": version.published_at.isoformat(),
        "by": version.published_by,
        "notes": version.notes,
        "warnings": list(version.warnings),
        "xlsx": version.xlsx_sha256,
    }
    named = [(each.name, each.sha256) for each in version.media]
    if version.xlsx_sha256:
        named.append(("", version.xlsx_sha256))
    files = [
        JournalFile(name, sha256, BytesIO(stores.blobs.read(sha256))) for name, sha256 in named
    ]
    stores.journal.append("form", day_of(version.published_at), facts, version.xml, files)
