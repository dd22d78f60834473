"""A register is kept by many phones that were out of reach of each other."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from server.errors import OriginalUnknown
from server.model.entities import Conflict
from server.model.records import Review, ReviewState
from server.model.scope import WHOLE_HOUSE
from server.processing.records.review import Judgement, review
from tests import registers
from tests.records import Made
from tests.registers import (
    CHILDREN,
    KEY,
    changed,
    created,
    entry,
    rebuilt,
    said_of,
    worked_off,
)
from tests.world import World


@pytest.fixture
def register(world: World) -> World:
    world.publish(registers.form())
    return world


def as_delivered(world: World, records: list[Made]) -> None:
    """Each as often as it takes: an edit before its record is refused, and the phone retries."""
    waiting = list(records)
    while waiting:
        each = waiting.pop(0)
        try:
            world.send(each.xml)
        except OriginalUnknown:
            waiting.append(each)
            continue
        worked_off(world)


def test_a_chain_made_offline_arrives_in_any_order(register: World) -> None:
    """Twenty storms through the whole house: created, changed three times, one of them sent twice,
    the first record edited."""
    chance, ends = random.Random(7), set()
    for storm in range(20):
        child = f"{storm:08x}-9f8e-4d7c-8b6a-5f4e3d2c1b0a"
        first = created(child=child, thon="Khu 1", muc="thap")
        second, third, fourth = (
            replace(each, xml=each.xml.replace(registers.CHILD.encode(), child.encode()))
            for each in (
                changed(1, muc="tb"),
                changed(2, muc="cao", di_hoc="khong"),
                changed(3, di_hoc="co"),
            )
        )
        chain = [first, second, third, fourth, third, first.edited(b"Khu 1", b"Khu 2")]
        chance.shuffle(chain)
        as_delivered(register, chain)
        found = entry(register, child)
        assert found is not None
        state = found.state
        ends.add((state.label, state.version, state.conflict, *sorted(state.data.items())))
    assert ends == {
        ("Bé Na", 5, None, ("di_hoc", "co"), ("muc", "cao"), ("thon", "Khu 2")),
    }


def test_rebuilding_changes_nothing_and_restores_what_is_lost(register: World) -> None:
    house = register.house
    first = created(muc="thap")
    for each in (first, changed(1, muc="tb"), first.edited(b"thap", b"khong")):
        register.send(each.xml)
    worked_off(register)
    before = entry(register)
    rebuilt(register)
    assert entry(register) == before
    house.stores.entities._entities.drop()
    rebuilt(register)
    again = entry(register)
    assert before is not None
    assert again is not None
    assert again == replace(before, revision=again.revision)


def test_an_edit_that_names_another_child_takes_back_what_it_said(register: World) -> None:
    other = registers.CHILD.replace("3d0c", "4e1d")
    register.send(created(muc="thap").xml)
    register.send(created("Bé Tí", other, muc="thap").xml)
    wrong = changed(1, "1", muc="cao")
    register.send(wrong.xml)
    worked_off(register)
    assert said_of(register) == {"muc": "cao"}
    register.send(wrong.edited(registers.CHILD.encode(), other.encode()).xml)
    worked_off(register)
    assert said_of(register) == {"muc": "thap"}
    assert said_of(register, other) == {"muc": "cao"}
    found = entry(register)
    assert found is not None
    assert found.state.version == 3, "phones must learn of it"


def test_two_phones_that_did_not_know_of_each_other_are_in_conflict(register: World) -> None:
    """R39: neither word is lost, and a person is shown both."""
    register.send(created(muc="thap").xml)
    register.send(changed(1, "1", "", muc="tb").xml, by=register.hong)
    register.send(changed(1, "1", "", muc="cao").xml, by=register.spare)
    worked_off(register)
    [line] = register.house.stores.entities.conflicts(WHOLE_HOUSE, CHILDREN, "", 50)
    assert line.conflict == Conflict.HARD


def test_a_deleted_record_takes_its_child_out_of_the_register(register: World) -> None:
    register.send(created(muc="thap").xml)
    worked_off(register)
    [record] = register.records("so_tre")
    stores = register.house.stores
    assert stores.submissions.mark_deleted(WHOLE_HOUSE, record, register.clock())
    worked_off(register)
    found = entry(register)
    assert found is not None
    assert (found.state.exists, found.state.gone) == (False, True)
    assert list(stores.entities.rows(WHOLE_HOUSE, CHILDREN)) == []


def test_where_a_register_wants_it_a_child_waits_for_approval(register: World) -> None:
    stores = register.house.stores
    stores.entity_lists.set_option(CHILDREN, "approval", True)
    made = created(muc="thap")
    register.send(made.xml)
    worked_off(register)
    assert list(stores.entities.rows(WHOLE_HOUSE, CHILDREN)) == []
    waits = entry(register)
    assert waits is not None
    assert [each.waits for each in waits.contributions] == [True]
    act = Judgement(ReviewState.APPROVED.value, "", made.instance_id)
    by = register.lan.actor
    done = review(stores, WHOLE_HOUSE, by, KEY, made.instance_id, act, register.clock())
    assert isinstance(done, Review)
    worked_off(register)
    assert said_of(register) == {"muc": "thap"}


def test_a_record_that_changes_no_register_waits_for_nothing(world: World) -> None:
    world.publish(
        registers.form()
        .replace(b"so_tre", b"x")
        .replace(b'<entity dataset="tre"', b'<e a=""')
        .replace(b"</entity>", b"</e>")
    )
    world.send(created().xml.replace(b"so_tre", b"x"))
    assert world.house.stores.follow_ups.due(world.clock(), 10) == []
