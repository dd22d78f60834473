"""What a calculation passes on without changing it: an answer, one of some codes, a word of a
register.

``if(${moi}='co', ${muc}, instance('tre')/root/item[name=${tre_id}]/muc)`` is either the answer to
``muc`` or what the register says under that name. What is computed (a sum, a text put together)
passes nothing on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """That of a question, by its name; ``whole`` is False where a date was only written anew."""

    name: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Property:
    """What a register says, as ``name``, of the entry that was chosen in the question ``of``."""

    register: str
    name: str
    of: str


@dataclass(frozen=True, slots=True)
class ChoiceName:
    """What the code that ``of`` holds is called among the choices of the question ``among``."""

    of: str
    among: str


Passed = Answer | Text | Property | ChoiceName

_QUESTION = r"\$\{\s*([^}\s]+)\s*\}"
_ANSWER = re.compile(_QUESTION)
_TEXT = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_PROPERTY = re.compile(
    rf"instance\(\s*['\"]([^'\"]+)['\"]\s*\)\s*/\s*root\s*/\s*item\s*"
    rf"\[\s*name\s*=\s*{_QUESTION}\s*\]\s*/\s*([\w.-]+)"
)
_AMONG = re.compile(rf"['\"]\s*{_QUESTION}\s*['\"]")
_CALL = re.compile(r"([\w:.-]*)\s*\(")
# Functions that hand their first argument on, and those that only write it another way.
_SAME = frozenset(("", "string", "once", "normalize-space", "selected-at"))
_ANEW = frozenset(("format-date", "format-date-time", "date", "date-time"))
_MARKS = re.compile(r"'[^']*'|\"[^\"]*\"|[()\[\],]")
_DEEPEST = 30


def passed_on(calculation: str) -> tuple[Passed, ...]:
    """Everything that may come through, in the order of the expression."""
    return tuple(dict.fromkeys(_passed(calculation, 0)))


def _passed(expression: str, depth: int) -> Iterator[Passed]:
    text = expression.strip()
    if found := _TEXT.fullmatch(text):
        yield Text(found[1] or found[2] or "")
    elif found := _ANSWER.fullmatch(text):
        yield Answer(found[1])
    elif found := _PROPERTY.fullmatch(text):
        yield Property(found[1], found[3], found[2])
    elif depth < _DEEPEST and (call := _call(text)):
        yield from _through(*call, depth + 1)


def _through(function: str, arguments: list[str], depth: int) -> Iterator[Passed]:
    if function == "if" and len(arguments) == 3:
        arguments = arguments[1:]
    elif function == "jr:choice-name" and len(arguments) == 2:
        of, among = _of_one(arguments[0]), _AMONG.fullmatch(arguments[1].strip())
        if among:
            yield ChoiceName(of, among[1])
        return
    elif function in _SAME:
        arguments = arguments[:1]
    elif function in _ANEW:
        yield from (Answer(each, whole=False) for each in filter(None, [_of_one(arguments[0])]))
        return
    elif function != "coalesce":
        return
    for each in arguments:
        yield from _passed(each, depth)


def _of_one(expression: str) -> str:
    """The one question that it is about, "" for several."""
    names = set(_ANSWER.findall(expression))
    return names.pop() if len(names) == 1 else ""


def _call(text: str) -> tuple[str, list[str]] | None:
    """Function and arguments of an expression that is one call and nothing else."""
    start = _CALL.match(text)
    if start is None:
        return None
    arguments, deep, begin = [], 0, start.end()
    for mark in _MARKS.finditer(text, start.end() - 1):
        sign = mark[0]
        deep += (sign in "([") - (sign in ")]")
        if (deep == 1 and sign == ",") or deep == 0:
            arguments.append(text[begin : mark.start()])
            begin = mark.end()
        if deep == 0:
            return (start[1], arguments) if mark.end() == len(text) else None
    return None
