"""An expression of a form, read as far as it can be said in a sentence.

``${tuoi} >= 6 and selected(${nhom}, '04')`` can; arithmetic and most functions cannot, and what
cannot be said whole is not said at all: half a rule would mislead whoever holds the paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

HERE = "."  # the question that an expression belongs to


class Is(StrEnum):
    EQUAL = "="
    OTHER = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    HAS = "selected"
    LACKS = "not selected"


_OPPOSITE = {
    Is.EQUAL: Is.OTHER,
    Is.LESS: Is.AT_LEAST,
    Is.MORE: Is.AT_MOST,
    Is.HAS: Is.LACKS,
}
_OPPOSITE |= {after: before for before, after in _OPPOSITE.items()}
_MIRRORED = {Is.LESS: Is.MORE, Is.MORE: Is.LESS, Is.AT_MOST: Is.AT_LEAST, Is.AT_LEAST: Is.AT_MOST}


@dataclass(frozen=True, slots=True)
class Question:
    """An answer that is looked at, by the question's name; ``counted``: how many were chosen."""

    name: str
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Literal:
    text: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Today:
    pass


Value = Question | Literal | Today


@dataclass(frozen=True, slots=True)
class Compare:
    """``values`` are several where one question is compared alike: any of them for ``EQUAL`` and
    ``HAS``, none of them for ``OTHER`` and ``LACKS``."""

    question: Question
    how: Is
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Several:
    every: bool  # all of them, else any
    parts: tuple[Condition, ...]


Condition = Compare | Several


class CannotBeSaid(Exception):
    """The expression holds more than a sentence could."""


def read_condition(text: str) -> Condition:
    """Raises CannotBeSaid."""
    reader = _Reader(text)
    condition = reader.either()
    reader.end()
    return condition


@dataclass(frozen=True, slots=True)
class Switch:
    """A calculation that holds one of two texts: ``if(condition, yes, no)``."""

    condition: Condition
    yes: str
    no: str


def read_switch(calculation: str) -> Switch:
    """Raises CannotBeSaid."""
    reader = _Reader(calculation)
    switch = reader.switch()
    reader.end()
    return switch


def opposite(condition: Condition) -> Condition:
    if isinstance(condition, Compare):
        return replace(condition, how=_OPPOSITE[condition.how])
    return several(not condition.every, map(opposite, condition.parts))


def several(every: bool, parts: Iterable[Condition]) -> Condition:
    """Neighbours that ask the same of one question become one."""
    merged = Is.OTHER if every else Is.EQUAL, Is.LACKS if every else Is.HAS
    found: list[Condition] = []
    for key, group in groupby(parts, key=_alike):
        alike = list(group)
        first = alike[0]
        if key and isinstance(first, Compare) and first.how in merged:
            values = [value for each in alike if isinstance(each, Compare) for value in each.values]
            found.append(replace(first, values=tuple(values)))
        else:
            found += alike
    return found[0] if len(found) == 1 else Several(every, tuple(found))


def _alike(condition: Condition) -> tuple[Question, Is] | None:
    if isinstance(condition, Compare) and not _is_empty(condition.values):
        return condition.question, condition.how
    return None


def _is_empty(values: tuple[Value, ...]) -> bool:
    return values == (Literal(""),)


_TOKEN = re.compile(
    r"""\s*(
        \$\{[^}\s]+\}            # a question
      | '[^']*' | "[^"]*"       # a text
      | -?\d+(?:\.\d+)?         # a number
      | [A-Za-z_][\w:.-]*       # a function, and, or
      | <= | >= | != | [=<>(),.]
    )""",
    re.VERBOSE,
)
_MOST_TOKENS = 120  # a longer sentence than these give nobody reads to its end


class _Reader:
    """By recursive descent: either, both, one, comparison."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    def either(self) -> Condition:
        parts = [self._both()]
        while self._takes("or"):
            parts.append(self._both())
        return several(False, parts)

    def switch(self) -> Switch:
        self._expect("if", "(")
        condition = self.either()
        self._expect(",")
        yes = self._literal()
        self._expect(",")
        no = self._literal()
        self._expect(")")
        return Switch(condition, yes.text, no.text)

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise CannotBeSaid

    def _both(self) -> Condition:
        parts = [self._one()]
        while self._takes("and"):
            parts.append(self._one())
        return several(True, parts)

    def _one(self) -> Condition:
        if self._takes("("):
            inner = self.either()
            self._expect(")")
            return inner
        if self._takes("not", "("):
            inner = self.either()
            self._expect(")")
            return opposite(inner)
        if self._takes("selected", "("):
            return self._chosen()
        return self._comparison()

    def _chosen(self) -> Condition:
        question = self._operand()
        self._expect(",")
        choice = self._literal()
        self._expect(")")
        if not isinstance(question, Question):
            raise CannotBeSaid
        return Compare(question, Is.HAS, (choice,))

    def _comparison(self) -> Condition:
        left, sign, right = self._operand(), self._next(), self._operand()
        if sign not in ("=", "!=", "<", "<=", ">", ">="):
            raise CannotBeSaid
        how = Is(sign)
        if isinstance(left, Question):
            return Compare(left, how, (right,))
        if isinstance(right, Question):
            return Compare(right, _MIRRORED.get(how, how), (left,))
        raise CannotBeSaid

    def _operand(self) -> Value:
        if self._takes("."):
            return Question(HERE)
        if self._takes("today", "(", ")"):
            return Today()
        for wrapper in ("number", "string", "date"):
            if self._takes(wrapper, "("):
                inner = self._operand()
                self._expect(")")
                return inner
        if self._takes("count-selected", "("):
            inner = self._operand()
            self._expect(")")
            if isinstance(inner, Question):
                return replace(inner, counted=True)
            raise CannotBeSaid
        token = self._next()
        if token.startswith("${"):
            return Question(token[2:-1])
        return _literal(token)

    def _literal(self) -> Literal:
        return _literal(self._next())

    def _next(self) -> str:
        if self._at == len(self._tokens):
            raise CannotBeSaid
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, *wanted: str) -> bool:
        """Steps over the tokens if exactly these come next."""
        if tuple(self._tokens[self._at : self._at + len(wanted)]) != wanted:
            return False
        self._at += len(wanted)
        return True

    def _expect(self, *wanted: str) -> None:
        if not self._takes(*wanted):
            raise CannotBeSaid


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(text.rstrip()):
        token = _TOKEN.match(text, at)
        if token is None or len(found) == _MOST_TOKENS:
            raise CannotBeSaid
        found.append(token[1])
        at = token.end()
    return found


def _literal(token: str) -> Literal:
    if token[0] in "'\"":
        return Literal(token[1:-1])
    if token.lstrip("-")[:1].isdigit():
        return Literal(token, is_number=True)
    raise CannotBeSaid
