"""Where an office is: said by an operator, weighed with each record."""

from __future__ import annotations

from server.model.forms import FormKey
from server.processing.issues import Code
from server.processing.office_places import places_of
from server.processing.rebuild import rebuild
from server.services import PROJECT
from tests.cli.conftest import Run
from tests.records import Made, record_of
from tests.world import World

SAIGON, HA_LONG = ("10.7769", "106.7009"), ("20.95", "107.08")


def far(world: World, made: Made) -> bool:
    record = world.record("vang_gia", made.instance_id)
    assert record is not None
    return Code.POINT_FAR_FROM_OFFICE in {each.code for each in record.derived.issues}


def test_a_record_far_from_its_office_is_remarked_once_the_place_is_known(
    world: World, run: Run
) -> None:
    """Earlier ones by a rebuild; an edit is weighed by the office that sent the record first."""
    early = record_of("vang_gia", 2).without_files()
    world.send(early.xml)
    assert not far(world, early)
    said = run("office", "place", "VP02", *SAIGON)
    assert said["place"] == [106.7009, 10.7769]
    late = record_of("vang_gia", 2).without_files()
    world.send(late.xml)
    assert (far(world, early), far(world, late)) == (False, True)
    world.send(late.edited().xml, by=world.spare)
    assert far(world, late)
    key = FormKey(PROJECT, "vang_gia")
    done = rebuild(world.house.stores, world.house.shelf, key, world.clock(), lambda _: None)
    assert done.changed == 1
    assert far(world, early)


def test_a_unit_of_which_one_office_has_no_place_holds_nothing_against_anybody(
    world: World, run: Run
) -> None:
    run("office", "place", "VP01", *HA_LONG)
    assert places_of("VP01", world.house.shelf) == ()
    for code in ("VP02", "VP03", "VP04", "VP05", "VP06"):
        run("office", "place", code, *HA_LONG)
    assert len(places_of("VP01", world.house.shelf)) == 6
    assert places_of(None, world.house.shelf) == ()
