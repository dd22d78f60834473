"""What was refused and set aside, from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from server.cli.house import answer, services
from server.model.aside import SetAside
from server.model.scope import WHOLE_HOUSE
from server.model.sequence import LAST_SEQ
from server.processing.intake.set_aside import aside_of

_AT_A_TIME = 200


@click.group()
def aside() -> None:
    """Uploads that were refused and are kept for a person."""


@aside.command("list")
@click.option("--settled", is_flag=True, help="Those that somebody has dealt with.")
@click.option("--before", type=int, default=LAST_SEQ, help="The seq of the last one seen.")
@click.option("--json", "as_json", is_flag=True)
def list_them(settled: bool, before: int, as_json: bool) -> None:
    """The newest 200: why, when, from whom."""
    with services() as house:
        found = house.stores.aside.page(WHOLE_HOUSE, settled=settled, top=before, most=_AT_A_TIME)
    facts = [_facts(each) for each in found]
    lines = (f"{each['id']}\t{each['at']}\t{each['why']}\t{each['form']}" for each in facts)
    answer(facts, as_json=as_json, words="\n".join(lines) or "nothing is set aside")


@aside.command("take")
@click.argument("id")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def take(id: str, folder: Path, as_json: bool) -> None:
    """Write what came with ID into FOLDER: submission.xml, and its files by number."""
    with services() as house:
        found = aside_of(house.stores, WHOLE_HOUSE, id)
        # A name from outside is a label, never a path.
        kept = {f"{number}": each.sha256 for number, each in enumerate(found.files, 1)}
        if found.xml:
            kept["submission.xml"] = found.xml
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, sha256 in kept.items():
            (folder / name).write_bytes(house.stores.blobs.read(sha256))
    answer(_facts(found), as_json=as_json, words=f"{len(kept)} files in {folder}")


def _facts(found: SetAside) -> dict[str, Any]:
    return {
        "id": found.id,
        "seq": found.seq,
        "at": found.at.isoformat(timespec="seconds"),
        "why": found.why,
        "sender": found.sender,
        "form": found.form,
        "instance_id": found.instance_id,
        "bytes": found.size,
        "files": [{"name": each.name, "bytes": each.size} for each in found.files],
        "settled": found.settled is not None,
    }
