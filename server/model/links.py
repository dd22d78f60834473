"""Links that let somebody choose a password: sent to whoever is invited, or has forgotten it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class LinkKind(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"

    @property
    def lasts(self) -> timedelta:
        return timedelta(days=7) if self is LinkKind.INVITATION else timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Link:
    """Whose password is chosen by it, and who made it: "" for the operator."""

    actor: str
    by: str
