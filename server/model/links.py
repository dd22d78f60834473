"""Links that let somebody choose a password: sent to whoever is invited, or has forgotten it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class LinkKind(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"

    @property
    def lasts(self) -> timedelta:
        return timedelta(days=7) if self is LinkKind.INVITATION else timedelta(hours=24)
