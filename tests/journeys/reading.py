"""A second reading of a record's answers, which shares nothing with the house's: plain lxml."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

from lxml import etree

from tests.exports.reading import Questions, Steps, name_of

Answers = dict[str, Any]


def read_answers(questions: Questions, xml: bytes) -> Answers:
    """What the house should keep beside the XML: typed, by path, repeats as lists."""
    return _inside(questions, etree.fromstring(xml), (), 0)


def _inside(questions: Questions, parent: etree._Element, above: Steps, depth: int) -> Answers:
    answers: Answers = {}
    for each in parent:
        steps = (*above, name_of(each))
        key = "/".join(steps[depth:]).replace(".", "%2E")
        if steps in questions.repeats:
            instance = _inside(questions, each, steps, len(steps))
            answers.setdefault(key, []).append(instance)
        elif len(each):
            answers |= _inside(questions, each, steps, depth)
        elif (each.text or "").strip():
            answers[key] = _typed(questions, steps, each.text or "")
    return answers


def _typed(questions: Questions, steps: Steps, text: str) -> Any:
    if steps in questions.multiple:
        return text.split()
    read = _READ.get(questions.types.get(steps, ""), _text)
    return read(text)


def _text(text: str) -> str:
    return normalize("NFC", text)


def _moment(text: str) -> Mapping[str, Any]:
    return {"utc": datetime.fromisoformat(text).astimezone(UTC), "text": text}


def _point(text: str) -> Mapping[str, Any]:
    latitude, longitude, altitude, accuracy = map(float, text.split())
    place = [longitude, latitude, altitude]
    return {"type": "Point", "coordinates": place, "accuracy": accuracy}


_READ: Mapping[str, Callable[[str], Any]] = {
    "int": int,
    "decimal": float,
    "dateTime": _moment,
    "geopoint": _point,
}
