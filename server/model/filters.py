"""What a list of records asks for."""

from __future__ import annotations

from dataclasses import dataclass

from server.model.records import ReviewState


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list asks for. ``top`` and ``bottom`` are ``seq`` bounds: ``bottom <= seq < top``;
    ``known`` is the seq of a record above which few or none are expected."""

    top: int
    bottom: int = 0
    office: str | None = None
    review: ReviewState | None = None
    sender: str | None = None
    known: int = 0
