"""The library's own questionnaires keep their registers as they say."""

from __future__ import annotations

from collections import Counter

from server.model.entities import ListKey
from server.model.forms import FormKey
from server.model.scope import WHOLE_HOUSE
from server.services import PROJECT
from server.xforms.entities import EntityOrder, read_entity_orders
from server.xforms.xml import parse
from tests.records import LIBRARY, Made, record_of
from tests.registers import worked_off
from tests.world import World


def orders_of(world: World, made: Made) -> tuple[EntityOrder, ...]:
    form = world.house.shelf.current(FormKey(PROJECT, made.form_id)).form
    return read_entity_orders(form, parse(made.xml)).orders


def test_every_sample_makes_and_changes_what_it_says_and_twice_is_once(world: World) -> None:
    samples = [record_of(form, number).without_files() for form in LIBRARY for number in (1, 3)]
    orders = [each for made in samples for each in orders_of(world, made)]
    stores = world.house.stores
    ends: list[dict[str, int]] = []
    for _ in range(2):
        for made in samples:
            world.send(made.xml)
        worked_off(world)
        ends.append({})
        for order in orders:
            found = stores.entities.find(WHOLE_HOUSE, ListKey(PROJECT, order.list), order.id)
            assert found is not None
            ends[-1][order.id] = found.state.version
            if order.create:
                assert found.state.exists
                assert (found.state.label, found.within[-1]) == (order.label, "VP02")
                assert found.state.data.items() >= order.data.items()
            elif Counter(each.id for each in orders)[order.id] == 1:
                assert not found.state.exists, "nothing has made it yet"
    assert ends[0] == ends[1]
    made_in = {order.list for order in orders if order.create}
    assert made_in >= {"tre_em", "ho_gia_dinh", "ton_tai"}
