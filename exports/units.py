"""The tree of offices as files that are read back: a CSV for spreadsheets, GeoJSON for maps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import orjson

from exports.csv_text import csv_bytes
from server.model.offices import Area, Office


def units_csv(columns: Sequence[str], offices: Iterable[Office]) -> Iterator[bytes]:
    """One line a unit; areas do not fit into a cell."""
    rows = ([facts[name] for name in columns] for facts in map(_facts, offices))
    return csv_bytes([list(columns), *rows], safe=True)


def units_geojson(
    columns: Sequence[str], offices: Iterable[Office], areas: Mapping[str, Area]
) -> bytes:
    """One feature a unit: its point, its area, both, or neither."""
    named = [name for name in columns if name not in ("latitude", "longitude")]
    features = [
        {
            "type": "Feature",
            "properties": {name: facts[name] for name in named},
            "geometry": _geometry(office, areas.get(office.code)),
        }
        for office in offices
        for facts in (_facts(office),)
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def _facts(office: Office) -> dict[str, str]:
    longitude, latitude = office.place or ("", "")
    return {
        "code": office.code,
        "label": office.label,
        "kind": office.kind,
        "cluster": office.cluster,
        "parent": office.parent or "",
        "commune": office.commune,
        "latitude": str(latitude),
        "longitude": str(longitude),
        "valid_from": office.valid_from,
        "valid_to": office.valid_to,
        "successor": office.successor or "",
    }


def _geometry(office: Office, area: Area | None) -> dict[str, object] | None:
    parts: list[object] = []
    if office.place:
        parts.append({"type": "Point", "coordinates": list(office.place)})
    if area:
        parts.append(area)
    if len(parts) > 1:
        return {"type": "GeometryCollection", "geometries": parts}
    return parts[0] if parts else None  # type: ignore[return-value]
