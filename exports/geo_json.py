"""A form's records as a GeoJSON FeatureCollection (RFC 7946), one feature after the other.

A record's place is its first point; without any, its first line or area. Answers are properties
under their path, typed; what the house knows of the record stands under ``__system/``, by the names
of ODK Central's OData, which no XLSForm question can have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import geojson
import orjson

from exports.source import Opened, Options, Source, moment, open_record
from server.model.records import Record
from server.xforms.answers import name_of, project
from server.xforms.geo import Geometry
from server.xforms.record import RecordTree

_DECIMALS = 7  # a centimetre
_SHAPES: Mapping[str, type[geojson.geometry.Geometry]] = {
    "Point": geojson.Point,
    "LineString": geojson.LineString,
    "Polygon": geojson.Polygon,
}


def stream(source: Source, records: Iterable[Record], options: Options) -> Iterator[bytes]:
    """``options`` mean nothing here: files stay out, and no spreadsheet opens this."""
    yield b'{"type":"FeatureCollection","features":['
    comma = b"\n"
    for record in records:
        yield comma + orjson.dumps(_feature(source, open_record(source, record)))
        comma = b",\n"
    yield b"\n]}\n"


def _feature(source: Source, opened: Opened) -> geojson.Feature:
    answers = project(opened.tree).values
    place = _place(answers)
    facts = _system(source, opened) | _accuracy(place)
    return geojson.Feature(
        id=opened.record.instance_id,
        geometry=_geometry(place) if place else None,
        properties={
            **_plain(answers),
            **_unknown(opened.tree),
            **{f"__system/{name}": value for name, value in facts.items()},
        },
    )


def _place(answers: Mapping[str, Any]) -> Geometry | None:
    places = [each for each in answers.values() if _is_geometry(each)]
    points = (each for each in places if each["type"] == "Point")
    return next(points, places[0] if places else None)


def _geometry(place: Geometry) -> geojson.geometry.Geometry:
    return _SHAPES[place["type"]](place["coordinates"], precision=_DECIMALS)


def _accuracy(place: Geometry | None) -> dict[str, Any]:
    return {"accuracy": place["accuracy"]} if place and "accuracy" in place else {}


def _system(source: Source, opened: Opened) -> dict[str, Any]:
    record, first = opened.record, opened.record.versions[0]
    return {
        "submissionDate": moment(record.at),
        "submitterName": first.sender.name,
        "office": record.office,
        "officeName": source.office_of(record),
        "reviewState": record.review.value,
        "formVersion": first.form_version,
        "edits": len(record.versions) - 1,
        "status": opened.status or None,
        "missingFiles": [name for name in opened.files if name not in opened.there],
        "issues": list(dict.fromkeys(each.code for each in record.all_issues)),
    }


def _plain(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {name_of(key): _value(value) for key, value in answers.items()}


def _value(value: Any) -> Any:
    """A typed answer as JSON: a moment as it was written, with its zone."""
    if isinstance(value, list):
        return [_plain(each) if isinstance(each, dict) else each for each in value]
    if not isinstance(value, dict):
        return value
    if _is_geometry(value):
        return {**_geometry(value), **_accuracy(value)}
    return value["text"]


def _unknown(tree: RecordTree) -> dict[str, Any]:
    """Answers that the form does not know: nothing that was said stays behind (R52)."""
    found: dict[str, list[str]] = {}
    for extra in tree.extras:
        found.setdefault("/".join(extra.path), []).append(extra.text)
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in found.items()}


def _is_geometry(value: Any) -> bool:
    return isinstance(value, dict) and "coordinates" in value
