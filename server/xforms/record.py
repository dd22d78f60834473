"""The one walker: a record's XML read along its form, for answers, pages, exports and OData alike.

JavaRosa writes children of one name together and may reorder siblings, so the walk follows the
form's order and looks children up by local name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from server.xforms.form import Field, Form, Kind, Path
from server.xforms.xml import Element, local

# Whose record it is, said in the envelope: no answers, though the form may not declare them.
_IDENTITY = frozenset(("meta", name) for name in ("instanceID", "deprecatedID", "instanceName"))


class Node(NamedTuple):
    """A question with its text, or a group, or one instance of a repeat (``number`` from 1).
    ``hidden`` is one whose answer, if any, this reader may not know.

    A tuple, since each arriving record makes a hundred: a frozen dataclass takes thrice as long.
    """

    field: Field
    text: str = ""
    number: int = 0
    children: tuple[Node, ...] = ()
    hidden: bool = False

    def walk(self) -> Iterator[Node]:
        return _walk((self,))


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
        return _walk(self.children)

    def files(self) -> tuple[str, ...]:
        """Names of the files that the answers mention, each once (two questions may share one)."""
        named = (node.text for node in self.walk() if node.field.is_file and node.text)
        return tuple(dict.fromkeys(named))


def _walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Each with what is below it, in form order."""
    waiting = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        yield node
        if node.children:
            waiting.extend(reversed(node.children))


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
        elements = there.pop(field.name, None)
        if elements is None:
            continue
        if field.kind is Kind.REPEAT:
            for number, element in enumerate(elements, start=1):
                nodes.append(_part(field, element, number, extras))
            continue
        if len(elements) > 1 and field.kind is Kind.QUESTION:
            elements.sort(key=_is_empty)
        read = _answer if field.kind is Kind.QUESTION else _part
        nodes.append(read(field, elements[0], 0, extras))
        for element in elements[1:]:
            _collect(element, (*above, field.name), extras)
    for name, elements in there.items():
        for element in elements:
            _collect(element, (*above, name), extras)
    return tuple(nodes)


def _is_empty(element: Element) -> bool:
    """Of a question that stands twice the answered one counts (R53)."""
    return not (element.text or "").strip()


def _answer(field: Field, element: Element, number: int, extras: list[Extra]) -> Node:
    if len(element):
        for each in element:
            _collect(each, (*field.path, local(each)), extras)
    return Node(field, element.text or "", number)


def _part(field: Field, element: Element, number: int, extras: list[Extra]) -> Node:
    children = _children(field.children, element, field.path, extras)
    return Node(field, "", number, children)


def _collect(element: Element, path: Path, extras: list[Extra]) -> None:
    if path in _IDENTITY:
        return
    if len(element):
        for each in element:
            _collect(each, (*path, local(each)), extras)
    elif element.text and element.text.strip():
        extras.append(Extra(path, element.text))
