"""Work that is somebody's own to finish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.model.forms import FormKey


@dataclass(frozen=True, slots=True)
class Charge:
    """A record that was returned for correction, to whoever filled it in or took it over; or that
    somebody was named to work on."""

    key: FormKey
    instance_id: str
    office: str | None
    at: datetime
