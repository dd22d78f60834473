"""``caunoi export``: a form's records as a file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from exports.formats import FORMATS, WITHOUT_NAMES
from exports.source import Options
from server.cli.data import progress
from server.cli.house import answer, services
from server.exporting import Export
from server.exporting import export as export_records
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.sequence import seq_at
from server.services import PROJECT


@click.command()
@click.argument("form_id")
@click.option("--format", "kind", type=click.Choice(sorted(FORMATS)), default="csv.zip")
@click.option("--output", type=click.Path(path_type=Path), help="A file, or a folder for it.")
@click.option("--office", help="Only records of this office and those below it.")
@click.option("--no-attachments", is_flag=True, help="Without the photos.")
@click.option("--split-select-multiples", is_flag=True, help="A column for each choice.")
@click.option("--no-group-paths", is_flag=True, help="Column names without their groups.")
@click.option("--safe", is_flag=True, help="For spreadsheets: no cell is taken for a formula.")
@click.option("--without-names", is_flag=True, help="One table that tells of nobody who they are.")
@click.option("--json", "as_json", is_flag=True)
def export(
    form_id: str,
    kind: str,
    output: Path | None,
    office: str | None,
    no_attachments: bool,
    split_select_multiples: bool,
    no_group_paths: bool,
    safe: bool,
    without_names: bool,
    as_json: bool,
) -> None:
    """Write the records of FORM_ID to a file, newest first."""
    options = Options(
        attachments=not no_attachments,
        group_paths=not no_group_paths,
        split_select_multiples=split_select_multiples,
        safe=safe,
    )
    kind = WITHOUT_NAMES if without_names else kind
    scope = Scope.of([office]) if office else WHOLE_HOUSE
    with services() as house, progress(form_id, "record") as bar:
        filters = Filters(top=seq_at(house.clock()))
        made = export_records(house, scope, FormKey(PROJECT, form_id), kind, filters, options, bar)
        path = write(made, output or Path.cwd())
    size = path.stat().st_size
    answer({"file": str(path), "bytes": size}, as_json=as_json, words=f"{path} ({size} bytes)")


def write(made: Export, output: Path) -> Path:
    """Under its name only when whole: a break leaves nothing that looks like a file."""
    path = output / made.file_name if output.is_dir() else output
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # These are records about children: for this user alone.
        with open(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.writelines(made.pieces)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
