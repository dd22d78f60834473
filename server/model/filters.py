"""What a list of records asks for."""

from __future__ import annotations

from dataclasses import dataclass

from server.model.records import ReviewState


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list asks for. ``top`` and ``bottom`` are ``seq`` bounds: ``bottom <= seq < top``.

    ``reviews`` are the states wanted, none for all. ``cuts`` say where about a page of records each
    is expected (``Counts.cuts``), None where nothing is known; whatever they say, all is found.
    """

    top: int
    bottom: int = 0
    office: str | None = None
    reviews: tuple[ReviewState, ...] = ()
    sender: str | None = None
    cuts: tuple[int, ...] | None = None
