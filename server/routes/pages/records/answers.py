"""An answer's text as a person reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from server.model.calendar import ZONE
from server.processing.forms.choice_labels import ChoiceLabels
from server.processing.forms.shelf import OnHand
from server.routes.pages.words import decimal_words, gettext, number
from server.xforms.calculated import register_of
from server.xforms.chosen import Chosen
from server.xforms.entities import entity_id
from server.xforms.form import Choices, Field
from server.xforms.values import typed

_NUMBERS = frozenset(("int", "integer", "decimal"))
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_DECIMAL = re.compile(r"-?\d+\.\d+\Z")
_NOBODY: Mapping[Chosen, str] = {}


class Reader:
    """Words for the answers of one record in one language; ``names`` are those of the entries of
    registers that were chosen in it, as far as they may be told."""

    def __init__(
        self,
        labels: ChoiceLabels,
        on_hand: OnHand,
        language: str,
        names: Mapping[Chosen, str] = _NOBODY,
    ) -> None:
        self._labels, self._version, self.language = labels, on_hand.version, language
        self._calculations = on_hand.calculations
        self._names = names

    def words(self, field: Field, text: str) -> str:
        """The answer in words; text that does not fit its type as it came."""
        if field.is_multiple:
            return "\n".join(self._chosen(field, text))
        if field.control == "select1":
            return self._choice(field.choices, text.strip()) or text.strip()
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
            return self._passed_on(field, text.strip())
        return _shown(field.type, answer.value)

    def _chosen(self, field: Field, text: str) -> list[str]:
        labels = [self._choice(field.choices, code) or code for code in text.split()]
        if field.control == "rank":
            return [f"{place}. {label}" for place, label in enumerate(labels, start=1)]
        return labels

    def _choice(self, choices: Choices, code: str) -> str:
        """Of an entry of a register whatever it is called; "" for an unknown code."""
        label = self._labels.label(self._version, choices, code, self.language)
        entry = entity_id(code) if choices.file else ""
        if label or not entry:
            return label
        return self._names.get((register_of(choices), entry)) or gettext(
            "Not in the register, or of an office that you do not see"
        )

    def _passed_on(self, field: Field, text: str) -> str:
        """A calculation's value: codes in words, and what a phone called a choice in the reader's
        language."""
        lists = self._calculations.lists(field)
        for choices in lists:
            if label := self._choice(choices, text) or self._said_anew(choices, text):
                return label
        for choices in lists:
            labels = [self._choice(choices, code) for code in text.split()]
            if len(labels) > 1 and all(labels):
                return "\n".join(labels)
        return decimal_words(text, grouped=False) if _DECIMAL.match(text) else text

    def _said_anew(self, choices: Choices, text: str) -> str:
        words = (each for each in choices.items.values() if text in each.by_language.values())
        return next((each.in_(self.language) for each in words), "")


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
