"""What a designer does with versions that are there: go back to one, or begin another form with it.

Versions are immutable, and a phone that has a version installed takes its hash for up to date, even
if it shows a newer one (collect.md §3.3). So going back publishes the earlier questions once more,
under a number of its own: every phone takes it as an update.
"""

from __future__ import annotations

import re
from datetime import datetime

from server.access.credentials import new_token
from server.errors import AlreadyThere, FormUnknown, NotUnderstood, VersionUnknown
from server.model.forms import FormKey, FormVersion
from server.processing.forms.drafts import keeps_answers, next_number
from server.processing.forms.publish import Published, publish_stored
from server.processing.forms.shelf import Shelf
from server.storage.stores import Stores

_FORM_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_LONGEST_TITLE = 200


def version_of(stores: Stores, key: FormKey, version: str) -> FormVersion:
    """Raises FormUnknown and VersionUnknown."""
    found = stores.forms.version(key, version)
    if found is not None:
        return found
    if stores.forms.entry(key) is None:
        raise FormUnknown(form_id=key.form_id)
    raise VersionUnknown(form_id=key.form_id)


def return_to(
    stores: Stores, shelf: Shelf, key: FormKey, version: str, *, by: str, at: datetime
) -> Published:
    """The questions of an earlier version, with its files, are what phones get from now on.

    Raises FormUnknown, VersionUnknown, FormInBin, and AnswersUnreadable where answers that came
    since would be.
    """
    earlier = version_of(stores, key, version)
    number = next_number(stores.forms.hashes(key).keys(), at)
    published = publish_stored(
        stores,
        earlier,
        {"version": number},
        by=by,
        at=at,
        notes=f"Trở lại phiên bản {version} · Back to version {version}",
        agree=keeps_answers(stores, shelf, at),
    )
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
    published = publish_stored(
        stores,
        current,
        {"form_id": form_id, "form_title": title, "version": next_number((), at)},
        by=by,
        at=at,
        notes=f"Bản sao của · Copy of {key.form_id} {current.version}",
        draft_token=new_token(),
    )
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
            raise already_there(key)


def already_there(key: FormKey) -> AlreadyThere:
    """A form or a draft has this id."""
    return AlreadyThere(
        what_vi=f"Biểu mẫu mang mã “{key.form_id}”",
        what_en=f"form “{key.form_id}”",
        fields=["projectId", "xmlFormId"],
        values=[str(key.project), key.form_id],
    )
