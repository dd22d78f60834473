"""Answer text gets its type; what does not fit stays as it came and is named odd."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from server.xforms.values import nfc, read_moment, typed
from tests.xforms.making import question


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "7", 7),
        ("int", "-7", -7),
        ("int", "007", 7),
        ("int", " 12 ", 12),
        ("int", "9223372036854775807", 2**63 - 1),
        ("int", "-9223372036854775808", -(2**63)),
        ("decimal", "2.50", 2.5),
        ("decimal", "39.629999999999995", 39.629999999999995),
        ("decimal", "1.0E7", 1e7),
        ("decimal", ".5", 0.5),
        ("decimal", "-3", -3.0),
        ("boolean", "true", True),
        ("boolean", "0", False),
        ("date", "2026-11-24", "2026-11-24"),
        ("date", "2026-11-24+07:00", "2026-11-24"),
        ("date", "2026-11-24T00:00:00.000+07", "2026-11-24"),
        ("time", "22:01:20.000+07:00", "22:01:20.000+07:00"),
        ("string", "007", "007"),
        ("string", "  giữ khoảng trắng ", "  giữ khoảng trắng "),
        ("barcode", "0123", "0123"),
        ("intent", "chữ", "chữ"),
    ],
)
def test_an_answer_gets_the_type_of_its_question(kind: str, text: str, value: Any) -> None:
    answer = typed(question(kind), text)
    assert (answer.value, answer.odd) == (value, False)
    assert type(answer.value) is type(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("int", "9223372036854775808"),
        ("int", "-9223372036854775809"),
        ("int", "9" * 5000),
        ("int", "1.5"),
        ("int", "1_000"),
        ("int", "١٢"),
        ("int", "bảy"),
        ("decimal", "NaN"),
        ("decimal", "Infinity"),
        ("decimal", "1e400"),
        ("decimal", "1_0.5"),
        ("decimal", "2,5"),
        ("decimal", "１２"),
        ("boolean", "có"),
        ("date", "2026-02-30"),
        ("date", "2026-W01-1"),
        ("date", "20261124"),
        ("date", "2026-11-24 hôm nay"),
        ("date", "24/11/2026"),
        ("time", "25:00"),
        ("dateTime", "2026-11-24T08:00:00"),
        ("dateTime", "2026-11-24"),
        ("dateTime", "0001-01-01T00:00:00+07:00"),
        ("dateTime", "9999-12-31T23:59:59-07:00"),
        ("dateTime", "hôm qua"),
        ("geopoint", "nhà"),
        ("geotrace", "21 107"),
        ("geoshape", "21 107; 21 108"),
    ],
)
def test_an_answer_that_does_not_fit_is_kept_as_text_and_flagged(kind: str, text: str) -> None:
    answer = typed(question(kind), text)
    assert (answer.value, answer.odd) == (text, True)


def test_a_moment_keeps_the_zone_that_the_phone_wrote() -> None:
    text = "2026-11-22T02:24:13.354+07:00"
    assert typed(question("dateTime"), text).value == {
        "utc": datetime(2026, 11, 21, 19, 24, 13, 354_000, UTC),
        "text": text,
    }


@pytest.mark.parametrize("zone", ["+07", "+0700", "+07:00", "Z", "-03:30"])
def test_a_moment_is_understood_in_every_notation_of_zones(zone: str) -> None:
    moment = read_moment(f"2026-11-22T02:24:13.354{zone}")
    assert moment is not None
    assert moment.tzinfo is UTC


def test_a_clock_that_is_off_the_calendar_cannot_stop_a_record() -> None:
    """No database holds the year 0: it must not come so far."""
    assert read_moment("0001-01-01T00:00:00.000+07:00") is None


@pytest.mark.parametrize("control", ["select", "rank"])
def test_several_choices_are_a_list(control: str) -> None:
    assert typed(question(control=control), " ngo  sắn\n").value == ["ngo", "sắn"]


def test_decomposed_vietnamese_is_found_by_a_composed_search() -> None:
    decomposed = "Trâ\u0300n Văn Ma\u0323nh"
    assert typed(question(), decomposed).value == "Trần Văn Mạnh"
    assert nfc("ascii") == "ascii"


@given(
    some.sampled_from(
        [
            "int",
            "decimal",
            "boolean",
            "date",
            "time",
            "dateTime",
            "geopoint",
            "geotrace",
            "geoshape",
        ]
    ),
    some.one_of(
        some.text(),
        some.text(alphabet="0123456789.-+:;TZeE _ "),
        some.datetimes().map(str),
        some.floats().map(repr),
    ),
)
def test_no_text_whatever_stops_a_record(kind: str, text: str) -> None:
    answer = typed(question(kind), text)
    assert not answer.odd or answer.value == nfc(text)
