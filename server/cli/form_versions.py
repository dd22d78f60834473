"""A form's versions and its bin from the command line."""

from __future__ import annotations

from typing import Any

import click

from server.cli.house import answer, services
from server.model.forms import FormKey, FormVersion
from server.processing.forms.bin import BIN_DAYS, delete_form, restore_form
from server.processing.forms.change_words import change_words
from server.processing.forms.versions import duplicate, return_to, version_of
from server.services import PROJECT
from server.xforms.compare import Change
from server.xforms.compare import compare as compare_forms
from server.xforms.read_form import read_form

_BY = "command line"


@click.command("versions")
@click.argument("form_id")
@click.option("--json", "as_json", is_flag=True)
def versions(form_id: str, as_json: bool) -> None:
    """All versions of FORM_ID, newest first."""
    key = FormKey(PROJECT, form_id)
    with services() as house:
        current = house.shelf.entry(key).version
        found = [_version_facts(each, current) for each in house.stores.forms.versions(key)]
    lines = (
        f"{each['version']}\t{each['published_at']}\t{each['published_by']}"
        f"\t{'current' if each['current'] else ''}\t{each['notes']}"
        for each in found
    )
    answer(found, as_json=as_json, words="\n".join(lines))


@click.command("compare")
@click.argument("form_id")
@click.argument("old")
@click.argument("new", required=False)
@click.option("--lang", "language", type=click.Choice(["vi", "en"]), default="en")
@click.option("--json", "as_json", is_flag=True)
def compare(form_id: str, old: str, new: str | None, language: str, as_json: bool) -> None:
    """What differs from version OLD of FORM_ID to NEW, or to what phones get now."""
    key = FormKey(PROJECT, form_id)
    with services() as house:
        newer = new if new is not None else house.shelf.entry(key).version
        before, after = (version_of(house.stores, key, each).xml for each in (old, newer))
    changes = compare_forms(read_form(before), read_form(after))
    facts = [_change_facts(each, language) for each in changes]
    words = "\n".join(each["words"] for each in facts) or "no difference"
    answer(facts, as_json=as_json, words=words)


@click.command("return")
@click.argument("form_id")
@click.argument("version")
@click.option("--json", "as_json", is_flag=True)
def go_back(form_id: str, version: str, as_json: bool) -> None:
    """Let phones get the questions of an earlier VERSION again, under a new number."""
    key = FormKey(PROJECT, form_id)
    with services() as house:
        made = return_to(house.stores, house.shelf, key, version, by=_BY, at=house.clock()).version
    facts = {"form_id": form_id, "version": made.version, "as": version}
    answer(facts, as_json=as_json, words=f"{form_id} {made.version}: as version {version}")


@click.command("duplicate")
@click.argument("form_id")
@click.argument("new_id")
@click.argument("title")
@click.option("--json", "as_json", is_flag=True)
def copy(form_id: str, new_id: str, title: str, as_json: bool) -> None:
    """Begin another form NEW_ID with the questions of FORM_ID; it is a draft first."""
    key = FormKey(PROJECT, form_id)
    with services() as house:
        made = duplicate(
            house.stores, house.shelf, key, new_id, title, by=_BY, at=house.clock()
        ).version
        entry = house.stores.forms.entry(made.key)
    token = entry.draft_token if entry else None
    facts = {"form_id": made.key.form_id, "version": made.version, "draft_token": token}
    answer(facts, as_json=as_json, words=f"{made.key.form_id} {made.version}: draft token {token}")


@click.command("delete")
@click.argument("form_id")
@click.option("--json", "as_json", is_flag=True)
def delete(form_id: str, as_json: bool) -> None:
    """Put FORM_ID in the bin. Its records are kept, and so is what phones still send."""
    with services() as house:
        delete_form(house.stores, house.shelf, FormKey(PROJECT, form_id), house.clock())
    words = f"{form_id}: in the bin for {BIN_DAYS} days; its records are kept"
    answer({"form_id": form_id, "deleted": True}, as_json=as_json, words=words)


@click.command("restore")
@click.argument("form_id")
@click.option("--json", "as_json", is_flag=True)
def restore(form_id: str, as_json: bool) -> None:
    """Take FORM_ID out of the bin, as it was."""
    with services() as house:
        restore_form(house.stores, house.shelf, FormKey(PROJECT, form_id))
    answer({"form_id": form_id, "deleted": False}, as_json=as_json, words=f"{form_id}: back")


def _version_facts(version: FormVersion, current: str) -> dict[str, Any]:
    return {
        "version": version.version,
        "current": version.version == current,
        "title": version.title,
        "published_at": version.published_at.isoformat(timespec="seconds"),
        "published_by": version.published_by,
        "notes": version.notes,
        "spreadsheet": version.xlsx_sha256 is not None,
    }


def _change_facts(change: Change, language: str) -> dict[str, Any]:
    return {
        "what": change.what.value,
        "question": "/".join(change.field.path),
        "words": change_words(change, language),
    }
