"""What was there before the database was lost or doubtful, and what is there now."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from threading import Event
from typing import Any

import pytest

from server import worker
from server.model.entities import Contribution, ListKey, Order, Origin
from server.model.forms import FormKey
from server.model.offices import within
from server.model.records import Record, ReviewState
from server.model.scope import WHOLE_HOUSE
from server.processing.follow_ups.run import run_due
from server.processing.records.counting import count_news
from server.processing.records.review import Judgement, review
from server.processing.recovery.replay import Replayed, replay
from server.processing.registers.entities import bring_in_step
from server.services import PROJECT, Services
from tests.records import Made, record_of
from tests.registers import CHILD
from tests.world import Clock, World

KEY = FormKey(PROJECT, "vang_gia")
LIST = ListKey(PROJECT, "tre_em")
OTHER_CHILD = CHILD.replace("3d0c", "4e1d")


def fill(world: World) -> None:
    """Records with photos, one in two posts, one edited; their follow-ups done."""
    first, second, third = (record_of("vang_gia", n, seed=n) for n in (1, 2, 4))
    world.send(first.xml, first.files)
    world.send(second.xml, by=world.thao)
    world.send(second.xml, second.files, by=world.thao)
    world.send(third.xml, third.files)
    world.send(third.edited().xml, {})
    run_due(world.house.stores, world.house.shelf, world.clock())


def kept(house: Services, world: World) -> list[tuple[Record, list[bytes]]]:
    """Every record with its files' bytes."""
    records = list(house.stores.submissions.records(*world.everything(KEY)))
    return [
        (each, [house.stores.blobs.read(media.sha256) for media in each.media]) for each in records
    ]


class Stopped(Clock):
    def __init__(self, at: datetime) -> None:
        self._began = at

    def __call__(self) -> datetime:
        return self._began


class Killed(BaseException):
    """Nothing catches it, as nothing catches ``kill -9``."""


def killed(*_: Any, **__: Any) -> None:
    raise Killed


Fresh = Callable[[], AbstractContextManager[Services]]


def replayed(house: Services) -> Replayed:
    return replay(house.intake, lambda _: None)


def one_round(house: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the worker, which begins with what heals the database."""
    stop = Event()
    monkeypatch.setattr(worker, "follow", lambda _: stop.set())
    worker.work(house, stop)


def judged(world: World, made: Made, state: ReviewState) -> None:
    """By Lan, who looked at this version."""
    act, key = Judgement(state.value, "Đã xem", made.instance_id), FormKey(PROJECT, made.form_id)
    by, stores = world.lan.actor, world.house.stores
    review(stores, WHOLE_HOUSE, by, key, made.instance_id, act, world.clock())


def ordered(
    world: World, uuid: str, source: str, origin: Origin, office: str = "VP01", **said: str
) -> None:
    """As a person orders it for a child, from a file or settling what is in conflict."""
    makes, at, stores = origin is Origin.IMPORT, world.clock(), world.house.stores
    contribution = Contribution(
        source=source,
        origin=origin,
        orders=(Order(makes, not makes, "" if not makes else "Bé Lan", said, made=at.isoformat()),),
        count=1,
        at=at,
        by="Lan",
        office=office,
        within=within(office, world.house.shelf.offices()),
        creates=makes,
    )
    stores.entity_lists.add_own(LIST, source, [(uuid, contribution)])
    bring_in_step(stores, LIST, uuid)
    stores.entity_lists.touch(LIST, filled=True, columns=sorted(said) if makes else ())


def withdrawn(world: World, batch: str) -> None:
    """As a person takes an import back."""
    stores = world.house.stores
    orders = [(uuid, each) for _, uuid, each in stores.entity_lists.batch(batch)]
    stores.entity_lists.withdraw(LIST, batch, orders, world.clock())
    for uuid, _ in orders:
        bring_in_step(stores, LIST, uuid)


def everything(house: Services, world: World) -> dict[str, Any]:
    """What people see: all records with their reviews, all registers, all counts; not how often a
    thing was written."""
    stores = house.stores
    keys = [each.key for each in stores.forms.with_binned(PROJECT)]
    for key in keys:
        count_news(stores, key, world.clock())
    found = stores.entities._entities.find({})
    return {
        "records": {
            key.text: list(stores.submissions.records(*world.everything(key))) for key in keys
        },
        "entries": {each["_id"]: {**each, "revision": 0} for each in found},
        "lists": [replace(each, revision=0) for each in stores.entity_lists.all(PROJECT)],
        "counts": {key.text: stores.counters.counts(key) for key in keys},
    }
