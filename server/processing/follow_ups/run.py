"""Leases due records, one at a time, and does what waits for them."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from server.model.calendar import day_of
from server.model.forms import FormKey
from server.model.records import Issue, Record
from server.processing.counting import recount_day
from server.processing.follow_ups.entities import keep_registers
from server.processing.follow_ups.pictures import look_at_pictures
from server.processing.issues import Code
from server.processing.shelf import Shelf
from server.storage.stores import Stores
from server.storage.submissions import Due

log = logging.getLogger(__name__)

_LEASE = timedelta(minutes=5)
_BATCH = 500
_SECONDS = 10.0
_TRIES = 8


def run_due(stores: Stores, shelf: Shelf, now: datetime) -> int:
    """Work off what is due by now, for some seconds at most; how many records were looked at."""
    found = stores.submissions.due(now, _BATCH)
    edited: set[tuple[FormKey, str]] = set()
    # A backlog must not keep the worker from counting what comes in, nor from ending when told to.
    end, done = time.monotonic() + _SECONDS, 0
    for due in found:
        if time.monotonic() > end:
            break
        done += 1
        record = _follow_up(stores, shelf, due, now)
        if record is not None and len(record.versions) > 1:
            edited.add((record.key, day_of(record.at)))
    # An edit waits for review again, whenever the record came in; new ones count as arrivals.
    for key, day in edited:
        recount_day(stores, key, day)
    return done


def _follow_up(stores: Stores, shelf: Shelf, due: Due, now: datetime) -> Record | None:
    """The record that was due, unless another worker was faster."""
    until = now + _LEASE
    record = stores.submissions.lease(due, until)
    if record is None:
        return None
    try:
        odd = keep_registers(stores, shelf, record)
        facts, issues = look_at_pictures(stores, record)
    except Exception as trouble:
        # The class alone: a message may quote the record.
        log.error("follow-up of %s failed: %s", due.id, type(trouble).__name__)
        _again_later(stores, due, until, now)
    else:
        stores.submissions.finish(record, until, facts, (*odd, *issues))
    return record


def _again_later(stores: Stores, due: Due, until: datetime, now: datetime) -> None:
    """Pauses grow from one minute to two hours; after eight tries a person is told."""
    if due.tries + 1 >= _TRIES:
        stores.submissions.give_up(due, until, Issue(Code.FOLLOW_UP_FAILED))
    else:
        stores.submissions.postpone(due, until, now + timedelta(minutes=2**due.tries))
