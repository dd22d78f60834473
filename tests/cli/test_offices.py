"""Where an office is: said by an operator, weighed with each record."""

from __future__ import annotations

from pathlib import Path

from server.model.calendar import day_of
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.offices import Kind
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.sequence import LAST_SEQ
from server.processing.offices.office_places import place_office, places_of
from server.processing.records.issues import Code
from server.processing.recovery.rebuild import rebuild
from server.services import PROJECT
from server.worker import follow
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
    house, (y, x) = world.house, (float(each) for each in HA_LONG)
    at = world.clock()
    place_office(house.stores, house.shelf, WHOLE_HOUSE, "VP01", latitude=y, longitude=x, at=at)
    assert "offices" in {each.kind for each in world.journalled()}, "no record says it again"
    assert places_of("VP01", world.house.shelf) == ()
    for code in ("VP02", "VP03", "VP04", "VP05", "VP06"):
        run("office", "place", code, *HA_LONG)
    assert len(places_of("VP01", world.house.shelf)) == 6
    assert places_of(None, world.house.shelf) == ()


def test_an_office_that_moves_in_the_tree_takes_its_records_along(
    world: World, run: Run, tmp_path: Path
) -> None:
    """Moved by a file, which is shown first; then taken out and read again."""

    def visits(office: str) -> int:
        asked, key = Filters(top=LAST_SEQ), FormKey(PROJECT, "vang_gia")
        return len(world.house.stores.submissions.lines(Scope.of([office]), key, asked, 9))

    world.send(record_of("vang_gia", 2).without_files().xml)
    file = tmp_path / "units.csv"
    file.write_text("code,parent,label\nVP02,VP09,Tên mới\nTHCS,VP02,Trường mới\n")
    assert run("office", "import", str(file))["done"] is False
    follow(world.house)
    assert visits("VP09") == 0
    said = run("office", "import", str(file), "--apply")
    assert (said["new"], said["changed"], said["problems"]) == (1, 1, [])
    follow(world.house)
    assert (visits("VP09"), visits("VP01"), visits("VP02")) == (1, 0, 1)
    phones = world.house.stores.actors.phones(Scope.of(["VP09"]))
    assert {each.name for each in phones} == {"Máy của Hồng", "Máy của Thảo"}
    for ending in ("csv", "geojson"):
        out = str(tmp_path / f"all.{ending}")
        assert run("office", "export", out) == {"units": 18}
        assert run("office", "import", out, "--apply")["same"] == 18


def test_units_are_succeeded_and_named_by_an_operator(world: World, run: Run) -> None:
    day = day_of(world.clock())
    asked = ("office", "succeed", "--end", "VP02", "--heir", "06676=Hà Lầm", "--heir", "VP03")
    said = run(*asked, "--day", day)
    assert (said["heirs"], said["phones"], said["done"]) == (["06676", "VP03"], 1, False)
    assert run(*asked, "--day", day, "--apply")["done"]
    run("office", "kind", "phuong", "--vi", "Phường", "--en", "Ward", "--not-listed")
    assert world.house.stores.offices.kinds()["phuong"] == Kind("phuong", "Phường", "Ward", False)
    listed = {each["code"]: each for each in run("office", "list")}
    assert (listed["VP02"]["successor"], listed["06676"]["valid_from"]) == ("06676", day)


def test_an_operator_brings_in_the_communes_of_a_province(world: World, run: Run) -> None:
    assert run("office", "nation")["22"] == "Tỉnh Quảng Ninh"
    asked = ("office", "nation", "22", "--below", "TT", "--no-old")
    assert (run(*asked)["new"], run(*asked)["done"]) == (54, False)
    assert run(*asked, "--apply")["done"]
    commune = world.house.stores.offices.tree()["06676@2025-07-01"]
    assert (commune.label, commune.parent) == ("Phường Hà Lầm", "TT")
