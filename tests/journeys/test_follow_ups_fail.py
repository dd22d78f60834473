"""A follow-up that fails, or takes its process along, ends with a word to a person, and no other
record waits for it."""

from __future__ import annotations

import errno
import logging
from dataclasses import replace
from datetime import timedelta
from threading import Event

import bson
import pytest

from server import worker
from server.model.forms import FormKey
from server.processing.follow_ups.run import run_due
from server.processing.records.issues import Code
from server.processing.recovery import replay as replaying
from server.services import PROJECT, Services
from server.storage.database import LARGEST
from tests.journeys.healing import Fresh, Killed, killed, one_round, replayed
from tests.journeys.remarks import remarks
from tests.records import another_photo
from tests.sheets import answers_to, xform_named
from tests.world import World

pytestmark = pytest.mark.journey


@pytest.fixture
def two(small_world: World) -> World:
    """Two records with a photo each; the second is as usual."""
    for name in ("uuid:odd", "uuid:well"):
        xml = answers_to("x", "<ten>Na</ten>", instance_id=name)
        small_world.send(xml, {"1.jpg": another_photo(1)})
    return small_world


def change(world: World, operator: str, **fields: object) -> None:
    records = world.house.stores.submissions._records
    records.update_one({"instance_ids": "uuid:odd"}, {operator: fields})


def waiting(world: World) -> list[str]:
    later = world.clock() + timedelta(days=2)
    return [each.id for each in world.house.stores.follow_ups.due(later, 10)]


def followed_up(world: World) -> None:
    run_due(world.house.stores, world.house.shelf, world.clock())
    well = world.record("x", "uuid:well")
    assert well is not None
    assert len(well.facts) == 1


def test_what_took_eight_processes_along_is_not_tried_by_a_ninth(two: World) -> None:
    """Nothing was written by those that were killed, but that they tried."""
    change(two, "$set", tries=8)
    followed_up(two)
    odd = two.record("x", "uuid:odd")
    assert odd is not None
    assert (odd.facts, remarks(odd)) == ({}, [Code.FOLLOW_UP_FAILED])
    assert waiting(two) == []


def test_a_record_that_cannot_be_read_back_keeps_nobody_from_their_work(
    two: World, caplog: pytest.LogCaptureFixture
) -> None:
    """A beta engine may give back what nobody wrote."""
    change(two, "$set", review="no such state")
    with caplog.at_level(logging.ERROR):
        followed_up(two)
    assert "failed: ValueError" in caplog.text
    assert waiting(two) == ["1/x/uuid:odd"]
    for _ in range(8):
        two.clock.move(hours=3)
        run_due(two.house.stores, two.house.shelf, two.clock())
    assert waiting(two) == []


@pytest.mark.parametrize("room", [300, 5], ids=["for a word", "for nothing"])
def test_a_record_that_is_full_waits_no_longer(two: World, room: int) -> None:
    """Its facts do not fit any more, now or ever; and no database is taken to be away for that."""
    [document] = two.house.stores.submissions._records.find({"instance_ids": "uuid:odd"})
    empty = len(bson.encode({**document, "ballast": b"", "tries": 1}))
    change(two, "$set", ballast=b"x" * (LARGEST - room - empty))
    followed_up(two)
    assert waiting(two) == []
    odd = two.record("x", "uuid:odd")
    assert odd is not None
    assert remarks(odd) == ([Code.FOLLOW_UP_FAILED] if room > 100 else [])


def test_what_goes_wrong_while_the_database_is_healed_ends_no_worker(
    two: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It goes on with the rest, and doctor has something to say until it is done."""
    house = two.house
    with monkeypatch.context() as patch:
        patch.setattr(house.stores.forms, "make_current", killed)
        with pytest.raises(Killed):
            two.publish(xform_named("y"))
    broken = OSError(errno.EACCES, "Bé Na")

    def unreadable(*_: object) -> None:
        raise broken

    with monkeypatch.context() as patch:
        patch.setattr(worker, "replay", lambda *_, **__: unreadable())
        one_round(house, monkeypatch)
    assert waiting(two) == []
    assert house.shelf.current(FormKey(PROJECT, "y")), "what broke off while it was published"
    failure = house.stores.healing.failure()
    assert failure is not None
    assert failure.kind == "PermissionError"
    assert "healing failed: PermissionError" in caplog.text
    assert "Na" not in caplog.text
    one_round(house, monkeypatch)
    assert house.stores.healing.failure() is None


def test_a_day_that_cannot_be_counted_keeps_no_other_from_being_healed(
    two: World, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    with fresh() as house, monkeypatch.context() as patch:
        patch.setattr(replaying, "recount_day", broken)
        assert replayed(house).refused == 0
        assert len(replace(two, house=house).records("x")) == 2


def test_an_error_in_one_step_of_the_worker_ends_no_other(
    two: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What is odd in the tree of offices must not keep records from being counted."""
    stop = Event()

    def broken(_: Services) -> None:
        stop.set()  # after this round
        raise RuntimeError("Bé Na")

    monkeypatch.setattr(worker, "follow", broken)
    worker.work(two.house, stop)
    assert waiting(two) == []
    assert two.house.stores.counters.counts(FormKey(PROJECT, "x")).number(frozenset(["*"])) == 2
    assert "RuntimeError" in caplog.text
    assert "Na" not in caplog.text
