"""How much space an answer gets on paper, and what is said about answering."""

from __future__ import annotations

from server.xforms.form import Field
from server.xforms.paper.conditions import (
    CannotBeSaid,
    Compare,
    Condition,
    Is,
    Literal,
    Question,
    read_condition,
)
from server.xforms.paper.layout import Answer, Space
from server.xforms.paper.phrases import Phrase, phrase
from server.xforms.paper.text import said

# More choices than these are a list to look up, not boxes to tick.
_MOST_CHOICES = 40
_DIGITS = 6
_LONG_DIGITS = 12  # telephone numbers, identity numbers, sums of money


def answer_of(field: Field, language: str) -> tuple[Answer, Phrase | None]:
    """The free space, and what is to be said beside it."""
    if field.calculation:
        return Answer(Space.NOTHING), Phrase.COMPUTED
    if field.control in ("select1", "select", "rank"):
        return _chosen(field, language)
    if field.control == "trigger":
        read = phrase(Phrase.READ, language)
        return Answer(Space.CHOICES, choices=(read,), several=True), None
    if field.is_file:
        return _file(field, language)
    match field.type:
        case "geopoint":
            which = (Phrase.LATITUDE, Phrase.LONGITUDE, Phrase.ACCURACY)
            captions = tuple(phrase(each, language) for each in which)
            return Answer(Space.PLACE, captions=captions), Phrase.PLACE
        case "geotrace" | "geoshape":
            return Answer(Space.NOTHING), Phrase.WALK
        case "int" | "integer":
            return Answer(Space.SQUARES, squares=_digits(field)), None
        case "date":
            return Answer(_day(field)), None
        case "time":
            return Answer(Space.TIME), None
        case "dateTime":
            return Answer(Space.MOMENT), None
        case "string" if "numbers" in field.appearance.split():
            return Answer(Space.SQUARES, squares=_LONG_DIGITS), None
        case _:
            return Answer(Space.LINES if "multiline" in field.appearance else Space.LINE), None


def _chosen(field: Field, language: str) -> tuple[Answer, Phrase | None]:
    items = field.choices.items
    if not items or len(items) > _MOST_CHOICES:
        return Answer(Space.LINE), Phrase.CODE_OR_NAME
    choices = tuple(said(words, language) or code for code, words in items.items())
    if field.control == "select1":
        return Answer(Space.CHOICES, choices), None
    note = Phrase.IN_ORDER if field.control == "rank" else Phrase.SEVERAL
    return Answer(Space.CHOICES, choices, several=True), note


def _file(field: Field, language: str) -> tuple[Answer, Phrase | None]:
    if any(each in field.appearance for each in ("signature", "draw", "annotate")):
        return Answer(Space.SIGNATURE), None
    named = Answer(Space.NAMED, captions=(phrase(Phrase.NAMED, language),))
    return named, Phrase.PHOTO if field.media_type.startswith("image") else Phrase.FILE


def _day(field: Field) -> Space:
    if "month-year" in field.appearance:
        return Space.MONTH
    return Space.YEAR if "year" in field.appearance.split() else Space.DATE


def _digits(field: Field) -> int:
    """As many as the largest number that the constraint allows, where it says so."""
    try:
        largest = _largest(read_condition(field.constraint))
    except CannotBeSaid:
        largest = None
    if largest is not None:
        return len(str(largest))
    return _LONG_DIGITS if "thousands-sep" in field.appearance else _DIGITS


def _largest(condition: Condition) -> int | None:
    if not isinstance(condition, Compare):
        found = [_largest(each) for each in condition.parts if condition.every]
        return next((each for each in found if each is not None), None)
    match condition:
        case Compare(Question(".", False), Is.LESS | Is.AT_MOST, (Literal(text, True),)):
            return int(text.partition(".")[0])
        case _:
            return None
