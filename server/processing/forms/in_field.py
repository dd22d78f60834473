"""Which versions phones work with: what each of them sent last says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.model.records import RecordLine


@dataclass(frozen=True, slots=True)
class InField:
    """A version, and whoever sent a last record with it: (name, when), newest first."""

    version: str
    senders: tuple[tuple[str, datetime], ...]


def versions_in_field(lines: Sequence[RecordLine], current: str) -> list[InField]:
    """Of records, newest first. The current version stands first, also while nobody has it."""
    last: dict[str, RecordLine] = {}
    for line in lines:
        last.setdefault(line.sender.id, line)
    found: dict[str, list[tuple[str, datetime]]] = {current: []}
    for line in last.values():
        found.setdefault(line.form_version, []).append((line.sender.name, line.at))
    return [InField(version, tuple(senders)) for version, senders in found.items()]
