"""Every record is counted once, whenever it lands and whoever counts."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from server.errors import DatabaseDown
from server.model.counts import CountedDay
from server.model.forms import FormKey
from server.processing.counting import count_news
from server.processing.follow_ups.run import run_due
from server.services import PROJECT
from tests.journeys.crowd import at_once
from tests.records import record_of
from tests.world import World

pytestmark = pytest.mark.journey
KEY = FormKey(PROJECT, "vang_gia")


@pytest.mark.parametrize("minutes", [0, 30])
def test_a_record_that_lands_after_a_later_one_was_counted_is_counted(
    world: World, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    """Its place in time was drawn before: by a moment, or by a try that the database broke off."""
    stores, create = world.house.stores, world.house.stores.submissions.create
    slow, fast = (record_of("vang_gia", number).without_files() for number in (1, 2))

    def overtaken(*asked: Any, **wanted: Any) -> None:
        monkeypatch.setattr(stores.submissions, "create", create)
        if minutes:
            raise DatabaseDown
        world.send(fast.xml)
        count_news(stores, KEY, world.clock())
        create(*asked, **wanted)

    monkeypatch.setattr(stores.submissions, "create", overtaken)
    with suppress(DatabaseDown):
        world.send(slow.xml)
    if minutes:
        world.clock.move(minutes=minutes)
        world.send(fast.xml)
        count_news(stores, KEY, world.clock())
        world.clock.move(minutes=minutes)
        world.send(slow.xml)
    run_due(stores, world.house.shelf, world.clock())
    count_news(stores, KEY, world.clock())
    assert [each.instance_id for each in world.records("vang_gia")] == [
        fast.instance_id,
        slow.instance_id,
    ]
    assert stores.counters.counts(KEY).number(frozenset(("*",))) == 2


def test_a_day_is_counted_once_for_each_change(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at every look for as long as something may still land beside the newest."""
    stores, counted = world.house.stores, frozenset[int]()
    rounds: list[str] = []
    put_day = stores.counters.put_day

    def heard(key: FormKey, day: CountedDay) -> None:
        rounds.append(day.day)
        put_day(key, day)

    monkeypatch.setattr(stores.counters, "put_day", heard)
    for number in (1, 2):
        world.send(record_of("vang_gia", number).without_files().xml)
        for _ in range(3):
            counted = count_news(stores, KEY, world.clock(), counted)
            world.clock.move(seconds=1)
        assert len(rounds) == number
        assert stores.counters.counts(KEY).number(frozenset(("*",))) == number
    stores.counters.note_change(KEY, rounds[0])
    for _ in range(2):
        counted = count_news(stores, KEY, world.clock(), counted)
    assert len(rounds) == 3


def test_counts_that_are_made_at_one_moment_make_one_row(world: World) -> None:
    """R23: two processes count a form's first records."""
    stores = world.house.stores
    for number in (1, 2, 3):
        world.send(record_of("vang_gia", number).without_files().xml)
    at_once([partial(count_news, stores, KEY, world.clock())] * 6)
    assert stores.counters._counters.count_documents({"form": KEY.text}) == 1
    assert stores.counters.counts(KEY).number(frozenset(("*",))) == 3
