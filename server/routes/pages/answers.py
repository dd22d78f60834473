"""An answer's text as a person reads it, and its typed value as a program does."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from server.model.calendar import ZONE
from server.model.forms import FormVersion
from server.processing.choice_labels import ChoiceLabels
from server.routes.pages.words import gettext, number
from server.xforms.form import Field
from server.xforms.values import typed

_COUNTS = frozenset(("int", "integer"))


class Reader:
    """Words for the answers of one record in one language."""

    def __init__(self, labels: ChoiceLabels, version: FormVersion, language: str) -> None:
        self._labels, self._version, self._language = labels, version, language

    def words(self, field: Field, text: str) -> str:
        """The answer in words; text that does not fit its type as it came."""
        answer = typed(field, text)
        if field.is_multiple:
            return "\n".join(self._label(field, code) for code in answer.value)
        if field.control == "select1":
            return self._label(field, text)
        if answer.odd or (field.type in _COUNTS and "thousands-sep" not in field.appearance):
            # A year and a house number are no quantities: grouped only where the form says so.
            return text.strip()
        return _shown(field.type, answer.value)

    def _label(self, field: Field, code: str) -> str:
        return self._labels.label(self._version, field.choices, code.strip(), self._language)


def _shown(kind: str, value: Any) -> str:
    match kind:
        case "int" | "integer" | "decimal":
            return number(value)
        case "boolean":
            return gettext("Yes") if value else gettext("No")
        case "date":
            return f"{date.fromisoformat(value):%d/%m/%Y}"
        case "time":
            return str(value)[:5]
        case "dateTime":
            return f"{datetime.fromisoformat(value['text']).astimezone(ZONE):%d/%m/%Y, %H:%M}"
        case "geopoint":
            return place_words(value)
        case "geotrace" | "geoshape":
            return _line_words(value)
        case _:
            return str(value)


def place_words(point: dict[str, Any]) -> str:
    """``21,02850; 105,85420, sai số ±12 m``."""
    longitude, latitude = point["coordinates"][:2]
    place = f"{_degrees(latitude)}; {_degrees(longitude)}"
    accuracy = point.get("accuracy")
    if not accuracy:
        return place
    return gettext("%(place)s, accuracy ±%(metres)s m", place=place, metres=round(accuracy))


def _degrees(value: float) -> str:
    text = f"{value:.5f}"
    # A comma divides in Vietnamese.
    return text.replace(".", ",") if number(0.5) == "0,5" else text


def _line_words(line: dict[str, Any]) -> str:
    ring = line["coordinates"][0] if line["type"] == "Polygon" else line["coordinates"]
    return gettext("%(number)s points", number=number(len(ring)))
