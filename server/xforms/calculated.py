"""What a form says of the values that it computes: by which list a code is said in words, after
which question a value is called, and where it keeps the name of what was chosen from a register.

A designer says it as XLSForm does: ``jr:choice-name(${muc}, '${muc_nv}')`` beside the calculation
``muc``; by passing an answer on; or by a list on the choices sheet that has the calculation's name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property

from server.xforms.form import NO_CHOICES, Choices, Field, Form, Kind
from server.xforms.passed_on import Answer, ChoiceName, Passed, Property, Text, passed_on

_LABEL = "label"
_CSV = ".csv"


def register_of(choices: Choices) -> str:
    """The register that they may be entries of, "" for choices of the form's own."""
    return (choices.file or "").removesuffix(_CSV)


class Calculations:
    """Of one form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        questions = [each for each in form.walk() if each.kind is Kind.QUESTION]
        names = Counter(each.name for each in questions)
        # A name that stands twice cannot be referred to.
        self._named = {each.name: each for each in questions if names[each.name] == 1}
        self._passed: dict[str, tuple[Passed, ...]] = {}

    def lists(self, field: Field) -> tuple[Choices, ...]:
        """Whose codes its value may be, the surest first."""
        found: list[Choices] = []
        for each in self._lists(field, frozenset()):
            if (each.items or each.file) and each not in found:
                found.append(each)
        return tuple(found)

    def asked(self, field: Field) -> Field:
        """What has a label for its value: itself, else what says its code in words, else the
        question whose answer it passes on."""
        return next(self._asked(field, frozenset()), field)

    def names_of_chosen(self) -> Iterator[tuple[Field, str, str]]:
        """(calculation, register, question): it holds what the register's entry that was chosen
        there was called."""
        for field in self._named.values():
            for each in self._of(field):
                match each:
                    case Property(register, name, of) if name == _LABEL:
                        yield field, register, of
                    case ChoiceName(of, among) if among in self._named:
                        if register := register_of(self._named[among].choices):
                            yield field, register, of

    def _of(self, field: Field) -> tuple[Passed, ...]:
        known = self._passed.get(field.name)
        if known is None:
            known = self._passed[field.name] = passed_on(field.calculation)
        return known

    def _lists(self, field: Field, above: frozenset[str]) -> Iterator[Choices]:
        if field.name in above:
            return
        if field.choices != NO_CHOICES:
            yield field.choices
            return
        above |= {field.name}
        yield self._form.lists.get(field.name, NO_CHOICES)
        if name_of := self._name_of.get(field.name):
            yield from self._lists(name_of, above)
        passed = self._of(field)
        for each in passed:
            if isinstance(each, Property):
                yield from self._of_property(each, above)
            elif (name := _question(each)) in self._named:
                yield from self._lists(self._named[name], above)
        yield self._holding([each.text for each in passed if isinstance(each, Text)])

    def _of_property(self, wanted: Property, above: frozenset[str]) -> Iterator[Choices]:
        """Those of the question of this form that fills it."""
        for block in self._form.entities:
            for name, path in block.saves if block.list == wanted.register else ():
                if name == wanted.name and (saved := self._form.by_path.get(block.within + path)):
                    yield from self._lists(saved, above)

    def _holding(self, texts: list[str]) -> Choices:
        """The texts as all lists say them that hold every one. A number is none: it may well be a
        sum."""
        codes = [each for each in texts if each]
        if not codes or not all(each[0].isalpha() for each in codes):
            return NO_CHOICES
        lists = [each.items for each in self._all_lists if each.items.keys() >= set(codes)]
        if not lists:
            return NO_CHOICES
        first, *others = lists
        return Choices(
            items={
                code: first[code]
                for code in codes
                if all(items[code] == first[code] for items in others)
            }
        )

    @cached_property
    def _all_lists(self) -> tuple[Choices, ...]:
        asked = (each.choices for each in self._named.values())
        return (*self._form.lists.values(), *asked)

    @cached_property
    def _name_of(self) -> Mapping[str, Field]:
        """What says the code of a calculation in words, by the calculation's name."""
        found: dict[str, Field] = {}
        for field in self._named.values():
            for each in self._of(field):
                if isinstance(each, ChoiceName) and each.among in self._named:
                    found.setdefault(each.of, field)
        return found

    def _asked(self, field: Field, above: frozenset[str]) -> Iterator[Field]:
        if field.name in above:
            return
        if field.label:
            yield field
            return
        above |= {field.name}
        if name := self._name_of.get(field.name):
            yield from self._asked(name, above)
        for each in self._of(field):
            if isinstance(each, Answer) and each.name in self._named:
                yield from self._asked(self._named[each.name], above)


def _question(passed: Passed) -> str:
    """The one whose code (or what its code is called) comes through."""
    match passed:
        case Answer(name, whole=True):
            return name
        case ChoiceName(among=name):
            return name
        case _:
            return ""
