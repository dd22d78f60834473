"""Codes by which people without an account send one form each, without their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from server.model.forms import FormKey


@dataclass(frozen=True, slots=True)
class CodeBatch:
    """Codes that were made together, for a form and an office. ``codes`` are their hashes; ``used``
    has for each that was used the mark of its one record, which nobody but that record's browser
    can make again. When a code was used stands nowhere: records say when they came."""

    id: str
    key: FormKey
    office: str
    by: str
    by_name: str
    at: datetime
    ends_at: datetime
    codes: tuple[str, ...]
    used: Mapping[str, str]
    revoked_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.ends_at
