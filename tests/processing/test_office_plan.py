"""Files of units: what they would change, and what is wrong with them, by line."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from exports.units import units_csv, units_geojson
from server.errors import NotUnderstood
from server.model.offices import Area, Office, within
from server.model.scope import WHOLE_HOUSE, Scope
from server.processing.first_run import read_kinds, read_offices
from server.processing.offices.office_file import COLUMNS, read_units
from server.processing.offices.office_plan import UnitPlan, plan_units
from tests.javarosa.filler import FORMS

UNITS = FORMS / "units"
SQUARE: Area = {"type": "Polygon", "coordinates": [[[107, 20], [108, 20], [108, 21], [107, 20]]]}
TREE = {each.code: each for each in read_offices(FORMS / "shared" / "van_phong.csv")}


def plan(
    text: str | bytes,
    tree: Mapping[str, Office] = TREE,
    areas: Mapping[str, Area] | None = None,
    scope: Scope = WHOLE_HOUSE,
) -> UnitPlan:
    data = text.encode() if isinstance(text, str) else text
    return plan_units(read_units(data), tree, areas or {}, scope)


def after(planned: UnitPlan, tree: Mapping[str, Office] = TREE) -> dict[str, Office]:
    assert planned.problems == ()
    return {**tree, **{each.after.code: each.after for each in planned.changes}}


@pytest.fixture(scope="module")
def province() -> dict[str, Office]:
    return after(plan((UNITS / "quang_ninh.csv").read_bytes()))


def test_the_communes_of_the_province_come_in_with_those_before_them(
    province: Mapping[str, Office],
) -> None:
    assert len(province) == 17 + 171 + 54
    assert within("06649", province)[-2:] == ("06658@2025-07-01", "06649")
    assert (province["06676"].label, province["06676"].valid_to) == (
        "Phường Cao Thắng",
        "2025-06-30",
    )
    assert province["06676@2025-07-01"].label == "Phường Hà Lầm"
    standing = {each.number for each in province.values() if each.stands_on("2026-01-01")}
    assert {TREE[code].commune for code in TREE} - {""} <= standing
    kinds = {each.code for each in read_kinds(UNITS / "kinds.csv")}
    assert {each.kind for each in province.values()} <= kinds
    other = plan((UNITS / "vinh_phuc.csv").read_bytes())
    assert (other.problems, len(other.new)) == ((), 1 + 121 + 36)


def test_what_is_written_comes_back_equal(province: dict[str, Office]) -> None:
    province["VP01"] = Office(
        "VP01", '=HYPERLINK("x"); "Hạ Long"', "huyen", "cụm, 1", "TT", place=(107.08, -20.95)
    )
    areas = {"06676": SQUARE}
    for data in (
        b"".join(units_csv(COLUMNS, province.values())),
        units_geojson(COLUMNS, province.values(), areas),
    ):
        assert plan(data, province, areas).changes == ()
        empty = plan(data, {})
        assert after(empty, {}) == province
        assert empty.areas in ({}, areas)
        again = plan(data, {**province, "VP01": TREE["VP01"]}, areas)
        assert [each.after for each in again.changes] == [province["VP01"]]


def test_a_code_alone_is_told_apart_by_its_time() -> None:
    """As a person writes it: one code twice, each with its days."""
    file = (
        "code,label,parent,valid_from,valid_to,successor\n"
        "06676,Phường Cao Thắng,TT,,30/06/2025,06676\n"
        "06676,Phường Hà Lầm,TT,01/07/2025,,\n"
    )
    tree = after(plan(file))
    assert tree["06676"].successor == "06676@2025-07-01"
    assert plan(file, tree).changes == ()
    named = after(plan("code,label,parent\nT1,Trường,06676\n", tree), tree)
    assert named["T1"].parent == "06676@2025-07-01", "the one that stands"
    renamed = "code,label,valid_from\n06676,Phường Hà Lầm 2,2025-07-01\n"
    (changed,) = plan(renamed, tree).changes
    assert (changed.after.code, changed.after.label) == ("06676@2025-07-01", "Phường Hà Lầm 2")


def test_what_a_file_does_not_mention_stays() -> None:
    tree = {"VP02": Office("VP02", "A", "xa", "Hạ Long", "TT", "06676", (107.0, 20.9)), **TREE}
    (changed,) = plan("code;label\nVP02;Tên mới\n", tree).changes
    assert changed.before is not None
    assert (changed.after.label, changed.after.parent) == ("Tên mới", tree["VP02"].parent)
    ended = plan("code,label,valid_to,Ghi chú\nVP02,,31/10/2026,x\n", tree)
    assert (len(ended.problems), ended.unused) == (1, ("Ghi chú",)), "its name is gone"
    ended = plan("code,valid_to,name\nVP02,31/10/2026,\n", tree)
    assert [each.after.valid_to for each in ended.ended] == ["2026-10-31"]


def test_a_map_s_points_and_areas_are_taken() -> None:
    other = {"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [5, 6], [1, 2]]]}
    geometry = {
        "type": "GeometryCollection",
        "geometries": [{"type": "Point", "coordinates": [107.5, 20.5, 3]}, SQUARE, other],
    }
    feature = {"properties": {"code": "VP02", "dien_tich": 4}, "geometry": geometry}
    planned = plan(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    (changed,) = planned.changes
    assert (changed.after.place, changed.is_redrawn) == ((107.5, 20.5), True)
    assert planned.areas["VP02"]["type"] == "MultiPolygon"
    assert planned.unused == ("dien_tich",)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("X Y,Tên,TT,,", "plain letters"),
        ("X.1,Tên,TT,,", "plain letters"),
        ("*,Tên,TT,,", "plain letters"),
        ("X1,,TT,,", "label"),
        ("X1,Tên,NƠI,,", "NƠI"),
        ("X1,Tên,X1,,", "above itself"),
        ("X1,Tên,TT,31/02/2025,", "no date"),
        ("X1,Tên,TT,2025-07-02,2025-07-01", "before it begins"),
        ("6676,Tên,TT,,", "06676"),
        ("VP01,Tên,VP02,,", "above itself"),
        ("06676,Tên khác,TT,2025-07-01,", "end that unit first"),
        ("06676@2025-07-01,Tên,TT,2025-07-01,", "at the same time"),
        ("VP09,Tên,TT,,\nVP09,Tên,TT,,", "twice"),
    ],
)
def test_a_problem_names_its_line(line: str, word: str) -> None:
    tree = {**TREE, "06676": Office("06676", "Phường Cao Thắng", parent="TT")}
    head = "code,label,parent,valid_from,valid_to\nVP10,Tên,VP09,,\n"
    problems = plan(head + line, tree).problems
    assert [number for number, _ in problems] == [3 + line.count("\n")], problems
    assert word in problems[0][1].words("en")
    assert problems[0][1].words("vi") != problems[0][1].words("en")


def test_nobody_imports_units_of_others() -> None:
    own = Scope.of(["VP01"])
    assert plan("code,label,parent\nX1,Tên,VP01\n", scope=own).problems == ()
    for line in ("VP10,Tên,VP01", "VP02,Tên,VP09", "X1,Tên,", "X1,Tên,TT"):
        ((number, _),) = plan(f"code,label,parent\n{line}\n", scope=own).problems
        assert number == 2


@pytest.mark.parametrize(
    "data", [b"{", b'{"features": [1]}', b"label\nx", b"\xff\xfe", b"PK\x03\x04"]
)
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        read_units(data)


def test_a_place_off_the_earth_is_refused() -> None:
    point = {"type": "Point", "coordinates": [20.9, 107.1]}
    feature = {"properties": {"code": "VP02"}, "geometry": point}
    with pytest.raises(NotUnderstood):
        read_units(json.dumps({"features": [feature]}).encode())
