"""Questionnaires from the command line."""

from __future__ import annotations

from pathlib import Path

import click

from server.access.credentials import new_token
from server.cli.house import answer, services
from server.processing.library import read_library_form
from server.processing.publish import Publication, publish
from server.services import PROJECT


@click.group()
def form() -> None:
    """Questionnaires."""


@form.command("publish")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--media", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--notes", default="", help="What changed, for whoever looks later.")
@click.option("--draft", is_flag=True, help="Only for test phones; live forms stay as they are.")
@click.option("--json", "as_json", is_flag=True)
def publish_form(file: Path, media: Path | None, notes: str, draft: bool, as_json: bool) -> None:
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
                draft_token=new_token() if draft else None,
                offered=source.media,
            ),
        )
        entry = house.stores.forms.entry(published.version.key)
    version = published.version
    facts = {
        "form_id": version.key.form_id,
        "version": version.version,
        "new": published.new,
        "warnings": list(version.warnings),
        "missing_media": list(published.missing),
        "draft_token": entry.draft_token if entry else None,
    }
    lines = [
        f"{version.key.form_id} {version.version}: {'published' if published.new else 'as it was'}"
    ]
    lines += [f"warning: {each}" for each in version.warnings]
    lines += [f"missing media file: {each}" for each in published.missing]
    if entry and entry.draft_token:
        lines.append(f"draft token: {entry.draft_token}")
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
