"""A record as somebody may read it: what is more sensitive than their clearance is not in it.

A hidden question stands in every record of its form alike, answered or not: that it was asked would
say what was answered before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from server.xforms.form import META, Field, Form, Kind, Path
from server.xforms.levels import Level, Levels
from server.xforms.record import Node, RecordTree
from server.xforms.xml import Element, local, written

# By these a record is known; its name is made of answers.
_IDENTITY = frozenset(((META, "instanceID"), (META, "deprecatedID")))


@dataclass(frozen=True, slots=True)
class Mask:
    """What a reader of this clearance may not see of a form's records."""

    clearance: Level
    levels: Levels

    @property
    def hides_nothing(self) -> bool:
        return self.clearance >= self.levels.highest

    def hides(self, path: Path) -> bool:
        return self.levels.of(path) > self.clearance

    def empty(self, root: Element) -> bytes:
        """What is hidden taken out of a record, in place, and its XML from then on. What no version
        of the form knows is as sensitive as the most sensitive that it asks."""
        self._empty(root, ())
        return written(root)

    def _empty(self, element: Element, path: Path) -> None:
        for each in list(element):
            here = (*path, local(each))
            if here in _IDENTITY:
                continue
            self._empty(each, here)
            if len(each) == 0 and self.hides(here):
                element.remove(each)

    def tree(self, form: Form, tree: RecordTree) -> RecordTree:
        """With a node for each question that is hidden; ``tree`` is read of what was emptied."""
        if self.hides_nothing:
            return tree
        return RecordTree(tuple(self._nodes(form.fields, tree.children)), tree.extras)

    def _nodes(self, fields: tuple[Field, ...], nodes: tuple[Node, ...]) -> Iterator[Node]:
        there: dict[Path, list[Node]] = {}
        for node in nodes:
            there.setdefault(node.field.path, []).append(node)
        for field in fields:
            yield from self._field(field, there.get(field.path, []))

    def _field(self, field: Field, nodes: list[Node]) -> Iterator[Node]:
        hidden = self.hides(field.path)
        if field.kind is Kind.QUESTION:
            yield from (Node(field, hidden=True),) if hidden else nodes
        elif field.kind is Kind.REPEAT and hidden and self._all_hidden(field):
            return  # how many rounds there are would tell
        elif hidden and not nodes and field.kind is Kind.GROUP:
            yield self._part(field, Node(field))
        else:
            yield from (self._part(field, node) for node in nodes)

    def _part(self, field: Field, node: Node) -> Node:
        return node._replace(children=tuple(self._nodes(field.children, node.children)))

    def _all_hidden(self, field: Field) -> bool:
        return all(self.hides(each.path) for each in field.walk() if each.kind is Kind.QUESTION)
