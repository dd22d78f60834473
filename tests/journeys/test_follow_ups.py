"""The follow-ups' process is killed, or there are two of it."""

from __future__ import annotations

import signal
import uuid
from collections.abc import Sequence
from dataclasses import replace

import pytest

from server.model.entities import Entity
from server.model.scope import WHOLE_HOUSE, Scope
from server.processing.first_run import read_offices
from server.services import Services
from tests import registers
from tests.javarosa.filler import FORMS
from tests.journeys.follower import Follower
from tests.records import Made
from tests.registers import CHILD, CHILDREN, changed, created, entry, rebuilt, worked_off
from tests.world import Clock, World, build_world


@pytest.fixture
def register(bare_house: Services, clock: Clock) -> World:
    bare_house.stores.offices.put(read_offices(FORMS / "shared" / "van_phong.csv"))
    world = build_world(bare_house, clock)
    world.publish(registers.form())
    return world


def on_a_phone(world: World) -> list[str]:
    """The children's names that a phone of Hạ Long gets."""
    its_list = world.house.stores.entity_lists.get(CHILDREN)
    cut = world.house.registers.cut(Scope.of(["VP02"]), its_list)
    lines = b"".join(cut.pieces()).decode().splitlines()
    return [line.split(",")[1] for line in lines[1:]]


def test_a_list_is_right_though_its_keeper_was_killed_before_it_was_marked(
    register: World, mongo_uri: str
) -> None:
    """kill -9 after the child is written and before its list is said to have changed: a server that
    has the list in memory learns of it when the follow-up is done again."""
    register.send(created(child=CHILD.replace("3d0c", "4e1d"), label="Bé Tí").xml)
    worked_off(register)
    assert on_a_phone(register) == ["Bé Tí"]

    register.send(created().xml)
    follower = Follower(register, mongo_uri, dies=True)
    follower.wait()
    follower.go()
    assert follower.end() == -signal.SIGKILL
    assert entry(register) is not None
    assert on_a_phone(register) == ["Bé Tí"], "nobody has said that it changed"

    register.clock.move(minutes=6)
    worked_off(register)
    assert sorted(on_a_phone(register)) == ["Bé Na", "Bé Tí"]
    found = entry(register)
    assert found is not None
    assert (found.state.version, len(found.contributions)) == (1, 1)


def families(number: int) -> list[Made]:
    """Five records about each child: made, changed three times by phones that did not know of each
    other, the first record edited."""
    made: list[Made] = []
    for each in range(number):
        child = f"{each:08x}-9f8e-4d7c-8b6a-5f4e3d2c1b0a"
        first = created(f"Bé {each}", child, thon="Khu 1", muc="thap")
        said = [
            changed(1, "1", str(uuid.uuid4()), muc="tb"),
            changed(1, "1", str(uuid.uuid4()), muc="cao"),
            changed(1, "", "", di_hoc="co"),
        ]
        about = [replace(one, xml=one.xml.replace(CHILD.encode(), child.encode())) for one in said]
        made += [first, *about, first.edited(b"Khu 1", b"Khu 2")]
    return made


def everything(world: World) -> Sequence[Entity]:
    """Every child but for how often it was written."""
    entities = world.house.stores.entities
    found = [
        entities.find(WHOLE_HOUSE, CHILDREN, row.id) for row in entities.rows(WHOLE_HOUSE, CHILDREN)
    ]
    return [replace(each, revision=0) for each in found if each is not None]


@pytest.mark.slow
def test_two_workers_at_once_come_to_what_one_comes_to(register: World, mongo_uri: str) -> None:
    """200 posts about forty children, two processes that begin together."""
    for made in families(40):
        register.send(made.xml)
    both = [Follower(register, mongo_uri) for _ in range(2)]
    for each in both:
        each.wait()
    for each in both:
        each.go()
    assert [each.end() for each in both] == [0, 0]
    stores = register.house.stores
    assert stores.follow_ups.due(register.clock(), 1) == []
    by_two = everything(register)
    assert len(by_two) == 40
    assert {each.state.version for each in by_two} == {5}

    stores.entities._entities.drop()
    rebuilt(register)
    assert everything(register) == by_two
