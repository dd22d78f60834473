"""Areas of units on maps: drawn beside a list that says the same without a map."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from server.model.areas import coarser, extent, metres_outside, square_kilometres
from server.model.offices import Area, Office
from server.routes.pages.records.answers import place_words
from server.routes.pages.records.record_side import Point, Sign
from server.routes.pages.words import gettext, number

# A border is drawn by hand and by law, and no phone knows better than this where it stands.
_SLACK = 200

Grounds = Sequence[tuple[Office, Area]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """``shape`` is JSON: the coordinates of a MultiPolygon."""

    name: str
    words: str
    shape: str


def drawn(grounds: Grounds) -> tuple[Drawn, ...]:
    across = extent([area for _, area in grounds])
    shapes = ((office, area, coarser(area, across)) for office, area in grounds)
    return tuple(_drawn(office, area, shape) for office, area, shape in shapes if shape)


def places(offices: Iterable[Office]) -> tuple[Point, ...]:
    """Where offices are, as far as that is known."""
    return tuple(
        Point(
            lat=each.place[1],
            lon=each.place[0],
            accuracy=0,
            words=f"{each.label}: {place_words({'coordinates': each.place})}",
        )
        for each in offices
        if each.place
    )


def grounds_signs(grounds: Grounds, points: Sequence[Point]) -> Iterator[Sign]:
    """Whether the record was made where its office works; nothing where that is not known."""
    if not grounds:
        return
    unit = grounds[0][0].label
    far = [metres for each in points if (metres := _metres_outside(grounds, each))]
    for metres in far:
        yield Sign(
            "doubtful",
            gettext("%(far)s outside the area of %(unit)s", far=_distance(metres), unit=unit),
        )
    if points and not far:
        yield Sign("good", gettext("Inside the area of %(unit)s", unit=unit))


def _metres_outside(grounds: Grounds, point: Point) -> int:
    """0 where its own error, or the border's, explains it."""
    metres = min(metres_outside(area, point.lon, point.lat) for _, area in grounds)
    return round(metres) if metres > _SLACK + point.accuracy else 0


def _distance(metres: int) -> str:
    return f"{number(metres)} m" if metres < 1000 else f"{number(round(metres / 1000, 1))} km"


def _drawn(office: Office, area: Area, shape: object) -> Drawn:
    size = number(round(square_kilometres(area), 1))
    return Drawn(
        name=office.label,
        words=gettext("Area of %(unit)s: %(size)s km²", unit=office.label, size=size),
        shape=json.dumps(shape, separators=(",", ":")),
    )
