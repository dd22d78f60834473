"""A record laid out as on the phone: groups and rounds of repeats, flat and in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from server.routes.pages.answers import Reader
from server.routes.pages.words import gettext
from server.xforms.form import Field, Kind, Path
from server.xforms.record import Node, RecordTree

_PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")
_MARKDOWN = re.compile(r"(\*\*|__|^#+ )", re.MULTILINE)
_TAG = re.compile(r"</?(span|b|i|em|strong|br|font)\b[^>]*>", re.IGNORECASE)
_HIDDEN = frozenset(("meta",))


@dataclass(frozen=True, slots=True)
class Photo:
    href: str
    thumb: str
    width: int
    height: int
    thumb_width: int
    thumb_height: int
    alt: str
    caption: str
    doubt: str


@dataclass(frozen=True, slots=True)
class File:
    href: str
    name: str
    size: str


@dataclass(frozen=True, slots=True)
class Answer:
    label: str
    value: str = ""
    was: str = ""
    doubt: str = ""
    photos: tuple[Photo, ...] = ()
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    level: int
    answers: tuple[Answer, ...]


Attached = Callable[[str, str], Photo | File]
"""(file name, the question's label) → how the page shows it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How one record is shown. ``before`` has the answers of the version before the last edit."""

    reader: Reader
    language: str
    attached: Attached
    before: Mapping[str, str]

    def sheets(self, tree: RecordTree) -> tuple[Sheet, ...]:
        answers = {node.field.name: node.text for node in tree.walk() if node.text}
        found = list(self._sheets(tree.children, "", 2, answers, ""))
        if tree.extras:
            extras = tuple(Answer("/".join(each.path), each.text) for each in tree.extras)
            found.append(Sheet(gettext("Answers that the form does not know"), 2, extras))
        return tuple(found)

    def _sheets(
        self,
        nodes: tuple[Node, ...],
        title: str,
        level: int,
        above: Mapping[str, str],
        place: str,
    ) -> Iterator[Sheet]:
        """Questions that follow each other are one sheet; a group in between begins a new one."""
        known = {**above, **{node.field.name: node.text for node in nodes if node.text}}
        gathered: list[Answer] = []
        for node in nodes:
            if node.field.name in _HIDDEN:
                continue
            if node.field.kind is Kind.QUESTION:
                if _is_asked(node.field):
                    gathered.append(self._answer(node, known, place))
                continue
            below = list(self._group(node, level, known, place))
            if below:
                if gathered or title:
                    yield Sheet(title, level, tuple(gathered))
                    title, gathered = "", []
                yield from below
        if gathered:
            yield Sheet(title, level, tuple(gathered))

    def _group(
        self, node: Node, level: int, known: Mapping[str, str], place: str
    ) -> Iterator[Sheet]:
        label = self._label(node.field, known)
        if node.index:
            label = f"{label or node.field.name} · {node.index}"
            place = f"{place}{node.field.name}[{node.index}]/"
        deeper = level + 1 if label else level
        sheets = list(self._sheets(node.children, "", deeper, known, place))
        if sheets and label:
            first = sheets[0]
            if not first.title and first.level == deeper:
                sheets[0] = Sheet(label, level, first.answers)
            else:
                sheets.insert(0, Sheet(label, level, ()))
        yield from sheets

    def _answer(self, node: Node, known: Mapping[str, str], place: str) -> Answer:
        field, label = node.field, self._label(node.field, known) or node.field.name
        if field.is_file:
            return self._file(node, label)
        value = self.reader.words(field, node.text) if node.text.strip() else ""
        path = place + "/".join(field.path)
        was = self.before.get(path, node.text) if self.before else node.text
        changed = was != node.text
        return Answer(label, value, was=self._before(field, was) if changed else "")

    def _before(self, field: Field, text: str) -> str:
        return self.reader.words(field, text) if text.strip() else gettext("Not answered")

    def _file(self, node: Node, label: str) -> Answer:
        if not node.text.strip():
            return Answer(label)
        shown = self.attached(node.text.strip(), label)
        if isinstance(shown, Photo):
            return Answer(label, photos=(shown,))
        if shown.href:
            return Answer(label, files=(shown,))
        return Answer(label, gettext("The file %(name)s has not arrived yet", name=shown.name))

    def _label(self, field: Field, known: Mapping[str, str]) -> str:
        """Without Markdown and simple tags, which phones draw; answers put in their place."""
        text = _TAG.sub("", _MARKDOWN.sub("", field.label.in_(self.language)))
        return _PLACEHOLDER.sub(lambda found: known.get(found.group(1), "…"), text).strip()


def places(tree: RecordTree) -> Iterator[tuple[str, str, Path]]:
    """(place in the record, text, question path) of every answer, rounds of repeats in brackets."""
    yield from _places(tree.children, "")


def _places(nodes: tuple[Node, ...], place: str) -> Iterator[tuple[str, str, Path]]:
    for node in nodes:
        if node.field.kind is Kind.QUESTION:
            yield place + "/".join(node.field.path), node.text, node.field.path
        else:
            here = f"{place}{node.field.name}[{node.index}]/" if node.index else place
            yield from _places(node.children, here)


def _is_asked(field: Field) -> bool:
    """What a person saw or should see: questions, and calculations that have a label. Notes were
    read on the phone and say nothing about this visit."""
    return not field.is_note and (field.control is not None or bool(field.label))
