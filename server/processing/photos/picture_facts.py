"""What is known of a picture, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Problem(StrEnum):
    """What can be wrong with a picture."""

    EMPTY = "empty"
    NOT_A_PICTURE = "not_a_picture"
    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"
    HEIC_UNSUPPORTED = "heic_unsupported"
    EXIF_BROKEN = "exif_broken"


@dataclass(frozen=True, slots=True)
class Place:
    """A place on earth in WGS 84; metres above the sea where known."""

    longitude: float
    latitude: float
    altitude: float | None = None

    def as_geojson(self) -> dict[str, Any]:
        """A GeoJSON Point."""
        height = [] if self.altitude is None else [self.altitude]
        return {"type": "Point", "coordinates": [self.longitude, self.latitude, *height]}


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """``width`` and ``height`` as a person sees it, upright.

    ``taken_at`` without a zone is the camera's local time. ``dhash`` is None for a picture with
    nothing to see in it (a covered lens), because all of those look the same.
    """

    kind: str
    width: int | None = None
    height: int | None = None
    orientation: int = 1
    taken_at: datetime | None = None
    place: Place | None = None
    camera: str | None = None
    dhash: str | None = None
    problems: tuple[Problem, ...] = ()

    def as_facts(self) -> dict[str, Any]:
        """Plain values that JSON and the database can hold; what is not known is left out."""
        facts: dict[str, Any] = {
            "kind": self.kind,
            "width": self.width,
            "height": self.height,
            "orientation": self.orientation,
            "taken_at": self.taken_at and self.taken_at.isoformat(),
            "zone_known": self.taken_at and self.taken_at.tzinfo is not None,
            "place": self.place and self.place.as_geojson(),
            "camera": self.camera,
            "dhash": self.dhash,
            "problems": [each.value for each in self.problems],
        }
        return {key: value for key, value in facts.items() if value is not None}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> PictureFacts:
        """The value that ``as_facts`` was made from."""
        taken_at, place = facts.get("taken_at"), facts.get("place")
        return cls(
            kind=facts["kind"],
            width=facts.get("width"),
            height=facts.get("height"),
            orientation=facts.get("orientation", 1),
            taken_at=datetime.fromisoformat(taken_at) if taken_at else None,
            place=Place(*place["coordinates"]) if place else None,
            camera=facts.get("camera"),
            dhash=facts.get("dhash"),
            problems=tuple(Problem(each) for each in facts.get("problems", ())),
        )
