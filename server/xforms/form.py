"""A published questionnaire as a value: its questions in order, with labels by language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

Path = tuple[str, ...]

# Not asked of anybody: identity and entities, wherever they stand.
META = "meta"


class Kind(StrEnum):
    GROUP = "group"
    REPEAT = "repeat"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Words:
    """One text in the languages of a form, e.g. ``{"vi": "Họ tên", "en": "Name"}``."""

    by_language: Mapping[str, str] = field(default_factory=dict)

    def in_(self, language: str) -> str:
        """The text in ``language``, else in the form's default language (listed first), else ''."""
        if language in self.by_language:
            return self.by_language[language]
        return next(iter(self.by_language.values()), "")

    def __bool__(self) -> bool:
        return any(self.by_language.values())


@dataclass(frozen=True, slots=True)
class Choices:
    """A choice list: its items, or the attached CSV that holds them."""

    items: Mapping[str, Words] = field(default_factory=dict)
    file: str | None = None
    value_ref: str = "name"
    label_ref: str = "label"


NO_CHOICES = Choices()


@dataclass(frozen=True, slots=True)
class Field:
    """A node of the primary instance. ``path`` starts below the root: ``("g_ho", "gps")``.

    ``type`` is the XForms bind type (``string``, ``int``, ``geopoint``, ``binary`` …); ``control``
    is the body element (``input``, ``select1``, ``select``, ``upload`` …) or None for what a person
    never sees, such as a calculation. ``relevant``, ``constraint``, ``required`` and
    ``calculation`` are expressions as a designer writes them: ``${tuoi} >= 16``; ``message`` is
    what a phone says of an answer that breaks the constraint. ``set_by`` is by what else an answer
    comes from others: a default, a calculation with a trigger, choices out of a repeat.
    ``sensitivity`` and ``tells_who`` are the designer's words for it (``sensitivity.WORDS``,
    ``recognising.WORDS``), "" for none of its own.
    """

    name: str
    path: Path
    kind: Kind
    type: str = "string"
    control: str | None = None
    label: Words = Words()
    hint: Words = Words()
    choices: Choices = NO_CHOICES
    appearance: str = ""
    media_type: str = ""
    readonly: bool = False
    relevant: str = ""
    constraint: str = ""
    message: Words = Words()
    required: str = ""
    calculation: str = ""
    set_by: str = ""
    sensitivity: str = ""
    tells_who: str = ""
    children: tuple[Field, ...] = ()

    @property
    def is_multiple(self) -> bool:
        return self.control in ("select", "rank")

    @property
    def is_file(self) -> bool:
        return self.type == "binary" or self.control == "upload"

    @property
    def is_note(self) -> bool:
        return self.control == "input" and self.readonly and self.type == "string"

    @property
    def is_asked(self) -> bool:
        """A question that somebody answers: neither a calculation nor a note."""
        return self.kind is Kind.QUESTION and self.control is not None and not self.is_note

    def walk(self) -> Iterator[Field]:
        """This field and everything below it, in form order."""
        yield self
        for each in self.children:
            yield from each.walk()


@dataclass(frozen=True, slots=True)
class EntityBlock:
    """A form's promise to make or change an entity of ``list``: once in each part of a record that
    ``within`` leads to (a repeat's path, a group's, or () for the record itself). ``saves`` are
    (property, path of its question below that part)."""

    list: str
    within: Path
    saves: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True)
class Form:
    """One version of a form. ``languages`` are codes such as ``vi``, the default first. ``lists``
    are the choices of its own by their names, whether a question offers them or not."""

    form_id: str
    version: str
    title: str
    root: str
    fields: tuple[Field, ...]
    languages: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    entities: tuple[EntityBlock, ...] = ()
    lists: Mapping[str, Choices] = field(default_factory=dict)
    encrypted: bool = False

    def walk(self) -> Iterator[Field]:
        for each in self.fields:
            yield from each.walk()

    @cached_property
    def entity_lists(self) -> tuple[str, ...]:
        """The lists that its records change, in form order."""
        return tuple(dict.fromkeys(each.list for each in self.entities))

    @cached_property
    def by_path(self) -> Mapping[Path, Field]:
        return {each.path: each for each in self.walk()}

    @cached_property
    def points(self) -> tuple[Field, ...]:
        """The geopoint questions, in form order."""
        return tuple(each for each in self.walk() if each.type == "geopoint")


def fields_of(fields: tuple[Field, ...]) -> Iterator[Field]:
    """All that a designer wrote, in form order."""
    for each in fields:
        if each.name != META:
            yield each
            yield from fields_of(each.children)
