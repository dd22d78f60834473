"""A file of units as people keep it: a CSV, a workbook's first sheet, or a map program's GeoJSON.

What a file does not mention stays as it is; an empty cell under a column's name takes away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.errors import NotUnderstood
from server.model.offices import Area
from server.processing.registers.entity_file import MOST_ROWS, read_lines
from server.xforms.values import nfc

COLUMNS = (
    "code",
    "label",
    "kind",
    "cluster",
    "parent",
    "commune",
    "latitude",
    "longitude",
    "valid_from",
    "valid_to",
    "successor",
)
_AREAS = ("Polygon", "MultiPolygon")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of a file: its line (of GeoJSON, its place among the features), what it says by
    column, and where it lies if its geometry says so."""

    number: int
    said: Mapping[str, str]
    point: Point | None = None
    area: Area | None = None


@dataclass(frozen=True, slots=True)
class UnitFile:
    """``unused`` are columns that mean nothing here."""

    lines: tuple[UnitLine, ...]
    unused: tuple[str, ...] = ()


@dataclass(slots=True)
class _Geometry:
    points: list[Point] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)


def read_units(data: bytes) -> UnitFile:
    """Raises NotUnderstood for what is no such file at all."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _features(data)
    lines = read_lines(data)
    if lines and "code" not in lines[0]:
        raise NotUnderstood(
            why_vi="dòng đầu của tệp phải có cột “code”.",
            why_en="the file's first line must have a column “code”.",
        )
    units = tuple(
        UnitLine(number, {name: _bare(value) for name, value in line.items() if name in COLUMNS})
        for number, line in enumerate(lines, start=2)
    )
    return UnitFile(units, tuple(each for each in lines[0] if each not in COLUMNS) if lines else ())


def _bare(cell: str) -> str:
    """Without the apostrophe by which our own files keep a cell from being a formula."""
    return cell[1:] if cell.startswith("'") else cell


def _features(data: bytes) -> UnitFile:
    try:
        features = json.loads(data.decode("utf-8-sig"))["features"]
        lines, unused = [], dict[str, None]()
        for number, each in enumerate(features[: MOST_ROWS + 1], start=1):
            properties, geometry = each.get("properties") or {}, _Geometry()
            unused |= dict.fromkeys(name for name in properties if name not in COLUMNS)
            _take(each.get("geometry"), geometry)
            lines.append(
                UnitLine(
                    number,
                    {name: _text(properties[name]) for name in COLUMNS if name in properties},
                    geometry.points[0] if geometry.points else None,
                    _joined(geometry.areas),
                )
            )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError):
        raise NotUnderstood(
            why_vi="tệp không phải là GeoJSON (FeatureCollection, kinh độ trước vĩ độ sau).",
            why_en="the file is no GeoJSON (a FeatureCollection, longitude before latitude).",
        ) from None
    return UnitFile(tuple(lines), tuple(unused))


def _text(value: object) -> str:
    return "" if value is None else nfc(str(value).strip())


def _take(geometry: Any, found: _Geometry) -> None:
    """Points and areas; of lines a unit has none."""
    if geometry is None:
        return
    if geometry["type"] == "GeometryCollection":
        for each in geometry["geometries"]:
            _take(each, found)
    elif geometry["type"] == "Point":
        found.points.append(_position(geometry["coordinates"]))
    elif geometry["type"] in _AREAS:
        depth = 2 + _AREAS.index(geometry["type"])
        found.areas.append(
            {
                "type": geometry["type"],
                "coordinates": _positions(geometry["coordinates"], depth),
            }
        )


def _positions(nested: Any, depth: int) -> list[Any]:
    if depth:
        return [_positions(each, depth - 1) for each in nested]
    return list(_position(nested))


def _position(pair: Any) -> Point:
    """Raises ValueError for what is no place on earth."""
    longitude, latitude = float(pair[0]), float(pair[1])
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError
    return longitude, latitude


def _joined(areas: list[Area]) -> Area | None:
    if len(areas) < 2:
        return areas[0] if areas else None
    parts: list[Any] = []
    for each in areas:
        parts += [each["coordinates"]] if each["type"] == "Polygon" else each["coordinates"]
    return {"type": "MultiPolygon", "coordinates": parts}
