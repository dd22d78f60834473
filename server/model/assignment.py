"""Who carries what of a register, by who looks after it."""

from __future__ import annotations

from enum import StrEnum


class AssignedOnly(StrEnum):
    """Whose phones get the entries alone that are their own to look after."""

    NOBODY = "nobody"
    COLLABORATORS = "collaborators"
    EVERYBODY = "everybody"

    @property
    def is_in_use(self) -> bool:
        """Whether it matters to any phone who looks after an entry."""
        return self is not AssignedOnly.NOBODY
