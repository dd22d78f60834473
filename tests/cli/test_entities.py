"""A register filled from the centre's own spreadsheet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from server.errors import NotUnderstood
from tests import registers
from tests.cli.conftest import Run
from tests.registers import CHILD, CHILDREN, changed, entry, rebuilt, said_of, worked_off
from tests.sheets import workbook_of
from tests.world import World

OTHER = CHILD.replace("3d0c", "4e1d")
SHEET = f"""name;label;__office;__version;thon;muc;ghi_chu
{CHILD};Bé Na (2015);VP02;9;Khu 1;thap;
;Bé Tí (2016);VP10;;Khu 2;;"gặp, hỏi"
"""


@pytest.fixture
def sheet(world: World, tmp_path: Path) -> str:
    world.publish(registers.form())
    path = tmp_path / "so.csv"
    path.write_text(SHEET, encoding="utf-8-sig")
    return str(path)


def test_it_is_shown_first_then_done_and_a_second_time_changes_nothing(
    world: World, run: Run, sheet: str
) -> None:
    shown = run("entities", "import", "tre", sheet)
    assert (shown["new"], shown["batch"], shown["new_columns"]) == (2, "", ["ghi_chu"])
    assert entry(world) is None
    run("entities", "import", "tre", sheet, "--apply")
    assert said_of(world) == {"thon": "Khu 1", "muc": "thap", "ghi_chu": ""}
    found = entry(world)
    assert found is not None
    assert (found.state.label, found.office, found.state.version) == ("Bé Na (2015)", "VP02", 1)
    again = run("entities", "import", "tre", sheet, "--apply")
    assert (again["new"], again["changed"], again["same"]) == (0, 0, 2)
    [listed] = [each for each in run("entities", "list") if each["name"] == "tre"]
    assert listed["columns"] == ["thon", "muc", "di_hoc", "ghi_chu"]
    chosen = run("entities", "set", "tre", "--names", "thon", "--assigned-only", "everybody")
    assert (chosen["names"], chosen["assigned_only"], chosen["full_names"]) == (
        ["thon"],
        "everybody",
        False,
    )
    chosen = run("entities", "set", "tre", "--names", "", "--full-names")
    assert (chosen["names"], chosen["full_names"]) == ([], True)
    assert chosen["assigned_only"] == "everybody"


def test_a_workbook_corrects_what_is_there_and_can_be_taken_back(
    world: World, run: Run, sheet: str, tmp_path: Path
) -> None:
    run("entities", "import", "tre", sheet, "--apply")
    world.send(changed(1, "1", "", di_hoc="co").xml)
    worked_off(world)
    book = tmp_path / "so.xlsx"
    rows = [["name", "label", "muc", "thon"], [CHILD, "", "cao", "Khu 1"]]
    book.write_bytes(workbook_of({"so": rows}))
    done = run("entities", "import", "tre", str(book), "--apply")
    assert (done["new"], done["changed"]) == (0, 1)
    assert said_of(world)["muc"] == "cao"
    before = entry(world)
    assert before is not None
    assert before.state.conflict is None
    run("entities", "undo", "tre", done["batch"])
    after = entry(world)
    assert after is not None
    assert (after.state.data["muc"], after.state.data["di_hoc"]) == ("thap", "co")
    assert after.state.version > before.state.version, "phones must learn of it"
    with pytest.raises(NotUnderstood):
        run("entities", "undo", "tre", done["batch"])


def test_an_undone_import_takes_its_entries_out(world: World, run: Run, sheet: str) -> None:
    done = run("entities", "import", "tre", sheet, "--apply")
    run("entities", "undo", "tre", done["batch"])
    assert list(world.house.stores.entities.rows(registers.WHOLE_HOUSE, CHILDREN)) == []
    run("entities", "import", "tre", sheet, "--apply")
    assert said_of(world)["thon"] == "Khu 1"


def test_what_was_imported_outlives_the_register(world: World, run: Run, sheet: str) -> None:
    run("entities", "import", "tre", sheet, "--apply")
    assert said_of(world)["thon"] == "Khu 1"
    before = entry(world)
    world.house.stores.entities._entities.drop()
    rebuilt(world)
    assert entry(world) == before


def test_a_rebuild_puts_what_was_imported_where_its_office_stands_now(
    world: World, run: Run, sheet: str
) -> None:
    run("entities", "import", "tre", sheet, "--apply")
    offices = world.house.shelf.offices()
    world.house.stores.offices.put([replace(offices["VP02"], parent="VP09")])
    world.house.shelf.forget()
    rebuilt(world)
    found = entry(world)
    assert found is not None
    assert found.within == ("*", "TT", "VP09", "VP02")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("khong,Bé Na,", "khong is no UUID"),
        (f"{CHILD},,", "a new entry needs a label"),
        (f"{CHILD},Bé Na,VP77", "there is no office VP77"),
        (f"{CHILD},Bé Na,\n{CHILD},Bé Tí,", f"the entry {CHILD} is in the file twice"),
    ],
)
def test_with_a_mistake_nothing_is_imported(
    world: World, run: Run, sheet: str, tmp_path: Path, line: str, why: str
) -> None:
    path = tmp_path / "sai.csv"
    path.write_text(f"name,label,__office\n{OTHER},Bé Mận,VP02\n{line}\n", encoding="utf-8")
    [problem] = run("entities", "import", "tre", str(path))["problems"]
    assert problem["why"] == why
    with pytest.raises(NotUnderstood):
        run("entities", "import", "tre", str(path), "--apply")
    assert entry(world, OTHER) is None


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"ten,tuoi\nNa,5\n", b"PK\x03\x04", b""])
def test_a_file_that_is_no_register_is_refused(
    world: World, run: Run, sheet: str, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "gi.bin"
    path.write_bytes(content)
    with pytest.raises(NotUnderstood):
        run("entities", "import", "tre", str(path))
