"""The journal sent through the same intake again: heals what the database lacks, changes nothing
else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from server.errors import CauNoiError
from server.model.people import Sender
from server.processing.decide import Deleted, Same
from server.processing.publish import Publication, Ready, publish_again
from server.processing.receive import Intake, Upload, receive
from server.storage.journal import Entry


@dataclass(frozen=True, slots=True)
class Replayed:
    """``healed`` entries gave the database something it lacked; ``refused`` ones could not be
    read."""

    entries: int = 0
    healed: int = 0
    refused: int = 0


def replay(intake: Intake, progress: Callable[[int], None]) -> Replayed:
    """All entries, oldest first; ``progress`` hears how many are done."""
    total = Replayed()
    for entry in intake.stores.journal.entries():
        try:
            again = _publish_again if entry.kind == "form" else _receive_again
            healed = again(intake, entry)
        except CauNoiError:
            total = replace(total, entries=total.entries + 1, refused=total.refused + 1)
        else:
            total = replace(total, entries=total.entries + 1, healed=total.healed + healed)
        progress(total.entries)
    return total


def _publish_again(intake: Intake, entry: Entry) -> bool:
    facts = entry.facts
    with ExitStack() as opened:
        read = {name: opened.enter_context(entry.open(sha)).read() for name, sha in entry.files}
    # The workbook lies under no name: no media file can have that one.
    xlsx = read.pop("", None)
    publication = Publication(
        project=facts["project"],
        file_name="",
        source=b"",
        media=read,
        by=facts["by"],
        at=datetime.fromisoformat(facts["at"]),
        notes=facts["notes"],
    )
    new = publish_again(
        intake.stores, publication, Ready(entry.body, tuple(facts["warnings"]), xlsx)
    )
    intake.shelf.forget()
    return new


def _receive_again(intake: Intake, entry: Entry) -> bool:
    facts = entry.facts
    with ExitStack() as files:
        opened: dict[str, BinaryIO] = {
            name: files.enter_context(entry.open(sha)) for name, sha in entry.files
        }
        received = receive(
            intake,
            Upload(
                project=facts["project"],
                draft=facts["draft"],
                xml=entry.body,
                files=opened,
                sender=Sender(*facts["sender"]),
                within=tuple(facts["within"]),
                device=facts["device"],
                at=datetime.fromisoformat(facts["at"]),
                seq=facts["seq"],
            ),
        )
    return not isinstance(received.decision, Same | Deleted)
