"""ODK's geography becomes GeoJSON that every GIS takes (RFC 7946)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import geojson
import pytest
from hypothesis import given
from hypothesis import strategies as some

from server.xforms.geo import read_point, read_shape, read_trace


def test_longitude_stands_first_and_accuracy_beside_the_place() -> None:
    assert read_point("21.33 107.4 12.5 4.0") == {
        "type": "Point",
        "coordinates": [107.4, 21.33, 12.5],
        "accuracy": 4.0,
    }


@pytest.mark.parametrize(
    ("text", "coordinates"),
    [("21.33 107.4", [107.4, 21.33]), ("21.33 107.4 7", [107.4, 21.33, 7.0])],
)
def test_a_place_without_accuracy_claims_none(text: str, coordinates: list[float]) -> None:
    assert read_point(text) == {"type": "Point", "coordinates": coordinates}


def test_a_place_tapped_on_the_map_is_a_place() -> None:
    point = read_point("21.33 107.4 0.0 0.0")
    assert point is not None
    assert point["accuracy"] == 0.0


@pytest.mark.parametrize(
    "text",
    ["", "21", "91 107 0 0", "21 181 0 0", "NaN 107", "21 inf 0 0", "a b", "1 2 3 4 5", "1_0 107",
     "２１ 107"],
)  # fmt: skip
def test_what_is_no_place_on_earth_is_none(text: str) -> None:
    assert read_point(text) is None
    assert read_trace(f"21 107; {text or 'x'}") is None


def test_a_walked_line_keeps_the_accuracy_of_each_point() -> None:
    assert read_trace("21.1 107.1 0 5; 21.2 107.2;21.3 107.3 1 7; ") == {
        "type": "LineString",
        "coordinates": [[107.1, 21.1, 0.0], [107.2, 21.2], [107.3, 21.3, 1.0]],
        "accuracy": [5.0, None, 7.0],
    }


def test_one_point_is_no_line_and_two_are_no_area() -> None:
    assert read_trace("21.1 107.1 0 5") is None
    assert read_shape("21.1 107.1 0 5; 21.2 107.2 0 5; 21.1 107.1 0 5") is None


CORNERS = ["21.0 107.0 1 5", "21.0 107.1 1 6", "21.1 107.1 1 7"]


@pytest.mark.parametrize("corners", [CORNERS, CORNERS[::-1]])
@pytest.mark.parametrize("closed", ["", "same", "other height"])
def test_an_area_is_closed_and_turns_left_however_it_was_walked(
    corners: list[str], closed: str
) -> None:
    again = {"": [], "same": corners[:1], "other height": [corners[0].replace(" 1 ", " 9 ")]}
    shape = read_shape("; ".join(corners + again[closed]))
    assert shape is not None
    (ring,) = shape["coordinates"]
    assert len(ring) == len(shape["accuracy"]) == 4
    assert ring[0] == ring[-1]
    assert shape["accuracy"][0] == shape["accuracy"][-1]
    turns = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    assert turns > 0
    assert geojson.Polygon(shape["coordinates"]).is_valid


PLACES = some.tuples(
    some.floats(-90, 90), some.floats(-180, 180), some.floats(-400, 9000), some.floats(0, 99)
).map(lambda each: " ".join(f"{number:.7f}" for number in each))


@given(some.lists(PLACES, max_size=9).map("; ".join))
def test_whatever_was_measured_is_valid_or_none(text: str) -> None:
    made: list[Any] = [
        (geojson.Point, read_point(text)),
        (geojson.LineString, read_trace(text)),
        (geojson.Polygon, read_shape(text)),
    ]
    for kind, geometry in made:
        if geometry is not None:
            assert kind(geometry["coordinates"], precision=7).is_valid
