"""A record laid out as on the phone: groups and rounds of repeats, flat and in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from server.routes.pages.labels import label_of
from server.routes.pages.records.answers import Reader
from server.routes.pages.words import gettext
from server.xforms.answers import key_of
from server.xforms.form import Field, Kind
from server.xforms.record import Node, RecordTree

# Ten thousand rounds of a repeat would be a page that no browser shows.
MOST_SHEETS = 300
_HIDDEN = frozenset(("meta",))


@dataclass(frozen=True, slots=True)
class Photo:
    """``href`` is "" for one that has not arrived; ``original`` is "" where ``href`` is it."""

    href: str
    thumb: str
    width: int
    height: int
    thumb_width: int
    thumb_height: int
    alt: str
    caption: str
    doubt: str
    original: str
    original_words: str


@dataclass(frozen=True, slots=True)
class File:
    """``note`` is what to think of before it is passed on."""

    href: str
    name: str
    size: str
    note: str = ""


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
    """How one record is shown. ``before`` has the texts before the last edit by place, None for a
    record that was never edited; ``doubts`` what to say beside a question, by its key."""

    reader: Reader
    attached: Attached
    before: Mapping[str, str] | None = None
    doubts: Mapping[str, str] = field(default_factory=dict)

    def sheets(self, tree: RecordTree) -> tuple[Sheet, ...]:
        """At most ``MOST_SHEETS`` of them."""
        return tuple(islice(self._all(tree), MOST_SHEETS))

    def _all(self, tree: RecordTree) -> Iterator[Sheet]:
        yield from self._sheets(tree.children, 2, self._said(tree.children), "")
        if tree.extras:
            extras = tuple(Answer("/".join(each.path), each.text) for each in tree.extras)
            yield Sheet(gettext("Answers that the form does not know"), 2, extras)

    def _sheets(
        self, nodes: tuple[Node, ...], level: int, known: Mapping[str, str], place: str
    ) -> Iterator[Sheet]:
        """Questions that follow each other are one sheet; a group in between begins a new one."""
        rounds = Counter(node.field.name for node in nodes if node.number)
        gathered: list[Answer] = []
        for node in nodes:
            if node.field.name in _HIDDEN:
                continue
            if node.field.kind is Kind.QUESTION:
                if _is_shown(node.field):
                    gathered.append(self._answer(node, known, place))
                continue
            below = self._part(node, rounds[node.field.name], level, known, place)
            for sheet in below:
                if gathered:
                    yield Sheet("", level, tuple(gathered))
                    gathered = []
                yield sheet
        if gathered:
            yield Sheet("", level, tuple(gathered))

    def _part(
        self, node: Node, rounds: int, level: int, known: Mapping[str, str], place: str
    ) -> Iterator[Sheet]:
        """A group, or a round of a repeat: its heading stands over what comes first in it."""
        if node.number:
            place = f"{place}{node.field.name}[{node.number}]/"
            known = {**known, **self._said(node.children)}
        title = label_of(node.field, self.reader.language, known)
        if node.number:
            title = f"{title or node.field.name} · {node.number}/{rounds}"
        # An unlabelled group is no page on the phone either: its questions stand among the others.
        deeper = level + 1 if title else level
        for number, sheet in enumerate(self._sheets(node.children, deeper, known, place)):
            if title and number == 0:
                if not sheet.title and sheet.level == deeper:
                    sheet = replace(sheet, title=title, level=level)
                else:
                    yield Sheet(title, level, ())
            yield sheet

    def _answer(self, node: Node, known: Mapping[str, str], place: str) -> Answer:
        field, text = node.field, node.text
        label = label_of(field, self.reader.language, known) or field.name
        if node.hidden:
            return Answer(label, gettext("(hidden)"))
        if field.is_file and text.strip():
            return self._file(text.strip(), label)
        return Answer(
            label,
            value=self._words(field, text),
            was=self._was(field, text, place + "/".join(field.path)),
            doubt=self.doubts.get(key_of(field.path), ""),
        )

    def _words(self, field: Field, text: str) -> str:
        return self.reader.words(field, text) if text.strip() else ""

    def _was(self, field: Field, text: str, place: str) -> str:
        if self.before is None:
            return ""
        was = self.before.get(place, "")
        return "" if was == text else self._words(field, was) or gettext("Not answered")

    def _file(self, name: str, label: str) -> Answer:
        shown = self.attached(name, label)
        if isinstance(shown, Photo):
            return Answer(label, photos=(shown,))
        if shown.href:
            return Answer(label, files=(shown,))
        return Answer(label, gettext("The file %(name)s has not arrived yet", name=shown.name))

    def _said(self, nodes: tuple[Node, ...]) -> dict[str, str]:
        """Answers in words by question name, as labels refer to them; rounds of repeats have their
        own."""
        found: dict[str, str] = {}
        for node in nodes:
            if node.field.kind is Kind.QUESTION:
                if node.text.strip() and not node.field.is_file:
                    found[node.field.name] = self.reader.words(node.field, node.text)
            elif not node.number:
                found.update(self._said(node.children))
        return found


def _is_shown(field: Field) -> bool:
    """What a person saw or should see: questions, and calculations that have a label. Notes were
    read on the phone and say nothing about this visit."""
    return not field.is_note and (field.control is not None or bool(field.label))
