"""Answer text → typed value, by the question's bind type (ODK XForms specification, Data Types).

A value that does not fit its type is kept as text and named odd; nothing is ever dropped.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from server.xforms.form import Field
from server.xforms.geo import read_point, read_shape, read_trace

_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")
# A zone or, from old clients, a time of day may follow; the day is what was asked for.
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9:.]+)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?\Z")
_INT64 = 2**63


class Typed(NamedTuple):
    """``value`` is what storage keeps: str, int, float, bool, list of str, a GeoJSON geometry, or
    for a dateTime ``{"utc": datetime, "text": the original with its zone}``. ``odd`` says that the
    text did not fit the type and is kept as it came."""

    value: Any
    odd: bool = False


def typed(field: Field, text: str) -> Typed:
    """The typed value of one non-empty answer."""
    if field.is_multiple:
        return Typed([nfc(each) for each in text.split()])
    reader = _READERS.get(field.type)
    if reader is None:
        return Typed(nfc(text))
    value = reader(text.strip())
    return Typed(nfc(text), odd=True) if value is None else Typed(value)


def nfc(text: str) -> str:
    """Composed (NFC), so that equal words are equal strings; the XML keeps the original."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def without_signs(text: str) -> str:
    """Of small letters, those without marks and tones."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(each for each in parts if not unicodedata.combining(each))


def _integer(text: str) -> int | None:
    if not _INTEGER.match(text) or len(text) > 20:
        return None
    number = int(text)
    return number if -_INT64 <= number < _INT64 else None


def _decimal(text: str) -> float | None:
    number = float(text) if _DECIMAL.match(text) else math.inf
    return number if math.isfinite(number) else None


def _boolean(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.lower())


def _date(text: str) -> str | None:
    found = _DATE.match(text)
    try:
        return date.fromisoformat(found[1]).isoformat() if found else None
    except ValueError:
        return None


def _time(text: str) -> str | None:
    try:
        time.fromisoformat(text)
    except ValueError:
        return None
    return text


def read_moment(text: str) -> datetime | None:
    """A dateTime in UTC, or None. Without a zone it is no moment (collect.md 7.2), nor is what
    falls off the calendar in UTC: no database could hold it."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _date_time(text: str) -> dict[str, object] | None:
    moment = read_moment(text)
    return {"utc": moment, "text": text} if moment else None


_READERS: dict[str, Callable[[str], Any]] = {
    "int": _integer,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "time": _time,
    "dateTime": _date_time,
    "geopoint": read_point,
    "geotrace": read_trace,
    "geoshape": read_shape,
}
