"""What one POST brought, and as what the journal remembers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from server.model.people import Sender
from server.model.records import own_names
from server.model.scope import EVERYWHERE, Scope

# The name under which another record in one POST is kept, as a file of the first.
SECOND_RECORD = "xml_submission_file"


@dataclass(frozen=True, slots=True)
class Upload:
    """``files`` by the name they came under; ``within`` the sender's offices, ``reach`` those whose
    records it may send and edit; ``seq`` the arrival's place in time. ``edits`` is where it may
    edit records of others, None for all of its reach. ``closed``: it came when its form was closed,
    None while nobody has looked. ``again``: it was journalled before and has its place from
    then."""

    project: int
    draft: bool
    xml: bytes
    files: Mapping[str, BinaryIO]
    sender: Sender
    within: tuple[str, ...]
    reach: Scope
    device: str
    at: datetime
    seq: int
    closed: bool | None = None
    again: bool = False
    edits: Scope | None = None

    def facts(self) -> dict[str, Any]:
        """All but the XML and the files, as JSON can hold it."""
        sender = self.sender
        return {
            "project": self.project,
            "draft": self.draft,
            "seq": self.seq,
            "at": self.at.isoformat(),
            "device": self.device,
            "closed": self.closed,
            "within": list(self.within),
            "reach": sorted(self.reach.offices),
            "sender": [sender.id, sender.name, sender.kind, sender.office],
        }


def read_upload(facts: Mapping[str, Any], xml: bytes, files: Mapping[str, BinaryIO]) -> Upload:
    """The upload with these ``facts``."""
    return Upload(
        project=facts["project"],
        draft=facts["draft"],
        xml=xml,
        files=files,
        sender=Sender(*facts["sender"]),
        within=tuple(facts["within"]),
        # What was accepted before there was a reach is accepted again.
        reach=Scope.of(facts.get("reach", (EVERYWHERE,))),
        device=facts["device"],
        closed=facts.get("closed"),
        at=datetime.fromisoformat(facts["at"]),
        seq=facts["seq"],
    )


def files_of(parts: Sequence[tuple[str, BinaryIO]]) -> dict[str, BinaryIO]:
    """Parts of one POST by name; a second one under a name is kept, too."""
    names = own_names(name for name, _ in parts)
    return {name: file for name, (_, file) in zip(names, parts, strict=True)}
