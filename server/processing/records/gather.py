"""What a record knows, put together for ``evidence.judge``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from server.model.calendar import ZONE
from server.model.records import Derived
from server.processing.photos.picture_facts import PictureFacts, Place
from server.processing.records.evidence import Evidence, Point


def evidence_of(
    derived: Derived,
    received_at: datetime,
    *,
    offices: tuple[Place, ...] = (),
    pictures: Mapping[str, PictureFacts] | None = None,
    seen_before: Mapping[str, str] | None = None,
) -> Evidence:
    """Missing files are no part of it: they are still on their way, and counted when looked at."""
    return Evidence(
        received_at=received_at,
        started_at=derived.started_at,
        ended_at=derived.ended_at,
        zone=ZONE,
        points=tuple(_points(derived.answers, "")),
        pictures=pictures or {},
        offices=offices,
        seen_before=seen_before or {},
    )


def _points(answers: Mapping[str, Any], above: str) -> Iterator[Point]:
    for key, value in answers.items():
        if isinstance(value, dict) and value.get("type") == "Point":
            yield Point(above + key, Place(*value["coordinates"]), value.get("accuracy"))
        elif isinstance(value, list):
            for each in value:
                if isinstance(each, dict):
                    yield from _points(each, f"{above}{key}/")
