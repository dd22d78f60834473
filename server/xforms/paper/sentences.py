"""Skip rules and constraints as sentences: ``${di_hoc} = 'khong'`` → “question 3 … is No”."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from server.xforms.form import Field
from server.xforms.paper.conditions import (
    HERE,
    CannotBeSaid,
    Compare,
    Condition,
    Is,
    Literal,
    Question,
    Today,
    Value,
    opposite,
    read_condition,
    read_switch,
)
from server.xforms.paper.phrases import Phrase, compared, phrase
from server.xforms.paper.text import said

_IN_TIME = frozenset(("date", "dateTime", "time"))
_NEGATIVE = frozenset((Is.OTHER, Is.LACKS))
_LONGEST_LABEL = 70
_DEEPEST = 5  # calculations that stand for conditions on calculations
_ONE_QUESTION = re.compile(r"\$\{([^}\s]+)\}\Z")


@dataclass(frozen=True, slots=True)
class Known:
    """A question that expressions may refer to; ``number`` is 0 for what is not on the paper."""

    field: Field
    number: int = 0


class Sentences:
    """Words for the expressions of one form in one language."""

    def __init__(self, known: Mapping[str, Known], language: str) -> None:
        self._known, self._language = known, language

    def of(self, expression: str, here: Field) -> str:
        """``here`` is the question that the expression belongs to. Raises CannotBeSaid."""
        return self._said(read_condition(expression), here, 0)

    def _said(self, condition: Condition, here: Field, depth: int) -> str:
        if isinstance(condition, Compare):
            meant = self._meant(condition, depth)
            if meant is not None:
                return self._said(meant, here, depth + 1)
            return self._compared(condition, here)
        parts = [self._part(each, here, depth) for each in condition.parts]
        return f" {self._word(Phrase.AND if condition.every else Phrase.OR)} ".join(parts)

    def _part(self, condition: Condition, here: Field, depth: int) -> str:
        words = self._said(condition, here, depth)
        simple = isinstance(condition, Compare) and self._meant(condition, depth) is None
        return words if simple else f"({words})"

    def _meant(self, condition: Compare, depth: int) -> Condition | None:
        """What a calculation of two values stands for; None for what is said as it is."""
        known = self._known.get(condition.question.name)
        if known is None or known.number or condition.how not in (Is.EQUAL, Is.OTHER):
            return None
        match condition.values:
            case (Literal(text=value),) if depth < _DEEPEST:
                pass
            case _:
                return None
        alias = _ONE_QUESTION.match(known.field.calculation)
        if alias:
            return Compare(Question(alias[1]), condition.how, condition.values)
        try:
            switch = read_switch(known.field.calculation)
        except CannotBeSaid:
            return None
        if switch.yes == switch.no or value not in (switch.yes, switch.no):
            return None
        holds = (value == switch.yes) == (condition.how is Is.EQUAL)
        return switch.condition if holds else opposite(switch.condition)

    def _compared(self, condition: Compare, here: Field) -> str:
        asked = self._find(condition.question, here)
        if condition.values == (Literal(""),):
            return self._emptiness(condition, asked, here)
        question = self._question(condition.question, here)
        values = [self._value(each, asked, condition, here) for each in condition.values]
        in_time = asked.field.type in _IN_TIME or Today() in condition.values
        value = self._listed(values, negative=condition.how in _NEGATIVE)
        return compared(condition.how, self._language, question, value, in_time=in_time)

    def _emptiness(self, condition: Compare, asked: Known, here: Field) -> str:
        filled = condition.how is Is.OTHER
        if not filled and condition.how is not Is.EQUAL:
            raise CannotBeSaid
        if asked.number or condition.question.name == HERE:
            which = Phrase.ANSWERED if filled else Phrase.NOT_ANSWERED
        else:
            which = Phrase.NOT_EMPTY if filled else Phrase.EMPTY
        return self._word(which, question=self._question(condition.question, here))

    def _find(self, question: Question, here: Field) -> Known:
        if question.name == HERE:
            return Known(here)
        known = self._known.get(question.name)
        if known is None:
            raise CannotBeSaid
        return known

    def _question(self, question: Question, here: Field) -> str:
        words = self._reference(question, here)
        return self._word(Phrase.CHOSEN_IN, question=words) if question.counted else words

    def _reference(self, question: Question, here: Field) -> str:
        if question.name == HERE:
            return self._word(Phrase.THE_ANSWER)
        known = self._find(question, here)
        label = _short(said(known.field.label, self._language))
        if not label:
            raise CannotBeSaid
        if not known.number:
            return f"“{label}”"
        return self._word(Phrase.QUESTION, number=known.number, label=label)

    def _value(self, value: Value, asked: Known, condition: Compare, here: Field) -> str:
        if isinstance(value, Question):
            return self._question(value, here)
        if isinstance(value, Today):
            return self._word(Phrase.TODAY)
        if condition.question.counted:
            return self._number(value.text)
        field = asked.field
        if field.control in ("select1", "select", "rank"):
            return f"“{self._choice(field, value.text)}”"
        if value.is_number:
            return self._number(value.text)
        if field.type == "date":
            return _day(value.text)
        if field.control is None or not value.text:
            # A calculation's own codes say nothing to a person.
            raise CannotBeSaid
        return f"“{value.text}”"

    def _choice(self, field: Field, code: str) -> str:
        words = field.choices.items.get(code)
        if words is None:
            raise CannotBeSaid
        return said(words, self._language)

    def _number(self, digits: str) -> str:
        """``100.000.000``; a year is not grouped."""
        whole, point, rest = digits.partition(".")
        grouped = f"{int(whole):,}" if len(whole.lstrip("-")) > 4 else whole
        number = grouped + point + rest
        return number.translate(str.maketrans(",.", ".,")) if self._language == "vi" else number

    def _listed(self, values: list[str], *, negative: bool) -> str:
        if len(values) == 1:
            return values[0]
        word = self._word(Phrase.NONE_OF if negative else Phrase.OR)
        return f"{', '.join(values[:-1])} {word} {values[-1]}"

    def _word(self, which: Phrase, **facts: object) -> str:
        return phrase(which, self._language, **facts)


def _short(label: str) -> str:
    """The first words of a long label: the number beside it says the rest."""
    label = label.rstrip(" .:;")
    if len(label) <= _LONGEST_LABEL:
        return label
    return label[:_LONGEST_LABEL].rpartition(" ")[0] + "…"


def _day(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        raise CannotBeSaid from None
