"""The ground that a unit covers: what lies in it, what how far away, and how large it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from server.model.offices import Area

Ring = Sequence[Sequence[float]]
Shape = list[list[list[list[float]]]]
"""The coordinates of a MultiPolygon."""

_METRES_PER_DEGREE = 111_320
_FINENESS = 250
"""Into how many steps what is drawn is cut across."""


def metres_outside(area: Area, longitude: float, latitude: float) -> float:
    """How far the place is from the area; 0 within it. An area of nothing is everywhere."""
    wide = math.cos(math.radians(latitude))
    rings = [_seen_from(ring, longitude, latitude, wide) for ring in _rings(area)]
    # Holes and islands alike: each border that is crossed on the way out changes sides.
    crossed = sum(_crossings(ring) for ring in rings)
    if crossed % 2 or not rings:
        return 0.0
    return min(_from_here(a, b) for ring in rings for a, b in pairwise(ring)) * _METRES_PER_DEGREE


def square_kilometres(area: Area) -> float:
    """Near enough for a list; the law has its own numbers."""
    return sum(
        sum(_size(ring) * (-1 if number else 1) for number, ring in enumerate(polygon))
        for polygon in _polygons(area)
    )


def extent(areas: Sequence[Area]) -> float:
    """Degrees from side to side of all of them."""
    points = [point for area in areas for ring in _rings(area) for point in ring]
    if not points:
        return 0.0
    return max(max(each[at] for each in points) - min(each[at] for each in points) for at in (0, 1))


def coarser(area: Area, across: float) -> Shape:
    """As much of its border as a small map of ``across`` degrees shows."""
    step = across / _FINENESS or 1.0
    shape = [
        [thin for ring in polygon if len(thin := _thinned(ring, step)) > 3]
        for polygon in _polygons(area)
    ]
    return [polygon for polygon in shape if polygon]


def _polygons(area: Area) -> Sequence[Sequence[Ring]]:
    coordinates: Any = area["coordinates"]
    return [coordinates] if area["type"] == "Polygon" else coordinates


def _rings(area: Area) -> Iterator[Ring]:
    """Closed, as the format wants them and not every program leaves them."""
    rings = (ring for polygon in _polygons(area) for ring in polygon if len(ring) > 2)
    return (ring if ring[0] == ring[-1] else [*ring, ring[0]] for ring in rings)


def _seen_from(ring: Ring, longitude: float, latitude: float, wide: float) -> Ring:
    """In degrees of latitude around the place; a commune is small enough to be flat."""
    return [((x - longitude) * wide, y - latitude) for x, y, *_ in ring]


def _crossings(ring: Ring) -> int:
    """How often a way to the east crosses the ring."""
    return sum(
        (a[1] > 0) != (b[1] > 0) and a[0] - a[1] * (b[0] - a[0]) / (b[1] - a[1]) > 0
        for a, b in pairwise(ring)
    )


def _from_here(a: Sequence[float], b: Sequence[float]) -> float:
    """From 0, 0 to the nearest point between ``a`` and ``b``."""
    x, y = b[0] - a[0], b[1] - a[1]
    length = x * x + y * y
    along = max(0.0, min(1.0, -(a[0] * x + a[1] * y) / length)) if length else 0.0
    return math.hypot(a[0] + along * x, a[1] + along * y)


def _size(ring: Ring) -> float:
    """Of what a ring encloses, whichever way round it is told."""
    middle = sum(each[1] for each in ring) / max(1, len(ring))
    doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    scale = (_METRES_PER_DEGREE / 1000) ** 2 * math.cos(math.radians(middle))
    return abs(doubled) / 2 * scale


def _thinned(ring: Ring, step: float) -> list[list[float]]:
    """The first point in each step, and the last of all, which closes the ring."""
    kept: list[list[float]] = []
    cell: tuple[int, int] | None = None
    for number, (x, y, *_) in enumerate(ring, start=1):
        its = (math.floor(x / step), math.floor(y / step))
        if its != cell or number == len(ring):
            kept.append([round(x, 5), round(y, 5)])
        cell = its
    return kept
