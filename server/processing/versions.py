"""What a designer does with versions that are there: go back to one, or begin another form with it.

Versions are immutable, and a phone that has a version installed takes its hash for up to date, even
if it shows a newer one (collect.md §3.3). So going back publishes the earlier questions once more,
under a number of its own: every phone takes it as an update.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from server.access.credentials import new_token
from server.errors import AlreadyThere, FormUnknown, NotUnderstood, VersionUnknown
from server.model.forms import FormKey, FormVersion
from server.model.scope import Scope
from server.processing.drafts import keeps_answers, next_number
from server.processing.publish import Publication, Published, Ready, publish_ready
from server.processing.shelf import Shelf
from server.storage.stores import Stores
from server.xforms.copies import with_name, workbook_with
from server.xforms.version import with_version

_FORM_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_LONGEST_TITLE = 200


def version_of(stores: Stores, key: FormKey, version: str) -> FormVersion:
    """Raises FormUnknown and VersionUnknown."""
    if stores.forms.entry(key) is None:
        raise FormUnknown(form_id=key.form_id)
    found = stores.forms.version(key, version)
    if found is None:
        raise VersionUnknown(form_id=key.form_id)
    return found


def return_to(
    stores: Stores, shelf: Shelf, scope: Scope, key: FormKey, version: str, *, by: str, at: datetime
) -> Published:
    """The questions of an earlier version, with its files, are what phones get from now on.

    Raises FormUnknown, VersionUnknown, FormInBin, and AnswersUnreadable where answers that came
    since would be.
    """
    earlier = version_of(stores, key, version)
    number = next_number([each.version for each in stores.forms.versions(key)], at)
    xml = with_version(earlier.xml, number)
    ready = _ready(stores, earlier, xml, {"version": number})
    agree = keeps_answers(stores, shelf, scope, at)
    notes = f"Trở lại phiên bản {version} · Back to version {version}"
    published = publish_ready(stores, _copy(stores, earlier, by, at, notes), ready, agree)
    shelf.forget()
    return published


def duplicate(
    stores: Stores, shelf: Shelf, key: FormKey, form_id: str, title: str, *, by: str, at: datetime
) -> Published:
    """A draft of another form with the questions and files that phones have now.

    Raises FormUnknown, NotUnderstood for a name that cannot be one, and AlreadyThere.
    """
    entry = shelf.entry(key)
    current = version_of(stores, key, entry.version)
    form_id, title = form_id.strip(), title.strip()
    _check_name(stores, FormKey(key.project, form_id), title)
    number = next_number((), at)
    xml = with_version(with_name(current.xml, form_id, title), number)
    settings = {"form_id": form_id, "form_title": title, "version": number}
    ready = _ready(stores, current, xml, settings)
    notes = f"Bản sao của · Copy of {key.form_id} {current.version}"
    publication = _copy(stores, current, by, at, notes, draft_token=new_token())
    published = publish_ready(stores, publication, ready)
    shelf.forget()
    return published


def _check_name(stores: Stores, key: FormKey, title: str) -> None:
    if not _FORM_ID.fullmatch(key.form_id):
        raise NotUnderstood(
            why_vi="mã biểu mẫu gồm chữ cái không dấu, chữ số và dấu gạch dưới, bắt đầu bằng chữ.",
            why_en="a form id has letters, digits and underscores, and begins with a letter.",
        )
    if not title or len(title) > _LONGEST_TITLE:
        raise NotUnderstood(
            why_vi="hãy đặt tên cho biểu mẫu mới.", why_en="give the new form a title."
        )
    for each in (key, FormKey(key.project, key.form_id, draft=True)):
        if stores.forms.entry(each) is not None:
            raise AlreadyThere(
                what_vi=f"Biểu mẫu mang mã “{key.form_id}”", what_en=f"form “{key.form_id}”"
            )


def _ready(stores: Stores, version: FormVersion, xml: bytes, settings: Mapping[str, str]) -> Ready:
    workbook = stores.blobs.read(version.xlsx_sha256) if version.xlsx_sha256 else None
    changed = workbook_with(workbook, settings) if workbook else None
    return Ready(xml, version.warnings, changed)


def _copy(
    stores: Stores,
    version: FormVersion,
    by: str,
    at: datetime,
    notes: str,
    draft_token: str | None = None,
) -> Publication:
    return Publication(
        project=version.key.project,
        file_name="",
        source=b"",
        media={each.name: stores.blobs.read(each.sha256) for each in version.media},
        by=by,
        at=at,
        notes=notes,
        draft_token=draft_token,
    )
