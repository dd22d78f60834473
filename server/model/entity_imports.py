"""A file that filled a register, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.model.entities import ListKey


class ImportState(StrEnum):
    """BEGUN and TAKING are what a broken-off import or undoing stays at; each can be ended."""

    BEGUN = "begun"
    DONE = "done"
    TAKING = "taking"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class EntityImport:
    """One filling of a list from a file, by the name under which it is taken back. ``office`` and
    ``within`` are those of who did it; ``lines`` is how many entries it was to make or change."""

    key: ListKey
    batch: str
    at: datetime
    by: str
    office: str | None
    within: tuple[str, ...]
    lines: int
    state: ImportState = ImportState.BEGUN
