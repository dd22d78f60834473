"""The library's own questionnaires keep their registers as they say."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from server.model.entities import ListKey
from server.model.forms import FormKey
from server.model.scope import WHOLE_HOUSE
from server.processing.registers.given_registers import give_registers
from server.services import PROJECT
from server.xforms.entities import EntityOrder, read_entity_orders
from server.xforms.xml import parse
from tests.javarosa.filler import FORMS
from tests.journeys.register_reading import fill_registers
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


@pytest.mark.parametrize(
    ("form", "register", "entry", "holds"),
    [
        ("khao_sat_nhu_cau", "tre_em", "4dae694b-1693-4942-836f-7339e28cf3a1", "ho_ten"),
        ("vang_gia", "ho_gia_dinh", "7614c6aa-1bfc-42ea-bcef-d5c56385d768", "ten_chu_ho"),
    ],
)
def test_a_form_that_shows_a_short_name_leaves_the_full_one_in_the_register(
    world: World, tmp_path: Path, form: str, register: str, entry: str, holds: str
) -> None:
    """The second sample of each changes an entry that the phone had in its list."""
    house, key = world.house, ListKey(PROJECT, register)
    give_registers(house.stores, FORMS, PROJECT)
    fill_registers(world, form, tmp_path)
    before = house.stores.entities.find(WHOLE_HOUSE, key, entry)
    assert before is not None
    name = before.state.data[holds]
    cut = house.registers.cut(WHOLE_HOUSE, house.stores.entity_lists.get(key))
    rows = csv.DictReader(io.StringIO(b"".join(cut.pieces()).decode()))
    [row] = [each for each in rows if each["name"] == entry]
    assert name not in str(row)
    made = record_of(form, 2).without_files()
    assert f"<label>{before.state.label}".encode() in made.xml
    # As the phone fills it that has the list in short.
    world.send(made.xml.replace(name.encode(), row[holds].encode()))
    worked_off(world)
    now = house.stores.entities.find(WHOLE_HOUSE, key, entry)
    assert now is not None
    assert (now.state.label, now.state.data[holds]) == (before.state.label, name)
    assert now.state.data != before.state.data, "the rest is what the record says"
