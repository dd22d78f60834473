"""The tree of offices from the command line: listed, filled from a file, taken out, changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from exports.units import units_csv, units_geojson
from server.cli.house import answer, services
from server.errors import CauNoiError
from server.model.calendar import day_of
from server.model.offices import Kind
from server.model.scope import WHOLE_HOUSE
from server.model.succession import Heir, Wish, plan_succession
from server.processing.offices.national_units import nation, units_of
from server.processing.offices.office_file import COLUMNS
from server.processing.offices.office_import import apply_plan, plan_file
from server.processing.offices.office_places import place_office
from server.processing.offices.office_plan import UnitPlan
from server.processing.offices.succeed import affected, succeed
from server.storage.offices import Change

_SHOWN = 10
_DO_IT = click.option("--apply", "do_it", is_flag=True, help="Do it; without this: only shown.")


@click.group()
def office() -> None:
    """The tree of offices."""


@office.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_offices(as_json: bool) -> None:
    """All offices with their codes, those that ended too."""
    with services() as house:
        offices = sorted(house.shelf.offices().values(), key=lambda each: each.code)
    facts = [
        {
            "code": each.code,
            "label": each.label,
            "kind": each.kind,
            "parent": each.parent,
            "valid_from": each.valid_from,
            "valid_to": each.valid_to,
            "successor": each.successor,
        }
        for each in offices
    ]
    lines = (
        f"{each.code}\t{each.label}" + (f"\tuntil {each.valid_to}" if each.valid_to else "")
        for each in offices
    )
    answer(facts, as_json=as_json, words="\n".join(lines))


@office.command("place")
@click.argument("code")
@click.argument("latitude", type=float)
@click.argument("longitude", type=float)
@click.option("--json", "as_json", is_flag=True)
def place(code: str, latitude: float, longitude: float, as_json: bool) -> None:
    """Say where an office is: records far from it are remarked. Earlier ones after a rebuild."""
    with services() as house:
        placed = place_office(
            house.stores,
            house.shelf,
            WHOLE_HOUSE,
            code,
            latitude=latitude,
            longitude=longitude,
            at=house.clock(),
        )
    facts = {"code": placed.code, "label": placed.label, "place": [longitude, latitude]}
    answer(facts, as_json=as_json, words=f"{placed.code}\t{placed.label}\t{latitude} {longitude}")


@office.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def export(file: Path, as_json: bool) -> None:
    """Write all units to FILE: *.csv, or *.geojson with their areas. Import reads both."""
    with services() as house:
        tree, areas = house.stores.offices.tree(), house.stores.offices.areas()
    offices = [tree[code] for code in sorted(tree)]
    if file.suffix == ".geojson":
        file.write_bytes(units_geojson(COLUMNS, offices, areas))
    else:
        file.write_bytes(b"".join(units_csv(COLUMNS, offices)))
    answer({"units": len(offices)}, as_json=as_json, words=f"{file}: {len(offices)} units")


@office.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_DO_IT
@click.option("--json", "as_json", is_flag=True)
def import_file(file: Path, do_it: bool, as_json: bool) -> None:
    """Add and change units from FILE (CSV, XLSX, GeoJSON). Units it does not name stay."""
    _take_in(file.read_bytes(), do_it=do_it, as_json=as_json)


@office.command("nation")
@click.argument("province", default="")
@click.option("--below", default="", help="Code of the unit above; without: the province itself.")
@click.option("--old/--no-old", default=True, help="Also the communes of before 1 July 2025.")
@_DO_IT
@click.option("--json", "as_json", is_flag=True)
def import_nation(province: str, below: str, old: bool, do_it: bool, as_json: bool) -> None:
    """Add the communes of PROVINCE (a code like 22) with their national codes.

    Without PROVINCE: which ones there are.
    """
    if not province:
        found = {each.number: each.label for each in nation().provinces.values()}
        answer(found, as_json=as_json, words="\n".join(map("\t".join, found.items())))
        return
    file = b"".join(units_csv(COLUMNS, units_of(province, below, with_old=old)))
    _take_in(file, do_it=do_it, as_json=as_json)


@office.command("kind")
@click.argument("code")
@click.option("--vi", required=True, help="What units of this kind are called in Vietnamese.")
@click.option("--en", required=True, help="And in English.")
@click.option("--listed/--not-listed", default=True, help="Whether forms offer them as offices.")
@click.option("--json", "as_json", is_flag=True)
def name_kind(code: str, vi: str, en: str, listed: bool, as_json: bool) -> None:
    """Say what the units of the kind CODE are called."""
    with services() as house:
        change = Change(kinds=(Kind(code, vi, en, listed),))
        house.stores.offices.change(change, house.clock())
    facts = {"code": code, "vi": vi, "en": en, "listed": listed}
    answer(facts, as_json=as_json, words=f"{code}\t{vi}\t{en}")


@office.command("succeed")
@click.option("--end", "ends", multiple=True, required=True, help="Code of a unit that ends.")
@click.option(
    "--heir",
    "heirs",
    multiple=True,
    required=True,
    help="CODE=NAME of a new unit, or CODE of one that stands; the first gets the records.",
)
@click.option("--day", required=True, help="First day of the new unit, like 2025-07-01.")
@click.option("--parent", default="", help="Code of the unit above new ones.")
@click.option("--kind", default="", help="Kind of new ones.")
@click.option("--move/--stay", default=True, help="Phones and people go to the first new unit.")
@_DO_IT
@click.option("--json", "as_json", is_flag=True)
def succeed_units(
    ends: tuple[str, ...],
    heirs: tuple[str, ...],
    day: str,
    parent: str,
    kind: str,
    move: bool,
    do_it: bool,
    as_json: bool,
) -> None:
    """Units merge, divide or get another code: old ones end, and new ones take over."""
    named = [Heir(*each.split("=", 1)) for each in heirs]
    with services() as house:
        at = house.clock()
        wish = Wish(ends, named, day, parent, kind)
        plan = plan_succession(wish, house.stores.offices.tree(), WHOLE_HOUSE, day_of(at))
        who = affected(house.stores, WHOLE_HOUSE, ends)
        goes = (*who.phones, *who.people) if move else ()
        moves = {each.id: plan.heirs[0].code for each in goes}
        if do_it:
            succeed(house.stores, house.shelf, plan, moves, by="command line", at=at)
    facts: dict[str, Any] = {
        "ends": [each.code for each in plan.ended],
        "heirs": [each.code for each in plan.heirs],
        "phones": len(who.phones) if move else 0,
        "people": len(who.people) if move else 0,
        "done": do_it,
    }
    words = f"{', '.join(facts['ends'])} -> {', '.join(facts['heirs'])}"
    answer(facts, as_json=as_json, words=words if do_it else f"{words} (not done: add --apply)")


def _take_in(file: bytes, *, do_it: bool, as_json: bool) -> None:
    with services() as house:
        plan = plan_file(house.stores, WHOLE_HOUSE, file)
        if do_it:
            apply_plan(house.stores, house.shelf, plan, "command line", house.clock())
    answer(_facts(plan, do_it), as_json=as_json, words=_words(plan, do_it))


def _facts(plan: UnitPlan, done: bool) -> dict[str, Any]:
    return {
        "new": len(plan.new),
        "changed": len(plan.changes) - len(plan.new) - len(plan.ended),
        "ended": len(plan.ended),
        "same": plan.same,
        "unused": list(plan.unused),
        "problems": [{"line": line, "why": _why(problem)} for line, problem in plan.problems],
        "done": done,
    }


def _words(plan: UnitPlan, done: bool) -> str:
    facts = _facts(plan, done)
    words = [", ".join(f"{facts[each]} {each}" for each in ("new", "changed", "ended", "same"))]
    words += [f"column not used: {each}" for each in plan.unused]
    words += [f"  {each.after.code}: {each.after.label}" for each in plan.changes[:_SHOWN]]
    words += [f"line {line}: {_why(problem)}" for line, problem in plan.problems[:_SHOWN]]
    return "\n".join(words if done else [*words, "(not done: add --apply)"])


def _why(problem: CauNoiError) -> str:
    return problem.words("en")
