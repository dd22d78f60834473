"""Beside a record: what a reviewer weighs, and where it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from server.model.records import Issue, Record
from server.processing.issues import Code, words
from server.routes.pages.answers import place_words
from server.routes.pages.words import gettext, ngettext, reader

_MOST = 30


@dataclass(frozen=True, slots=True)
class Sign:
    says: str
    words: str


@dataclass(frozen=True, slots=True)
class Point:
    lat: float
    lon: float
    accuracy: float
    words: str


def signs(record: Record) -> tuple[Sign, ...]:
    """Doubts first, then what is missing, then what is in order."""
    found = [_doubt(each) for each in dict.fromkeys(map(_key, record.all_issues))]
    found += [
        Sign("missing", gettext("The file %(name)s has not arrived yet", name=name))
        for name in record.missing
    ]
    pictures = sum(1 for each in record.media if each.type.startswith("image/"))
    if pictures:
        words_ = ngettext("%(count)s photo arrived", "%(count)s photos arrived", pictures)
        found.append(Sign("good", words_))
    if not found:
        found.append(Sign("good", gettext("Nothing stands out.")))
    return tuple(found[:_MOST])


def points(record: Record) -> tuple[Point, ...]:
    """Every geopoint answer, repeats included."""
    return tuple(_point(each) for each in _points(record.derived.answers))[:_MOST]


def _key(issue: Issue) -> tuple[str, str]:
    return issue.code, words(issue, reader())


def _doubt(issue: tuple[str, str]) -> Sign:
    code, sentence = issue
    lost = code in (Code.NOT_PROJECTED, Code.PICTURE_UNREADABLE, Code.PICTURE_TRUNCATED)
    return Sign("lost" if lost else "doubtful", sentence)


def _points(answers: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for value in answers.values():
        if isinstance(value, dict) and value.get("type") == "Point":
            yield value
        elif isinstance(value, list):
            for each in value:
                if isinstance(each, dict):
                    yield from _points(each)


def _point(value: dict[str, Any]) -> Point:
    longitude, latitude = value["coordinates"][:2]
    return Point(latitude, longitude, value.get("accuracy") or 0, place_words(value))
