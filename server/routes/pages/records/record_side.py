"""Beside a record: what a reviewer weighs, and where it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from server.model.records import Issue, Record
from server.processing.records.issues import Code, words
from server.processing.records.opened import Opened
from server.routes.pages.labels import label_of
from server.routes.pages.records.answers import place_words
from server.routes.pages.words import gettext, ngettext, number
from server.xforms.answers import key_of
from server.xforms.values import nfc

_MOST = 30
_LOST = frozenset(
    (Code.NOT_PROJECTED, Code.PICTURE_EMPTY, Code.PICTURE_UNREADABLE, Code.PICTURE_TRUNCATED)
)
_OF_TIME = frozenset((Code.CLOCK_WRONG, Code.FILLED_TOO_FAST))
_OF_PLACE = frozenset((Code.ACCURACY_POOR, Code.POINT_BY_HAND))
_LONGEST = timedelta(days=1)  # a form that lay open for longer says nothing


@dataclass(frozen=True, slots=True)
class Sign:
    """``href`` leads to what it is about, "" for nothing."""

    says: str
    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    lat: float
    lon: float
    accuracy: float
    words: str


def signs(
    opened: Opened, language: str, others: Mapping[str, str], of_place: Iterable[Sign] = ()
) -> tuple[Sign, ...]:
    """Doubts first, then what is missing, then what is in order. ``others`` are the addresses of
    other records that remarks name, as far as the reader may open them; ``of_place`` is what the
    office's own area says."""
    said_of_place = tuple(of_place)
    record = opened.record
    names = _questions_of_files(opened, language)
    labels = _labels(opened, language)
    found = [
        replace(
            _doubt(each, names, labels, language),
            href=others.get(str(each.facts.get("record", "")), ""),
        )
        for each in record.all_issues
    ]
    found += [each for each in said_of_place if each.says != "good"]
    for name in record.missing:
        shown = names.get(nfc(name), name)
        found.append(Sign("missing", gettext("“%(name)s” has not arrived yet", name=shown)))
    if record.todo and Code.FOLLOW_UP_FAILED not in {each.code for each in record.issues}:
        found.append(Sign("missing", gettext("The photos are still being looked at")))
    found += [each for each in said_of_place if each.says == "good"]
    found += _in_order(record)
    return tuple(dict.fromkeys(found))[:_MOST] or (Sign("good", gettext("Nothing stands out.")),)


def doubts_beside(record: Record, language: str) -> dict[str, str]:
    """What to say beside a question, by its key."""
    found: dict[str, str] = {}
    for issue in record.all_issues:
        if issue.field:
            found.setdefault(issue.field, words(issue, language))
    return found


def points(record: Record) -> tuple[Point, ...]:
    """Every geopoint answer, repeats included."""
    return tuple(_point(each) for each in _points(record.derived.answers))[:_MOST]


def _doubt(
    issue: Issue, names: Mapping[str, str], labels: Mapping[str, str], language: str
) -> Sign:
    """A file is called by the question that it answers, which a reader knows."""
    name = issue.facts.get("name")
    if name is not None:
        shown = names.get(nfc(str(name)), str(name))
        issue = replace(issue, facts={**issue.facts, "name": f"“{shown}”"})
    said = words(issue, language)
    label = labels.get(issue.field or "")
    return Sign(
        "lost" if issue.code in _LOST else "doubtful", f"{label}: {said}" if label else said
    )


def _questions_of_files(opened: Opened, language: str) -> dict[str, str]:
    asked = (node for node in opened.tree.walk() if node.field.is_file and node.text.strip())
    return {
        nfc(node.text.strip()): label_of(node.field, language, {}) or node.text.strip()
        for node in asked
    }


def _labels(opened: Opened, language: str) -> dict[str, str]:
    """By key, of the questions that remarks are about."""
    wanted = {issue.field for issue in opened.record.all_issues if issue.field}
    return {
        key: label_of(field, language, {})
        for field in opened.on_hand.form.walk()
        if wanted and (key := key_of(field.path)) in wanted
    }


def _in_order(record: Record) -> Iterator[Sign]:
    codes = {each.code for each in record.all_issues}
    pictures = sum(1 for each in record.media if each.type.startswith("image/"))
    if pictures:
        arrived = ngettext("%(count)s photo arrived", "%(count)s photos arrived", pictures)
        yield Sign("good", arrived)
    point = record.derived.point
    if point and point.get("accuracy") and codes.isdisjoint(_OF_PLACE):
        metres = number(round(point["accuracy"]))
        yield Sign("good", gettext("Place measured to ±%(metres)s m", metres=metres))
    start, end = record.derived.started_at, record.derived.ended_at
    if start and end and codes.isdisjoint(_OF_TIME) and timedelta(0) < end - start < _LONGEST:
        minutes = max(1, round((end - start).total_seconds() / 60))
        filled = ngettext(
            "Filled in in %(count)s minute", "Filled in in %(count)s minutes", minutes
        )
        yield Sign("good", filled)


def _points(answers: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
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
