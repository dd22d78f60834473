"""Leases due records, one at a time, and does what waits for them."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from server.model.records import Issue
from server.processing.follow_ups.pictures import look_at_pictures
from server.processing.issues import Code
from server.storage.stores import Stores
from server.storage.submissions import Due

log = logging.getLogger(__name__)

_LEASE = timedelta(minutes=5)
_BATCH = 500
_TRIES = 8


def run_due(stores: Stores, now: datetime) -> int:
    """Work off what is due by now; how many records were looked at."""
    found = stores.submissions.due(now, _BATCH)
    for due in found:
        _follow_up(stores, due, now)
    return len(found)


def _follow_up(stores: Stores, due: Due, now: datetime) -> None:
    until = now + _LEASE
    record = stores.submissions.lease(due, until)
    if record is None:
        return
    try:
        facts, issues = look_at_pictures(stores, record)
    except Exception as trouble:
        # The class alone: a message may quote the record.
        log.error("follow-up of %s failed: %s", due.id, type(trouble).__name__)
        _again_later(stores, due, until, now)
    else:
        stores.submissions.finish(record, until, facts, issues)


def _again_later(stores: Stores, due: Due, until: datetime, now: datetime) -> None:
    """Pauses grow from one minute to two hours; after eight tries a person is told."""
    if due.tries + 1 >= _TRIES:
        stores.submissions.give_up(due, until, Issue(Code.FOLLOW_UP_FAILED))
    else:
        stores.submissions.postpone(due, until, now + timedelta(minutes=2**due.tries))
