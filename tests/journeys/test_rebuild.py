"""Everything derived is made again from the XML."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.processing.counting import count_news
from server.processing.follow_ups.run import run_due
from server.processing.rebuild import rebuild
from tests.journeys.healing import KEY, fill, kept
from tests.world import World

pytestmark = pytest.mark.journey


def test_a_rebuild_from_the_xml_gives_what_was_there(world: World) -> None:
    """R26."""
    fill(world)
    before = kept(world.house, world)
    stores, shelf = world.house.stores, world.house.shelf
    count_news(stores, KEY, world.clock())
    totals = stores.counters.counts(KEY)

    done = rebuild(stores, shelf, KEY, world.clock(), lambda _: None)
    assert (done.records, done.changed) == (3, 0)
    assert kept(world.house, world) == before
    assert stores.counters.counts(KEY) == totals

    records = stores.submissions._records
    records.update_many({}, {"$set": {"answers": {}, "name": "", "expected": [], "point": None}})
    stores.counters.clear(KEY)
    done = rebuild(stores, shelf, KEY, world.clock(), lambda _: None)
    assert done.changed == 3
    while run_due(stores, shelf, world.clock() + timedelta(minutes=1)):
        pass
    assert kept(world.house, world) == before
    assert stores.counters.counts(KEY) == totals
