"""Entries of registers that were chosen in a record: which they are, and what they were called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from server.xforms.calculated import Calculations, register_of
from server.xforms.entities import entity_id
from server.xforms.form import Field, Kind
from server.xforms.record import Node, RecordTree

Chosen = tuple[str, str]
"""(register, id of its entry)"""


def chosen_in(tree: RecordTree, calculations: Calculations) -> Iterator[Chosen]:
    for node in tree.walk():
        if node.field.kind is Kind.QUESTION and node.text.strip():
            yield from chosen_by(node.field, node.text, calculations)


def chosen_by(field: Field, text: str, calculations: Calculations) -> Iterator[Chosen]:
    """Those that one answer names."""
    ids = [found for each in text.split() if (found := entity_id(each))]
    for choices in calculations.lists(field) if ids else ():
        if register := register_of(choices):
            yield from ((register, each) for each in ids)


def called_at_the_time(tree: RecordTree, calculations: Calculations) -> Mapping[Chosen, str]:
    """As far as the record itself says it."""
    named = tuple(calculations.names_of_chosen())
    found: dict[Chosen, str] = {}
    for known in _rounds(tree.children, {}) if named else ():
        for field, register, question in named:
            chosen, name = entity_id(known.get(question)), known.get(field.name, "").strip()
            if chosen and name:
                found.setdefault((register, chosen), name)
    return found


def _rounds(nodes: tuple[Node, ...], above: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """The answers by name as one round of a repeat knows them, the record itself first."""
    known = {**above, **dict(_answers(nodes))}
    yield known
    for node in nodes:
        yield from _rounds_in(node, known)


def _rounds_in(node: Node, known: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    if node.number:
        yield from _rounds(node.children, known)
        return
    for each in node.children:
        yield from _rounds_in(each, known)


def _answers(nodes: tuple[Node, ...]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if node.field.kind is Kind.QUESTION:
            yield node.field.name, node.text
        elif not node.number:
            yield from _answers(node.children)
