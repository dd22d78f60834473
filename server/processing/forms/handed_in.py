"""Forms that a program hands in, file by file: a form, its drafts, and the files they name.

What a page shows to a person before it goes on, a program is refused unless it says that warnings
are to be ignored.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from server.access.credentials import new_token
from server.errors import AttachmentUnknown, FormUnknown
from server.errors.programs import FormDoubtful, NeverPublished, ValueUnexpected
from server.model.forms import FormEntry, FormKey, FormVersion
from server.processing.forms.bin import delete_form
from server.processing.forms.drafts import (
    Upload,
    discard_draft,
    draft_version,
    save_draft,
)
from server.processing.forms.names_attached import warned_anew
from server.processing.forms.publish import (
    Agree,
    Published,
    keep_media,
    publish,
    publish_stored,
)
from server.processing.forms.shelf import Shelf
from server.processing.forms.versions import already_there, version_of
from server.storage.stores import Stores
from server.xforms.compare import What, compare
from server.xforms.plain_words import finding
from server.xforms.read_form import read_form
from server.xforms.values import nfc

# Addresses of a form's files end in these.
_ENDINGS = (".xml", ".xls", ".xlsx")
_LOST = (What.REMOVED, What.MOVED, What.SHAPE)


def live_form(shelf: Shelf, key: FormKey) -> FormEntry:
    """Raises FormUnknown, also for what lies in the bin."""
    entry = shelf.newest_entry(key)
    if entry.deleted_at is not None:
        raise FormUnknown(form_id=key.form_id)
    return entry


def new_form(
    stores: Stores, shelf: Shelf, project: int, upload: Upload, *, heed: bool, by: str, at: datetime
) -> Published:
    """A form that was not there, as a draft. ``heed``: refuse it for a warning.

    Raises AlreadyThere, FormUnreadable, ValueUnexpected, FormDoubtful.
    """
    agree = _all_of(lambda version: _is_new(stores, version.key), *_doubts(stores, heed))
    return save_draft(stores, shelf, project, upload, by=by, at=at, agree=agree)


def new_published_form(
    stores: Stores, shelf: Shelf, project: int, upload: Upload, *, heed: bool, by: str, at: datetime
) -> Published:
    """The same, for phones at once."""
    agree = _all_of(lambda version: _is_new(stores, version.key), *_doubts(stores, heed))
    published = publish(stores, upload.publication(project, by=by, at=at), agree)
    shelf.forget()
    return published


def new_draft(
    stores: Stores, shelf: Shelf, key: FormKey, upload: Upload, *, heed: bool, by: str, at: datetime
) -> Published:
    """Another draft of a form that is there. Raises FormUnknown, FormUnreadable, ValueUnexpected,
    FormDoubtful."""
    some_form(stores, key)

    def is_of(version: FormVersion) -> None:
        if version.key.form_id != key.form_id:
            raise _unexpected(
                "xmlFormId",
                version.key.form_id,
                "biểu mẫu gửi lên phải mang mã như trong địa chỉ.",
                "the form must have the id that is in the address.",
            )

    agree = _all_of(is_of, *_doubts(stores, heed))
    return save_draft(stores, shelf, key.project, upload, by=by, at=at, agree=agree)


def draft_of_published(
    stores: Stores, shelf: Shelf, key: FormKey, *, by: str, at: datetime
) -> Published:
    """What phones have now, with its files, as a draft. Raises FormUnknown."""
    entry = live_form(shelf, key)
    current = version_of(stores, key, entry.version)
    published = publish_stored(
        stores, current, {}, by=by, at=at, notes=current.notes, draft_token=new_token()
    )
    shelf.forget()
    return published


def attach(stores: Stores, key: FormKey, name: str, data: bytes | None) -> FormVersion:
    """A file of the draft in place of the one that was there; none for None.

    Raises FormUnknown, and AttachmentUnknown for a name that the form does not mention.
    """
    while True:  # as long as others attach something at the same moment
        _, draft = draft_version(stores, key)
        named = read_form(draft.xml).media
        spelled = next((each for each in named if nfc(each) == nfc(name)), None)
        if spelled is None:
            raise AttachmentUnknown
        media = [each for each in draft.media if each.name != spelled]
        if data is not None:
            media.append(keep_media(stores, spelled, data))
        media.sort(key=lambda each: each.name)
        warnings = warned_anew(draft.warnings, spelled, data)
        if stores.forms.set_draft_media(draft, media, warnings):
            return replace(draft, media=tuple(media), warnings=warnings)


def throw_draft_away(stores: Stores, shelf: Shelf, key: FormKey) -> None:
    """Raises FormUnknown, and NeverPublished where the draft is all there is of the form."""
    draft_version(stores, replace(key, draft=True))
    if stores.forms.entry(key) is None:
        raise NeverPublished(form_id=key.form_id)
    discard_draft(stores, shelf, replace(key, draft=True))


def throw_form_away(stores: Stores, shelf: Shelf, key: FormKey, at: datetime) -> None:
    """Into the bin; what was never published goes for good. Raises FormUnknown."""
    if stores.forms.entry(key) is None:
        discard_draft(stores, shelf, replace(key, draft=True))
    else:
        delete_form(stores, shelf, key, at)


def some_form(stores: Stores, key: FormKey) -> None:
    """Raises FormUnknown when it neither is published nor has a draft, or lies in the bin."""
    entry = stores.forms.entry(key) or stores.forms.entry(replace(key, draft=True))
    if entry is None or entry.deleted_at is not None:
        raise FormUnknown(form_id=key.form_id)


# -- what speaks against it ------------------------------------------------------------------------


def _all_of(*each_agrees: Agree) -> Agree:
    def agree(version: FormVersion) -> None:
        for agrees in each_agrees:
            agrees(version)

    return agree


def _is_new(stores: Stores, key: FormKey) -> None:
    form_id = key.form_id
    if form_id.lower().endswith(_ENDINGS):
        raise _unexpected(
            "formId",
            form_id,
            "mã biểu mẫu không được kết thúc bằng .xml, .xls hay .xlsx.",
            "a form id must not end in .xml, .xls or .xlsx.",
        )
    for draft in (False, True):
        entry = stores.forms.entry(replace(key, draft=draft))
        if entry is not None and entry.deleted_at is None:
            raise already_there(key)


def _doubts(stores: Stores, heed: bool) -> list[Agree]:
    def has_none(version: FormVersion) -> None:
        said = [finding(each) for each in version.warnings]
        gone = _gone(stores, version)
        if said or gone:
            raise FormDoubtful(tuple((each.words("vi"), each.words("en")) for each in said), gone)

    return [has_none] if heed else []


def _gone(stores: Stores, version: FormVersion) -> tuple[str, ...]:
    """The names of what phones have now and would not have there any more."""
    live = stores.forms.current(replace(version.key, draft=False))
    if live is None:
        return ()
    changes = compare(read_form(live[1].xml), read_form(version.xml))
    lost = (each.old for each in changes if each.what in _LOST and each.old is not None)
    return tuple(each.name for each in lost)


def _unexpected(field: str, value: Any, vi: str, en: str) -> ValueUnexpected:
    return ValueUnexpected(field=field, value=value, reason_vi=vi, reason_en=en)
