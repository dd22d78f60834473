"""The one walker: a record's XML read along its form, for answers, pages, exports and OData alike.

JavaRosa writes children of one name together and may reorder siblings, so the walk follows the
form's order and looks children up by local name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from server.xforms.form import Field, Form, Kind, Path
from server.xforms.xml import Element, local


@dataclass(frozen=True, slots=True)
class Node:
    """A question with its text, or a group, or one instance of a repeat (``index`` from 1)."""

    field: Field
    text: str = ""
    index: int = 0
    children: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        yield self
        for each in self.children:
            yield from each.walk()


@dataclass(frozen=True, slots=True)
class Extra:
    """An answer that the form version does not know: from an unknown version or an odd client."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class RecordTree:
    children: tuple[Node, ...]
    extras: tuple[Extra, ...]

    def walk(self) -> Iterator[Node]:
        for each in self.children:
            yield from each.walk()

    def files(self) -> tuple[str, ...]:
        """Names of the files that the answers mention, each once (two questions may share one)."""
        named = (node.text for node in self.walk() if node.field.is_file and node.text)
        return tuple(dict.fromkeys(named))


def read_record(form: Form, root: Element) -> RecordTree:
    """The record below ``root`` in the order of ``form``."""
    extras: list[Extra] = []
    children = _children(form.fields, root, (), extras)
    return RecordTree(children=children, extras=tuple(extras))


def _children(
    fields: tuple[Field, ...], parent: Element, above: Path, extras: list[Extra]
) -> tuple[Node, ...]:
    there: dict[str, list[Element]] = {}
    for each in parent:
        there.setdefault(local(each), []).append(each)
    nodes: list[Node] = []
    for field in fields:
        elements = there.pop(field.name, [])
        known = len(elements) if field.kind is Kind.REPEAT else 1
        for index, element in enumerate(elements[:known], start=1):
            nodes.append(_node(field, element, index, extras))
        for element in elements[known:]:
            _collect(element, (*above, field.name), extras)
    for name, elements in there.items():
        for element in elements:
            _collect(element, (*above, name), extras)
    return tuple(nodes)


def _node(field: Field, element: Element, index: int, extras: list[Extra]) -> Node:
    if field.kind is Kind.QUESTION:
        if len(element):
            for each in element:
                _collect(each, (*field.path, local(each)), extras)
        return Node(field, text=element.text or "")
    return Node(
        field,
        index=index if field.kind is Kind.REPEAT else 0,
        children=_children(field.children, element, field.path, extras),
    )


def _collect(element: Element, path: Path, extras: list[Extra]) -> None:
    if len(element):
        for each in element:
            _collect(each, (*path, local(each)), extras)
    elif element.text and element.text.strip():
        extras.append(Extra(path, element.text))
