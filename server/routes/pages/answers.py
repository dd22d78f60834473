"""An answer's text as a person reads it."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from server.model.calendar import ZONE
from server.processing.choice_labels import ChoiceLabels
from server.processing.shelf import OnHand
from server.routes.pages.office_kinds import office_kind_words, passes_on_a_kind
from server.routes.pages.words import decimal_words, gettext, number
from server.xforms.form import Field, Form
from server.xforms.values import typed

_NUMBERS = frozenset(("int", "integer", "decimal"))
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")


class Reader:
    """Words for the answers of one record in one language."""

    def __init__(self, labels: ChoiceLabels, on_hand: OnHand, language: str) -> None:
        self._labels, self._version, self.language = labels, on_hand.version, language
        self._passed_on = _unequivocal(on_hand.form, language)

    def words(self, field: Field, text: str) -> str:
        """The answer in words; text that does not fit its type as it came."""
        if field.is_multiple:
            return "\n".join(self._chosen(field, text))
        if field.control == "select1":
            return self._label(field, text)
        if field.control == "trigger":
            return gettext("Confirmed")
        answer = typed(field, text)
        if answer.odd:
            return text.strip()
        if field.type in _NUMBERS:
            return decimal_words(text.strip(), grouped="thousands-sep" in field.appearance)
        if field.type == "date" or (field.control is None and _DAY.match(text)):
            # A calculation has no type of its own; what looks like a day in it is one.
            return _day(str(answer.value), field.appearance) or text.strip()
        if field.control is None and field.type == "string":
            if passes_on_a_kind(field):
                return office_kind_words(text)
            return self._passed_on.get(text, text)
        return _shown(field.type, answer.value)

    def _chosen(self, field: Field, text: str) -> list[str]:
        labels = [self._label(field, code) for code in text.split()]
        if field.control == "rank":
            return [f"{place}. {label}" for place, label in enumerate(labels, start=1)]
        return labels

    def _label(self, field: Field, code: str) -> str:
        return self._labels.label(self._version, field.choices, code.strip(), self.language)


def _unequivocal(form: Form, language: str) -> dict[str, str]:
    """What a code says that stands for one thing in all lists of the form: a calculation that
    passes a choice on holds its code. A number is none: it may well be a sum."""
    found: dict[str, set[str]] = {}
    for field in form.walk():
        for code, words in field.choices.items.items():
            found.setdefault(code, set()).add(words.in_(language))
    return {
        code: label
        for code, labels in found.items()
        if len(labels) == 1 and (label := labels.pop()) and code[:1].isalpha()
    }


def _shown(kind: str, value: Any) -> str:
    match kind:
        case "boolean":
            return gettext("Yes") if value else gettext("No")
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


def _day(text: str, appearance: str) -> str:
    """As much of the day as was asked for; "" for what is no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    if "month-year" in appearance:
        return f"{day:%m/%Y}"
    return f"{day:%Y}" if "year" in appearance else f"{day:%d/%m/%Y}"


def place_words(point: dict[str, Any]) -> str:
    """``21,02850; 105,85420, sai số ±12 m``."""
    longitude, latitude = point["coordinates"][:2]
    place = f"{_degrees(latitude)}; {_degrees(longitude)}"
    accuracy = point.get("accuracy")
    if not accuracy:
        return place
    return gettext("%(place)s, accuracy ±%(metres)s m", place=place, metres=round(accuracy))


def _degrees(value: float) -> str:
    return decimal_words(f"{value:.5f}", grouped=False)


def _line_words(line: dict[str, Any]) -> str:
    ring = line["coordinates"][0] if line["type"] == "Polygon" else line["coordinates"]
    return gettext("%(number)s points", number=number(len(ring)))
