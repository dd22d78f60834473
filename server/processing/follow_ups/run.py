"""Leases due records, one at a time, and does what waits for them."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from server.errors import RecordTooLarge
from server.model.calendar import day_of
from server.model.records import Issue, Record, ReviewState
from server.model.sequence import moment_of
from server.processing.follow_ups.entities import keep_registers
from server.processing.follow_ups.pictures import look_at_pictures
from server.processing.forms.shelf import Shelf
from server.processing.intake.came_again import erased_meanwhile
from server.processing.records.counting import COUNT
from server.processing.records.issues import Code
from server.processing.records.review import journal_reviews
from server.storage.follow_ups import Due
from server.storage.stores import Stores

log = logging.getLogger(__name__)

_LEASE = timedelta(minutes=5)
_BATCH = 500
_SECONDS = 10.0
_TRIES = 8


def run_due(stores: Stores, shelf: Shelf, now: datetime) -> int:
    """Work off what is due by now, for some seconds at most; how many records were looked at."""
    found = stores.follow_ups.due(now, _BATCH)
    # A backlog must not keep the worker from counting what comes in, nor from ending when told to.
    end, done = time.monotonic() + _SECONDS, 0
    for due in found:
        if time.monotonic() > end:
            break
        done += 1
        _follow_up(stores, shelf, due, now)
    return done


def _follow_up(stores: Stores, shelf: Shelf, due: Due, now: datetime) -> None:
    """Nothing, where another worker was faster."""
    until = now + _LEASE
    if not stores.follow_ups.lease(due, until):
        return
    if due.tries >= _TRIES:
        # Whoever tried did not live to say so: it must not take every worker along.
        _give_up(stores, due, until)
        return
    try:
        record = stores.follow_ups.leased(due)
        _order_a_count(stores, record)
        journal_reviews(stores, record)
        odd = keep_registers(stores, shelf, record, now)
        facts, issues = look_at_pictures(stores, record, retried=due.tries > 0, now=now)
    except Exception as trouble:
        # The class alone: a message may quote the record.
        log.error("follow-up of %r failed: %s", due.id, type(trouble).__name__)
        _again_later(stores, due, until, now)
        return
    try:
        if not stores.follow_ups.finish(record, until, facts, (*odd, *issues)):
            erased_meanwhile(stores, record, facts, now)
    except RecordTooLarge:
        _give_up(stores, due, until)


def _order_a_count(stores: Stores, record: Record) -> None:
    """Reviewed, edited and deleted ones change a day that may have been counted, and so do those
    that landed long after their place in time; others count as arrivals. Noted while
    the record is due: a crash in between leaves one of the two."""
    is_changed = record.review is not ReviewState.RECEIVED or record.deleted_at is not None
    if is_changed or COUNT in record.todo:
        stores.counters.note_change(record.key, day_of(moment_of(record.seq)))


def _again_later(stores: Stores, due: Due, until: datetime, now: datetime) -> None:
    """Pauses grow from one minute to two hours; after eight tries a person is told."""
    if due.tries + 1 >= _TRIES:
        _give_up(stores, due, until)
    else:
        stores.follow_ups.postpone(due, until, now + timedelta(minutes=2**due.tries))


def _give_up(stores: Stores, due: Due, until: datetime) -> None:
    stores.follow_ups.give_up(due, until, Issue(Code.FOLLOW_UP_FAILED))
