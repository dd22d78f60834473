"""What a person did about a record, as the journal has it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from server.model.keeping import Keeping
from server.model.records import Record, Review, Worker


def said_of(record: Record, act: Review | Worker | Keeping) -> dict[str, Any]:
    """The act with the record that it is about, as JSON can hold it."""
    return {
        **asdict(act),
        "at": act.at.isoformat(),
        "project": record.key.project,
        "form_id": record.key.form_id,
        "instance_id": record.instance_id,
    }
