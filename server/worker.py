"""The follow-ups' process: works off what is due, keeps the counters and the registers of offices,
at the lowest priority."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

from server.config import read_config
from server.engine import join_database
from server.errors import Unavailable
from server.model.calendar import day_of
from server.model.forms import FormKey
from server.processing.duties.clear_away import clear_away
from server.processing.duties.clear_photos import clear_photos
from server.processing.duties.data_requests import complete_requests
from server.processing.follow_ups.run import run_due
from server.processing.forms.publish import complete_unsaid
from server.processing.offices.office_registers import keep_office_registers
from server.processing.offices.office_steps import keep_in_step
from server.processing.offices.succeed import move_along
from server.processing.records.counting import count_news
from server.processing.recovery.replay import replay
from server.services import PROJECT, Services, build_services
from server.storage.healing import Failure

log = logging.getLogger(__name__)

_PAUSE = 1.0  # seconds between looks
_OFFICES_PAUSE = 10.0  # between looks whether the offices have changed
_SHARE = 20  # counting takes at most a twentieth of the time


def main() -> None:
    """Until SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    # Photos can wait; phones cannot.
    os.nice(19)
    config = read_config(os.environ, Path.cwd())
    with join_database(config) as uri:
        work(build_services(config, uri), stop)


def work(services: Services, stop: Event) -> None:
    """Rounds until ``stop``; a database that is away is waited for, and healed when it is back."""
    counted_until, look_until, doubtful = 0.0, 0.0, True
    listed: object = None
    counted: dict[FormKey, frozenset[int]] = {}
    while not stop.is_set():
        try:
            if doubtful:
                _heal(services)
                # What follows from the offices no journal has, and counts may be lost as well.
                doubtful, listed, counted = False, None, {}
            done = 0
            with _alone("following up"):
                done = run_due(services.stores, services.shelf, services.clock())
            if time.monotonic() >= look_until:
                look_until = time.monotonic() + _OFFICES_PAUSE
                with _alone("what the journal lacks"):
                    _complete_journal(services)
                with _alone("what waits for a wrong day"):
                    services.stores.follow_ups.put_right(services.clock())
                with _alone("following the offices"):
                    follow(services)
                with _alone("what was erased"):
                    clear_away(services.stores, PROJECT, services.clock())
                    clear_photos(services.stores, PROJECT, services.clock())
                with _alone("what two people granted"):
                    services.two_people.finish(services.clock())
                with _alone("the registers of offices"):
                    offices = _offices_today(services)
                    if offices != listed:
                        keep_office_registers(services.stores, PROJECT, services.clock(), {})
                        listed = offices
            if time.monotonic() >= counted_until:
                counted_until = time.monotonic() + _PAUSE
                with _alone("counting"):
                    counted_until = time.monotonic() + _count(services, counted)
        except Unavailable as trouble:
            log.warning("waiting: %s", type(trouble).__name__)
            done, doubtful = 0, True
        if not done:
            stop.wait(_PAUSE)


def follow(services: Services) -> None:
    """Records stand where the tree says; then phones and people move along with their unit."""
    stores, now = services.stores, services.clock()
    keep_in_step(stores, services.shelf, PROJECT, now)
    move_along(stores, PROJECT, now)


@contextmanager
def _alone(step: str) -> Iterator[None]:
    """What goes wrong in one step keeps no other from being done, and is tried again."""
    try:
        yield
    except Unavailable:
        raise
    except Exception as trouble:
        # The class alone: a message may quote a record.
        log.error("%s failed: %s", step, type(trouble).__name__)


def _offices_today(services: Services) -> object:
    """What the registers of offices follow from: units end by themselves when their day is over."""
    offices = services.stores.offices
    return offices.tree(), offices.kinds(), day_of(services.clock())


def _heal(services: Services) -> None:
    """What goes wrong with it must not end the worker at each start: ``doctor`` says it."""
    healing, failure = services.stores.healing, None
    for step in (_file_lists, _heal_from_journal, _file_log):
        try:
            step(services)
        except Unavailable:
            raise
        except Exception as trouble:
            failure = Failure(services.clock(), type(trouble).__name__)
            log.error("healing failed: %s", failure.kind)
    if failure is None:
        healing.succeeded()
    else:
        healing.failed(failure)


def _heal_from_journal(services: Services) -> None:
    """A small engine that broke off may have lost its last writes, though it had said they were
    durable (docs/decisions/0002): the journal of the last two days has them."""
    done = replay(services.intake, lambda _: None, since=_yesterday(services))
    if done.healed:
        lacked = "%d entries of the journal were missing in the database and are back"
        log.warning(lacked, done.healed)
    for place in done.damaged:
        log.error("the journal's %s is damaged", place)


def _complete_journal(services: Services) -> None:
    """A process may have been killed between the database and the journal, or while it published,
    or the disk was full."""
    stores = services.stores
    if complete_unsaid(stores):
        services.shelf.forget()
    complete_requests(stores, services.shelf, PROJECT)
    stores.incidents.say_unsaid()
    stores.approvals.say_unsaid()
    stores.aside.say_unsaid()


def _file_lists(services: Services) -> None:
    """Those from before have nothing yet by which lists hold them."""
    services.stores.actors.file()
    for each in services.stores.entity_lists.all(PROJECT):
        services.stores.entities.file(each.key)


def _file_log(services: Services) -> None:
    services.stores.audit.file_by_origin()


def _yesterday(services: Services) -> str:
    return day_of(services.clock() - timedelta(days=1))


def _count(services: Services, counted: dict[FormKey, frozenset[int]]) -> float:
    """Count what arrived or changed, for every form; seconds until it is worth doing again.
    ``counted`` is what the rounds hand on."""
    began = time.monotonic()
    for entry in services.stores.forms.with_binned(PROJECT):
        before = counted.get(entry.key, frozenset())
        with _alone(f"counting {entry.key.text}"):
            counted[entry.key] = count_news(services.stores, entry.key, services.clock(), before)
    return max(_PAUSE, (time.monotonic() - began) * _SHARE)


if __name__ == "__main__":
    main()
