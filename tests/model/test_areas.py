"""Whether a place lies in a commune, as its border was drawn."""

from __future__ import annotations

from math import cos, isclose, radians, sin, tau

from server.model.areas import coarser, extent, metres_outside, square_kilometres

DEGREE = 111_320
# From 107.0 to 107.1 and from 20.9 to 21.0, with a lake in the middle and an island in the lake.
SQUARE = [[107.0, 20.9], [107.1, 20.9], [107.1, 21.0], [107.0, 21.0], [107.0, 20.9]]
LAKE = [[107.04, 20.94], [107.06, 20.94], [107.06, 20.96], [107.04, 20.96], [107.04, 20.94]]
ISLAND = [[107.049, 20.949], [107.051, 20.949], [107.051, 20.951], [107.049, 20.951]]
ISLAND.append(ISLAND[0])
COMMUNE = {"type": "Polygon", "coordinates": [SQUARE, LAKE]}
WITH_ISLAND = {"type": "MultiPolygon", "coordinates": [[SQUARE, LAKE], [ISLAND]]}


def test_what_lies_within_is_no_metre_outside() -> None:
    assert metres_outside(COMMUNE, 107.01, 20.95) == 0
    assert metres_outside(COMMUNE, 107.08, 20.99) == 0
    assert metres_outside(WITH_ISLAND, 107.05, 20.95) == 0
    assert metres_outside({"type": "Polygon", "coordinates": []}, 107.05, 20.95) == 0


def test_outside_is_measured_to_the_nearest_border_holes_included() -> None:
    north = metres_outside(COMMUNE, 107.05, 21.01)
    assert isclose(north, 0.01 * DEGREE, rel_tol=0.001)
    west = metres_outside(COMMUNE, 106.99, 20.95)
    assert isclose(west, 0.01 * DEGREE * cos(radians(20.95)), rel_tol=0.001)
    corner = metres_outside(COMMUNE, 107.11, 21.01)
    assert isclose(corner**2, north**2 + west**2, rel_tol=0.001)
    in_the_lake = metres_outside(COMMUNE, 107.05, 20.959)
    assert isclose(in_the_lake, 0.001 * DEGREE, rel_tol=0.001)


def test_a_lake_is_not_counted_to_the_land() -> None:
    side = DEGREE / 1000
    whole = side**2 * cos(radians(20.94)) * (0.1 * 0.1 - 0.02 * 0.02)
    assert isclose(square_kilometres(COMMUNE), whole, rel_tol=0.001)
    assert square_kilometres(WITH_ISLAND) > square_kilometres(COMMUNE)


def test_a_map_gets_of_a_border_what_it_can_show() -> None:
    ring = [[107 + sin(at * tau / 9000), 21 + cos(at * tau / 9000)] for at in range(9000)]
    circle = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    across = extent([circle, COMMUNE])
    assert isclose(across, 2, rel_tol=0.001)
    ((drawn,),) = coarser(circle, across)
    assert len(drawn) < 1100
    assert drawn[0] == drawn[-1]
    thin = {"type": "Polygon", "coordinates": [drawn]}
    assert isclose(square_kilometres(thin), square_kilometres(circle), rel_tol=0.01)
    assert coarser(WITH_ISLAND, 50) == [], "too small to be seen"
    assert extent([]) == 0
