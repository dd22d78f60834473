"""The bin: a form that is deleted is listed nowhere, and can be restored.

Records are never deleted with it. What phones still send to it is kept and remarked as late.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from server.errors import FormUnknown
from server.model.forms import FormEntry, FormKey
from server.processing.forms.shelf import Shelf
from server.storage.stores import Stores

BIN_DAYS = 30
# From asking whether a form takes something in to that standing in the database, in any process.
_LANDING = timedelta(minutes=2)


def delete_form(stores: Stores, shelf: Shelf, key: FormKey, at: datetime) -> None:
    """Raises FormUnknown, also for what lies in the bin already."""
    if not stores.forms.put_in_bin(key, at):
        raise FormUnknown(form_id=key.form_id)
    shelf.forget()


def restore_form(stores: Stores, shelf: Shelf, key: FormKey) -> None:
    """As it was, with the state and the version it had. Raises FormUnknown."""
    if not stores.forms.take_from_bin(key):
        raise FormUnknown(form_id=key.form_id)
    shelf.forget()


def empty_bin(stores: Stores, project: int, at: datetime) -> list[FormKey]:
    """Remove what lay there for thirty days and has no record; what has one stays in the bin. The
    first time takes only care that no record comes any more, since one that is just coming in would
    be left without its form."""
    over = [each for each in stores.forms.binned(project) if _is_over(each, at)]
    return [each.key for each in over if _leaves(stores, each, at)]


def _is_over(entry: FormEntry, at: datetime) -> bool:
    return entry.deleted_at is not None and entry.deleted_at + timedelta(days=BIN_DAYS) <= at


def _leaves(stores: Stores, entry: FormEntry, at: datetime) -> bool:
    # Of deleted records the XML is still there: they count.
    if stores.submissions.arrived_since(entry.key, 0):
        stores.forms.shut(entry, None)
        return False
    if entry.shut_at is None:
        stores.forms.shut(entry, at)
        return False
    return entry.shut_at + _LANDING <= at and _remove(stores, entry)


def _remove(stores: Stores, entry: FormEntry) -> bool:
    if not stores.forms.remove(entry):
        return False
    stores.counters.clear(entry.key)
    stores.looks.forget(entry.key)
    return True
