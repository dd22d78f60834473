"""A record that somebody opened though their role does not read it: why, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.model.forms import FormKey


@dataclass(frozen=True, slots=True)
class Opening:
    """``within`` is the record's office with all above it: there it is told of."""

    id: str
    actor: str
    actor_name: str
    key: FormKey
    instance_id: str
    within: tuple[str, ...]
    reason: str
    at: datetime
    until: datetime
