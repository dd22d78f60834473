"""Fifty records of each form of the library, as JavaRosa fills them, with photos, over HTTP: they
come back equal, byte by byte and answer by answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from server.model.forms import FormKey
from server.processing.recovery.rebuild import rebuild
from server.services import PROJECT
from tests.exports.reading import Questions
from tests.exports.test_round_trip import assert_they_come_back_in_both
from tests.javarosa.filler import xform
from tests.journeys.crowd import at_once
from tests.journeys.reading import read_answers
from tests.journeys.register_reading import assert_registers_say_so, fill_registers
from tests.pages.said import assert_a_reader_gets_all
from tests.phone import Phone
from tests.records import LIBRARY, Made, how_many, records_of
from tests.world import Handset, World, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.java, pytest.mark.slow]

PhoneOf = Callable[[Handset], Phone]


@pytest.mark.parametrize("form", LIBRARY)
def test_records_come_back_equal(
    world: World, app: Flask, phone_of: PhoneOf, form: str, tmp_path: Path
) -> None:
    """As stored, from each record's page, from the CSV and from the GeoJSON, both as a page hands
    them on and as the writers make them; and the registers are as the form says."""
    fill_registers(world, form, tmp_path)
    made = records_of(form, how_many(form), seed=1)
    phones = [phone_of(each) for each in (world.hong, world.cuong, world.thao)]
    for phone in phones:
        # Small parts: most of these records come in several.
        phone.batch = 60_000

    def send_all(phone: Phone, records: list[Made]) -> None:
        for each in records:
            for body in phone.posts(each.xml, each.files):
                assert phone.post(body).status in (201, 202)

    at_once([partial(send_all, each, made[at::3]) for at, each in enumerate(phones)])
    stored = {each.instance_id: each for each in world.records(form)}
    assert len(stored) == how_many(form)
    questions = Questions.of(xform(form))
    for each in made:
        record = stored[each.instance_id]
        assert record.current.xml == each.xml
        assert {file.name: world.file(record, file.name) for file in record.media} == each.files
        assert record.missing == ()
        assert record.derived.answers == read_answers(questions, each.xml)
    assert rebuild_changes(world, form) == 0
    assert_registers_say_so(world, form, made)
    reader = app.test_client()
    sign_in(reader, world.admin)
    assert_a_reader_gets_all(reader, form, questions, world.records(form))
    assert_they_come_back_in_both(form, [each.xml for each in made])


def rebuild_changes(world: World, form: str) -> int:
    house, key = world.house, FormKey(PROJECT, form)
    done = rebuild(house.stores, house.shelf, key, world.clock(), lambda _: None)
    assert done.records == how_many(form)
    return done.changed
