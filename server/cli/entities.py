"""Registers from the command line: which there are, filled from a file, undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from server.cli.data import progress
from server.cli.house import answer, services
from server.errors import NotUnderstood
from server.model.assignment import AssignedOnly
from server.model.entities import ListKey
from server.model.scope import WHOLE_HOUSE
from server.processing.registers.entity_file import read_lines
from server.processing.registers.entity_import import apply_import, end_import, undo_import
from server.processing.registers.entity_plan import Importer, Plan, plan_import
from server.services import PROJECT, entry_secret

_SHOWN = 10


@click.group("entities")
def entities() -> None:
    """Registers: the entity lists that phones keep."""


@entities.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_all(as_json: bool) -> None:
    """All registers with their options."""
    with services() as house:
        stored = {each.key.name: each for each in house.stores.entity_lists.all(PROJECT)}
        facts: list[dict[str, Any]] = []
        for name, columns in sorted(house.registers.columns(PROJECT).items()):
            its = stored.get(name)
            facts.append(
                {
                    "name": name,
                    "columns": list(columns),
                    "approval": its is not None and its.approval,
                    "shared": its is not None and its.shared,
                }
            )
    lines = (
        f"{each['name']}\t{'approval' if each['approval'] else ''}"
        f"\t{'shared' if each['shared'] else ''}\t{' '.join(each['columns'])}"
        for each in facts
    )
    answer(facts, as_json=as_json, words="\n".join(lines))


@entities.command("set")
@click.argument("name")
@click.option("--approval/--no-approval", default=None, help="New entries wait for approval.")
@click.option("--shared/--own-offices", default=None, help="Every phone gets the whole list.")
@click.option(
    "--centre-only",
    multiple=True,
    help="A property, or PROPERTY=VALUE, that only the centre may change; none: an empty word.",
)
@click.option(
    "--office-by",
    help="The property that names the office an entry is about; none: an empty word.",
)
@click.option("--full-names/--short-names", default=None, help="How phones get people's names.")
@click.option(
    "--names",
    multiple=True,
    help="A property that holds people's names; none: an empty word.",
)
@click.option(
    "--assigned-only",
    type=click.Choice([each.value for each in AssignedOnly]),
    help="Whose phones get only the entries that are their own to look after.",
)
@click.option("--json", "as_json", is_flag=True)
def set_options(
    name: str,
    approval: bool | None,
    shared: bool | None,
    centre_only: tuple[str, ...],
    office_by: str | None,
    full_names: bool | None,
    names: tuple[str, ...],
    assigned_only: str | None,
    as_json: bool,
) -> None:
    """Choose how the register NAME behaves. What is in it already stays."""
    key = ListKey(PROJECT, name)
    with services() as house:
        reserved = [each for each in centre_only if each] if centre_only else None
        options = {
            "approval": approval,
            "shared": shared,
            "reserved": reserved,
            "office_by": office_by,
            "full_names": full_names,
            "names": [each for each in names if each] if names else None,
            "assigned_only": assigned_only,
        }
        chosen = {option: said for option, said in options.items() if said is not None}
        house.stores.entity_lists.choose(key, chosen)
        its = house.stores.entity_lists.get(key)
    facts = {
        "name": name,
        "approval": its.approval,
        "shared": its.shared,
        "centre_only": list(its.reserved),
        "office_by": its.office_by,
        "full_names": its.full_names,
        "names": None if its.names is None else list(its.names),
        "assigned_only": its.assigned_only,
    }
    answer(facts, as_json=as_json, words=f"{name}: saved")


@entities.command("import")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--office", help="Code of the office for lines without __office.")
@click.option("--apply", "do_it", is_flag=True, help="Do it; without this it is only shown.")
@click.option("--json", "as_json", is_flag=True)
def import_file(name: str, file: Path, office: str | None, do_it: bool, as_json: bool) -> None:
    """Fill and correct the register NAME from FILE (CSV or XLSX): name, label, __office and a
    column for each property."""
    lines = read_lines(file.read_bytes())
    key, batch = ListKey(PROJECT, name), ""
    with services() as house:
        operator = Importer("command line", None, WHOLE_HOUSE, entry_secret(house.config))
        plan = plan_import(
            house.stores,
            house.shelf,
            operator,
            key,
            lines,
            office=office,
            known_columns=house.registers.columns(PROJECT).get(name, ()),
        )
        if do_it:
            with progress(name, "entry") as bar:
                batch = apply_import(
                    house.stores, house.shelf, operator, plan, at=house.clock(), progress=bar
                )
    answer(_facts(plan, batch), as_json=as_json, words=_words(plan, batch))


@entities.command("end")
@click.argument("name")
@click.argument("batch")
@click.option("--json", "as_json", is_flag=True)
def end(name: str, batch: str, as_json: bool) -> None:
    """Bring the import BATCH of the register NAME to its end, where it was broken off."""
    with services() as house, progress(batch, "entry") as bar:
        key = ListKey(PROJECT, name)
        done = end_import(house.stores, WHOLE_HOUSE, key, batch, at=house.clock(), progress=bar)
    answer({"batch": batch, "entries": done}, as_json=as_json, words=f"{done} entries: done")


@entities.command("undo")
@click.argument("name")
@click.argument("batch")
@click.option("--json", "as_json", is_flag=True)
def undo(name: str, batch: str, as_json: bool) -> None:
    """Take the import BATCH of the register NAME back; what records said since then stays."""
    with services() as house, progress(batch, "entry") as bar:
        done = undo_import(
            house.stores,
            WHOLE_HOUSE,
            ListKey(PROJECT, name),
            batch,
            at=house.clock(),
            progress=bar,
        )
    if not done:
        raise NotUnderstood(
            why_vi="lần nhập này đã được rút lại.", why_en="this import was undone already."
        )
    answer({"batch": batch, "entries": done}, as_json=as_json, words=f"{done} entries: undone")


def _facts(plan: Plan, batch: str) -> dict[str, Any]:
    return {
        "new": len(plan.new),
        "changed": len(plan.changes),
        "same": plan.same,
        "new_columns": list(plan.new_columns),
        "problems": [{"line": number, "why": why.en} for number, why in plan.problems],
        "batch": batch,
    }


def _words(plan: Plan, batch: str) -> str:
    words = [f"{len(plan.new)} new, {len(plan.changes)} changed, {plan.same} as they are"]
    words += [f"new column: {each}" for each in plan.new_columns]
    for each in plan.changes[:_SHOWN]:
        said = ", ".join(f"{name}={value}" for name, value in each.changed.items())
        words.append(f"  {each.id}: {said}")
    words += [f"line {number}: {why.en}" for number, why in plan.problems[:_SHOWN]]
    if batch:
        words.append(f"done; take it back with: caunoi entities undo {plan.key.name} {batch}")
    else:
        words.append("nothing was changed; do it with --apply")
    return "\n".join(words)
