"""Every record is counted once, whenever it lands and whoever counts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from server.errors import DatabaseDown
from server.model.calendar import day_of
from server.model.counts import CountedDay
from server.model.forms import FormKey
from server.model.records import ReviewState
from server.processing.follow_ups.run import run_due
from server.processing.records.counting import count_news, recount_day
from server.services import PROJECT
from tests.journeys.crowd import at_once
from tests.journeys.healing import Fresh, judged, replayed
from tests.records import record_of
from tests.sheets import answers_to
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

    def heard(key: FormKey, day: CountedDay, seen: str) -> bool:
        rounds.append(day.day)
        return put_day(key, day, seen)

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


def test_a_record_whose_photos_took_long_to_store_is_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Later ones were counted long before it landed, and nothing was journalled before."""
    stores, store = world.house.stores, world.house.stores.blobs.put
    slow, fast = record_of("vang_gia", 1), record_of("vang_gia", 2).without_files()

    def slowly(*asked: Any, **wanted: Any) -> Any:
        monkeypatch.setattr(stores.blobs, "put", store)
        world.clock.move(minutes=5)
        world.send(fast.xml)
        world.clock.move(minutes=5)
        count_news(stores, KEY, world.clock())
        return store(*asked, **wanted)

    monkeypatch.setattr(stores.blobs, "put", slowly)
    world.send(slow.xml, slow.files)
    run_due(stores, world.house.shelf, world.clock())
    count_news(stores, KEY, world.clock())
    assert stores.counters.counts(KEY).number(frozenset(("*",))) == 2


def test_of_two_that_count_a_day_the_slower_one_does_not_undo_what_the_other_saw(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker and a rebuild: a record was approved, and counted so, while the other one had read
    it as it was."""
    stores, states = world.house.stores, world.house.stores.submissions.states
    made = record_of("vang_gia").without_files()
    world.send(made.xml)
    day = day_of(world.clock())

    def read_before(*asked: Any) -> Any:
        monkeypatch.setattr(stores.submissions, "states", states)
        found = list(states(*asked))
        judged(world, made, ReviewState.APPROVED)
        recount_day(stores, KEY, day)
        return found

    monkeypatch.setattr(stores.submissions, "states", read_before)
    recount_day(stores, KEY, day)
    counted = stores.counters.counts(KEY)
    everywhere = frozenset(("*",))
    assert counted.number(everywhere, (ReviewState.APPROVED,)) == 1
    assert counted.number(everywhere) == 1


def test_a_replay_that_is_broken_off_leaves_no_day_uncounted(
    small_world: World, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes away after the first record came back; the next replay finds it there."""
    world, key = small_world, FormKey(PROJECT, "x")
    for number in range(2):
        world.send(answers_to("x", "<ten>Na</ten>", instance_id=f"uuid:{number}"))
        world.clock.move(days=1)
    with fresh() as house:
        stores, create = house.stores, house.stores.submissions.create

        def away(*asked: Any, **wanted: Any) -> None:
            create(*asked, **wanted)
            monkeypatch.setattr(stores.submissions, "create", broken)

        def broken(*_: Any, **__: Any) -> None:
            raise DatabaseDown

        # What came yesterday was counted, so that nobody looks for what is older.
        monkeypatch.setattr(stores.submissions, "create", away)
        with pytest.raises(DatabaseDown):
            replayed(house)
        later = replace(world, house=house)
        monkeypatch.setattr(stores.submissions, "create", create)
        later.send(answers_to("x", "<ten>Na</ten>", instance_id="uuid:new"))
        recount_day(stores, key, day_of(world.clock()))
        replayed(house)
        run_due(stores, house.shelf, world.clock())
        count_news(stores, key, world.clock())
        assert stores.counters.counts(key).number(frozenset(("*",))) == 3


def test_counts_that_are_made_at_one_moment_make_one_row(world: World) -> None:
    """R23: two processes count a form's first records."""
    stores = world.house.stores
    for number in (1, 2, 3):
        world.send(record_of("vang_gia", number).without_files().xml)
    at_once([partial(count_news, stores, KEY, world.clock())] * 6)
    assert stores.counters._counters.count_documents({"form": KEY.text}) == 1
    assert stores.counters.counts(KEY).number(frozenset(("*",))) == 3
