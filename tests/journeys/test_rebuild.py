"""Everything derived is made again from the XML."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from server.model.forms import FormKey, FormState
from server.processing.follow_ups.run import run_due
from server.processing.intake.derive import FORM_CLOSED
from server.processing.records.counting import count_news
from server.processing.recovery.rebuild import rebuild
from server.services import PROJECT
from tests.journeys.healing import KEY, Fresh, fill, kept, replayed
from tests.sheets import answers_to
from tests.world import World

pytestmark = pytest.mark.journey


def test_what_came_before_its_form_was_closed_did_not_come_late(
    small_world: World, fresh: Fresh
) -> None:
    """Nor when it is read again, out of its XML or out of the journal: and what came late did."""
    world, key = small_world, FormKey(PROJECT, "x")

    def late(of: World) -> dict[str, bool]:
        return {each.instance_id: FORM_CLOSED in each.all_issues for each in of.records("x")}

    world.send(answers_to("x", "<ten>Na</ten>", instance_id="uuid:early"))
    world.set_state("x", FormState.CLOSED)
    world.send(answers_to("x", "<ten>Na</ten>", instance_id="uuid:late"))
    before = {"uuid:early": False, "uuid:late": True}
    assert late(world) == before
    house = world.house
    assert rebuild(house.stores, house.shelf, key, world.clock(), lambda _: None).changed == 0
    world.set_state("x", FormState.OPEN)
    assert rebuild(house.stores, house.shelf, key, world.clock(), lambda _: None).changed == 0
    assert late(world) == before
    with fresh() as again:
        replayed(again)
        assert late(replace(world, house=again)) == before


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
