"""Drafts and states of forms from the command line."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.house import answer, services
from server.errors import FormUnknown
from server.model.forms import FormKey, FormState
from server.processing.forms.drafts import (
    Decision,
    Upload,
    draft_version,
    publish_draft,
    save_draft,
)
from server.processing.forms.library import read_library_form
from server.services import PROJECT
from server.wire.collect_settings import draft_settings, encode, qr_terminal
from server.xforms.plain_words import finding

_BY = "command line"


@click.command("draft")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--media", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def draft(file: Path, media: Path | None, as_json: bool) -> None:
    """Store FILE as a draft: prints the QR code with which a designer's phone tries it."""
    source = read_library_form(file.resolve(), media)
    upload = Upload(source.name, source.source, dict(source.media))
    with services() as house:
        saved = save_draft(house.stores, house.shelf, PROJECT, upload, by=_BY, at=house.clock())
        entry, version = draft_version(house.stores, saved.version.key)
        root = house.config.public_url
    form_id, token = version.key.form_id, entry.draft_token or ""
    settings = draft_settings(root, PROJECT, form_id, token, version.title)
    warnings = [finding(each).words("en") for each in version.warnings]
    facts = {
        "form_id": form_id,
        "version": version.version,
        "warnings": warnings,
        "missing_media": list(saved.missing),
        "draft_token": token,
        "server_url": settings.server_url,
        "qr": encode(settings),
    }
    lines = [qr_terminal(settings), f"{form_id} {version.version}: draft"]
    lines += [f"warning: {each}" for each in warnings]
    lines += [f"missing media file: {each}" for each in saved.missing]
    lines.append(f"server URL: {settings.server_url}")
    answer(facts, as_json=as_json, words="\n".join(lines))


@click.command("publish-draft")
@click.argument("form_id")
@click.option("--notes", default="", help="What changed, for whoever looks later.")
@click.option("--version", default="", help="Another number than the draft's own.")
@click.option("--json", "as_json", is_flag=True)
def publish_it(form_id: str, notes: str, version: str, as_json: bool) -> None:
    """Let phones have the draft of FORM_ID as it is; its test records go."""
    key = FormKey(PROJECT, form_id, draft=True)
    decision = Decision(notes, version)
    with services() as house:
        published = publish_draft(
            house.stores, house.shelf, key, decision, by=_BY, at=house.clock()
        )
    number = published.version.version
    facts = {"form_id": form_id, "version": number, "new": published.new}
    answer(facts, as_json=as_json, words=f"{form_id} {number}: published")


@click.command("state")
@click.argument("form_id")
@click.argument("state", type=click.Choice([each.value for each in FormState]))
@click.option("--json", "as_json", is_flag=True)
def set_state(form_id: str, state: str, as_json: bool) -> None:
    """Open FORM_ID for phones, or end it: a closing form is listed no more, records still come in;
    once it is closed they are marked as late."""
    with services() as house:
        if not house.stores.forms.set_state(FormKey(PROJECT, form_id), FormState(state)):
            raise FormUnknown(form_id=form_id)
    answer({"form_id": form_id, "state": state}, as_json=as_json, words=f"{form_id}: {state}")
