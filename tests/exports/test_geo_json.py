"""A GIS reads the GeoJSON without a word of explanation (RFC 7946)."""

from __future__ import annotations

import json
from typing import Any

import geojson
import pytest

from server.model.records import Issue, ReviewState
from tests.exports.making import answered, edited, export, form_of, media, record, source

FORM = form_of("""
| survey |
| | type                | name  | label |
| | dateTime            | luc   | L     |
| | integer             | so    | S     |
| | decimal             | le    | D     |
| | select_multiple cay | cay   | C     |
| | image               | anh   | I     |
| | begin_group         | g.1   | G     |
| | geotrace            | duong | E     |
| | geoshape            | vung  | V     |
| | geopoint            | gps   | P     |
| | end_group           |       |       |
| | begin_repeat        | tre   | T     |
| | text                | tên   | A     |
| | geopoint            | o     | P     |
| | end_repeat          |       |       |
| choices |
| | list_name | name | label |
| | cay       | ngo  | Ngô   |
| settings |
| | form_title | form_id | version |
| | Thăm       | tham    | 1       |
""")
TRACE = "<duong>21.1 107.1 0 5; 21.2 107.2 0 6</duong>"
SHAPE = "<vung>21.0 107.0 0 0; 21.0 107.1 0 0; 21.1 107.1 0 0; 21.0 107.0 3 0</vung>"
POINT = "<gps>21.123456789 107.987654321 12.5 4.5</gps>"


def feature(inside: str, **facts: Any) -> dict[str, Any]:
    data = export("geojson", source(FORM), [record(answered(FORM, inside), **facts)])
    assert geojson.loads(data.decode()).is_valid
    (only,) = json.loads(data)["features"]
    assert isinstance(only, dict)
    return only


def test_a_map_shows_a_record_where_its_point_lies() -> None:
    found = feature(f"<g.1>{TRACE}{SHAPE}{POINT}</g.1>")
    assert found["id"] == "uuid:1"
    assert found["type"] == "Feature"
    # Longitude first, and no decimals that no phone can measure.
    assert found["geometry"] == {"type": "Point", "coordinates": [107.9876543, 21.1234568, 12.5]}
    assert found["properties"]["__system/accuracy"] == 4.5


def test_a_map_shows_a_line_or_an_area_where_there_is_no_point() -> None:
    line = feature(f"<g.1>{TRACE}{SHAPE}<gps/></g.1>")
    assert line["geometry"]["type"] == "LineString"
    assert line["geometry"]["coordinates"] == [[107.1, 21.1, 0], [107.2, 21.2, 0]]
    assert line["properties"]["__system/accuracy"] == [5, 6]
    area = feature(f"<g.1>{SHAPE}</g.1>")
    (ring,) = area["geometry"]["coordinates"]
    assert area["geometry"]["type"] == "Polygon"
    assert ring[0] == ring[-1] == [107.0, 21.0, 0]


@pytest.mark.parametrize("gps", ["", "<gps/>", "<gps>đâu đó</gps>", "<gps>91 181 0 0</gps>"])
def test_a_record_without_a_place_is_a_feature_without_geometry(gps: str) -> None:
    found = feature(f"<g.1>{gps}</g.1>")
    assert found["geometry"] is None
    assert "__system/accuracy" not in found["properties"]


def test_the_place_of_a_child_is_not_the_place_of_the_record() -> None:
    found = feature("<tre><o>21 107 0 0</o></tre>")
    assert found["geometry"] is None
    assert found["properties"]["tre"][0]["o"]["coordinates"] == [107, 21, 0]


def test_a_statistician_finds_typed_answers_under_their_paths() -> None:
    """R54"""
    inside = (
        "<luc>2026-11-22T02:24:13.354+07:00</luc><so>7</so><le>2.50</le><cay>ngo</cay>"
        "<anh>a.jpg</anh><g.1><duong>x</duong></g.1><tre><tên>An</tên></tre><tre><tên/></tre>"
    )
    properties = feature(inside)["properties"]
    assert {name: value for name, value in properties.items() if "__" not in name} == {
        "luc": "2026-11-22T02:24:13.354+07:00",
        "so": 7,
        "le": 2.5,
        "cay": ["ngo"],
        "anh": "a.jpg",
        "g.1/duong": "x",
        "tre": [{"tên": "An"}, {}],
        "meta/instanceID": "uuid:1",
    }


def test_a_colleague_sees_who_when_and_in_what_state() -> None:
    xml = answered(FORM, "<anh>a.jpg</anh>")
    first = record(
        xml,
        files=[media("z.jpg", b"")],
        review=ReviewState.HAS_ISSUES,
        issues=(Issue("far_from_office"),),
    )
    data = export("geojson", source(FORM), [edited(first, xml)])
    (only,) = json.loads(data)["features"]
    assert {
        name.removeprefix("__system/"): value
        for name, value in only["properties"].items()
        if name.startswith("__system/")
    } == {
        "submissionDate": "2026-11-24T08:31:00.007Z",
        "submitterName": "Hoàng Thị Bích Ngọc",
        "office": "tien_yen",
        "officeName": "",
        "reviewState": "hasIssues",
        "formVersion": "1",
        "edits": 1,
        "status": None,
        "missingFiles": ["a.jpg"],
        "issues": ["far_from_office"],
    }


def test_answers_that_no_version_knows_come_along() -> None:
    """R52"""
    properties = feature("<moi>m</moi><g.1><la>1</la><la>2</la></g.1>")["properties"]
    assert (properties["moi"], properties["g.1/la"]) == ("m", ["1", "2"])


def test_numbers_at_the_edge_of_64_bits_and_no_numbers_come_through() -> None:
    properties = feature("<so>9223372036854775807</so><le>NaN</le>")["properties"]
    assert (properties["so"], properties["le"]) == (9223372036854775807, "NaN")
    assert feature("<so>9223372036854775808</so>")["properties"]["so"] == "9223372036854775808"
