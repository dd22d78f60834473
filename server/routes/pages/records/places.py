"""Where each answer of a record stands."""

from __future__ import annotations

from collections.abc import Iterator

from server.xforms.form import Field, Kind
from server.xforms.record import Node, RecordTree


def places(tree: RecordTree) -> Iterator[tuple[str, Field, str]]:
    """(place, question, text) of every answer; ``tre_gap[2]/tre_gap/ten`` is one of the second
    round."""
    yield from _places(tree.children, "")


def _places(nodes: tuple[Node, ...], above: str) -> Iterator[tuple[str, Field, str]]:
    for node in nodes:
        if node.field.kind is Kind.QUESTION:
            yield above + "/".join(node.field.path), node.field, node.text
        else:
            here = f"{above}{node.field.name}[{node.number}]/" if node.number else above
            yield from _places(node.children, here)
