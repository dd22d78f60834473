"""Single records that are kept longer than their form's rule says, by the word of whoever looks
through what is over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from server.errors import RecordUnknown
from server.errors.duties import RecordErased
from server.model.calendar import day_of
from server.model.forms import FormKey
from server.model.keeping import Keeping
from server.model.people import Actor
from server.model.records import Record
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.sequence import later
from server.processing.filled_in import wrong
from server.processing.reasons import given_reason
from server.processing.recovery.acts import said_of
from server.storage.keepings import KIND
from server.storage.stores import Stores

# So that a slip of the pen is not for ever.
LONGEST_YEARS = 100


def keep_longer(
    stores: Stores,
    scope: Scope,
    by: Actor,
    records: Sequence[Record],
    until: str,
    reason: str,
    at: datetime,
) -> None:
    """To the end of a day. Of a record of which this is said twice the later word holds. Raises
    NotUnderstood, and RecordErased before anything is done."""
    day = _given_day(until, at)
    _say(stores, scope, records, Keeping(day, given_reason(reason), by.id, by.name, at))


def keep_no_longer(
    stores: Stores, scope: Scope, by: Actor, record: Record, reason: str, at: datetime
) -> None:
    """Than the form's rule says. Raises NotUnderstood and RecordErased."""
    _say(stores, scope, (record,), Keeping("", given_reason(reason), by.id, by.name, at))


def keep_again(stores: Stores, body: bytes) -> bool:
    """Out of the journal; whether the record lacked it. Raises RecordUnknown."""
    said = json.loads(body)
    key = FormKey(said.pop("project"), said.pop("form_id"))
    record = stores.erasures.find(key, said.pop("instance_id"))
    if record is None:
        raise RecordUnknown
    keeping = Keeping(**{**said, "at": datetime.fromisoformat(said["at"])})
    return stores.keepings.keep(WHOLE_HOUSE, record, keeping)


def _say(stores: Stores, scope: Scope, records: Sequence[Record], keeping: Keeping) -> None:
    if any(each.erased is not None for each in records):
        raise RecordErased
    for each in records:
        its = replace(keeping, at=later(keeping.at, each.keeping.at if each.keeping else None))
        stores.journal.note(KIND, its.at, said_of(each, its))
        if not stores.keepings.keep(scope, each, its):
            _forget_again(stores, each, keeping.at)


def _forget_again(stores: Stores, record: Record, at: datetime) -> None:
    """Where it was erased meanwhile, the journal has a reason that may say who it was about."""
    now = stores.erasures.find(record.key, record.instance_id)
    if now is not None and now.erased is not None:
        stores.erasures.look_again(record.key, record.instance_id, (), at)


def _given_day(text: str, at: datetime) -> str:
    today = day_of(at)
    try:
        day = date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        day = ""
    last = f"{int(today[:4]) + LONGEST_YEARS}{today[4:]}"
    if not today < day <= last:
        raise wrong("until", "hãy ghi một ngày sau hôm nay.", "write a day that is still to come.")
    return day
