"""Questionnaires from the command line."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.exports import write
from server.cli.house import answer, services
from server.exporting import questionnaire
from server.model.forms import FormKey
from server.processing.forms.drafts import keeps_answers
from server.processing.forms.library import read_library_form
from server.processing.forms.publish import Publication, publish
from server.services import PROJECT
from server.xforms.plain_words import finding


@click.group()
def form() -> None:
    """Questionnaires."""


@form.command("publish")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--media", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--notes", default="", help="What changed, for whoever looks later.")
@click.option("--json", "as_json", is_flag=True)
def publish_form(file: Path, media: Path | None, notes: str, as_json: bool) -> None:
    """Make a spreadsheet (or an XForm) the version that phones get."""
    source = read_library_form(file.resolve(), media)
    with services() as house:
        published = publish(
            house.stores,
            Publication(
                project=PROJECT,
                file_name=source.name,
                source=source.source,
                media={},
                by="command line",
                at=house.clock(),
                notes=notes,
                offered=source.media,
            ),
            keeps_answers(house.stores, house.shelf, house.clock()),
        )
    version = published.version
    warnings = [finding(each).words("en") for each in published.version.warnings]
    facts = {
        "form_id": version.key.form_id,
        "version": version.version,
        "new": published.new,
        "warnings": warnings,
        "missing_media": list(published.missing),
    }
    lines = [
        f"{version.key.form_id} {version.version}: {'published' if published.new else 'as it was'}"
    ]
    lines += [f"warning: {each}" for each in warnings]
    lines += [f"missing media file: {each}" for each in published.missing]
    answer(facts, as_json=as_json, words="\n".join(lines))


@form.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_forms(as_json: bool) -> None:
    """What phones get now."""
    with services() as house:
        entries = house.stores.forms.entries(PROJECT)
    facts = [
        {
            "form_id": each.key.form_id,
            "version": each.version,
            "title": each.title,
            "state": each.state.value,
        }
        for each in entries
    ]
    lines = (f"{each.key.form_id}\t{each.version}\t{each.state}\t{each.title}" for each in entries)
    answer(facts, as_json=as_json, words="\n".join(lines))


@form.command("paper")
@click.argument("form_id")
@click.option("--lang", "language", default="vi", help="vi, en, or another language of the form.")
@click.option("--version", help="An earlier version than the one that phones get.")
@click.option("--output", type=click.Path(path_type=Path), help="A file, or a folder for it.")
@click.option("--json", "as_json", is_flag=True)
def paper(
    form_id: str, language: str, version: str | None, output: Path | None, as_json: bool
) -> None:
    """Write FORM_ID as a PDF questionnaire to print and fill by hand."""
    with services() as house:
        made = questionnaire(house, FormKey(PROJECT, form_id), version, language)
    path = write(made, output or Path.cwd())
    answer({"file": str(path)}, as_json=as_json, words=str(path))
