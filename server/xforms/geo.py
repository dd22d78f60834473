"""ODK geography text → GeoJSON geometries (RFC 7946), as plain dictionaries.

``lat lon alt acc`` for a point, such points joined by ``;`` for a trace or a shape. The accuracy in
metres is kept as a foreign member (RFC 7946 §6.1): a number for a point, a list for a line.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

Geometry = dict[str, Any]


def read_point(text: str) -> Geometry | None:
    """A GeoJSON Point, or None when the text is no place on earth."""
    parsed = _position(text)
    if parsed is None:
        return None
    position, accuracy = parsed
    point: Geometry = {"type": "Point", "coordinates": position}
    if accuracy is not None:
        point["accuracy"] = accuracy
    return point


def read_trace(text: str) -> Geometry | None:
    """A GeoJSON LineString of two positions or more, or None."""
    line = _line(text)
    if line is None or len(line[0]) < 2:
        return None
    return {"type": "LineString", "coordinates": line[0], "accuracy": line[1]}


def read_shape(text: str) -> Geometry | None:
    """A GeoJSON Polygon; the ring is closed by an identical position and counter-clockwise
    (RFC 7946 §3.1.6), or None."""
    line = _line(text)
    if line is None:
        return None
    ring, accuracy = line
    if len(ring) > 1 and ring[0][:2] == ring[-1][:2]:
        # The phone may have measured another height when it came round.
        ring, accuracy = ring[:-1], accuracy[:-1]
    ring, accuracy = [*ring, ring[0]], [*accuracy, accuracy[0]]
    if len(ring) < 4:
        return None
    if _signed_area(ring) < 0:
        ring, accuracy = ring[::-1], accuracy[::-1]
    return {"type": "Polygon", "coordinates": [ring], "accuracy": accuracy}


def _line(text: str) -> tuple[list[list[float]], list[float | None]] | None:
    parsed = [_position(each) for each in text.split(";") if each.strip()]
    if not parsed or any(each is None for each in parsed):
        return None
    return [each[0] for each in parsed if each], [each[1] for each in parsed if each]


def _position(text: str) -> tuple[list[float], float | None] | None:
    if "_" in text or not text.isascii():  # float() reads 1_0 and digits of other scripts
        return None
    try:
        numbers = [float(each) for each in text.split()]
    except ValueError:
        return None
    if not 2 <= len(numbers) <= 4 or not all(math.isfinite(each) for each in numbers):
        return None
    latitude, longitude = numbers[0], numbers[1]
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    position = [longitude, latitude, *numbers[2:3]]
    return position, numbers[3] if len(numbers) == 4 else None


def _signed_area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
