"""What people did comes back with the records, and registers as they were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.model.entities import Origin
from server.model.forms import FormKey
from server.model.records import ReviewState
from server.services import PROJECT
from tests.journeys.healing import (
    LIST,
    OTHER_CHILD,
    Fresh,
    everything,
    judged,
    ordered,
    replayed,
    withdrawn,
)
from tests.records import LIBRARY, record_of
from tests.registers import CHILD, worked_off
from tests.world import World

pytestmark = pytest.mark.journey


def test_records_registers_and_what_people_did_come_back(world: World, fresh: Fresh) -> None:
    """Of all forms of the library, and equal however often it is replayed; work goes on from
    there."""
    samples = [record_of(form, number).without_files() for form in LIBRARY for number in (1, 3)]
    for made in samples:
        world.send(made.xml)
    first, second, third = samples[:3]
    judged(world, first, ReviewState.HAS_ISSUES)
    edited = first.edited()
    world.send(edited.xml)
    judged(world, second, ReviewState.HAS_ISSUES)
    judged(world, second, ReviewState.APPROVED)
    judged(world, third, ReviewState.REJECTED)
    ordered(world, CHILD, "import:1", Origin.IMPORT, thon="Khu 1", ghi_chu="")
    ordered(world, CHILD, "settled:1", Origin.SETTLED, thon="Khu 2")
    ordered(world, OTHER_CHILD, "import:2", Origin.IMPORT, thon="Khu 3")
    withdrawn(world, "import:2")
    worked_off(world)
    before = everything(world.house, world)
    assert len(before["entries"]) > 10
    assert before["entries"][f"{LIST.text}/{OTHER_CHILD}"]["gone"]
    assert {each.review for each in before["records"][FormKey(PROJECT, first.form_id).text]} == {
        ReviewState.EDITED,
        ReviewState.APPROVED,
    }
    with fresh() as house:
        back = replace(world, house=house)
        done = replayed(house)
        assert (done.refused, done.healed) == (0, done.entries)
        worked_off(back)
        assert everything(house, world) == before
        assert replayed(house).healed == 0
        worked_off(back)
        assert everything(house, world) == before

        house.stores.entities._entities.delete_one({"uuid": CHILD})
        assert replayed(house).healed == 1
        assert everything(house, world) == before
