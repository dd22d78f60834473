"""The answers projection: what storage keeps beside the XML so that answers can be asked for.

Keys are question paths joined by ``/``; a repeat is a list of such mappings. XML names may hold
dots, which MongoDB reads as nesting: they are written ``%2E`` (``%`` itself is in no XML name, nor
is ``$`` or NUL).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from server.xforms.form import Form, Kind, Path
from server.xforms.record import Node, RecordTree
from server.xforms.values import nfc, typed


@dataclass(frozen=True, slots=True)
class Answers:
    """``values`` is the projection; ``odd`` the paths whose text does not fit their type."""

    values: dict[str, Any]
    odd: tuple[Path, ...]

    def first_point(self) -> dict[str, Any] | None:
        """The record's place: its first geopoint answer, repeats left out."""
        for value in self.values.values():
            if isinstance(value, dict) and value.get("type") == "Point":
                return value
        return None


@lru_cache(maxsize=8192)
def key_of(path: Path) -> str:
    """``("g.1", "tên")`` → ``g%2E1/tên``; safe as a MongoDB field name."""
    return nfc("/".join(path)).replace(".", "%2E")


def name_of(key: str) -> str:
    """The path that a key stands for, as people read it: ``g.1/tên``."""
    return key.replace("%2E", ".")


def steps_to(form: Form, path: Path) -> tuple[str, ...]:
    """The keys under which answers to the question at ``path`` are kept: one for each repeat
    around it, outermost first, then its own."""
    steps, start = [], 0
    for end in range(1, len(path)):
        if form.by_path[path[:end]].kind is Kind.REPEAT:
            steps.append(key_of(path[start:end]))
            start = end
    return (*steps, key_of(path[start:]))


def answers_at(values: Mapping[str, Any], steps: tuple[str, ...]) -> Iterator[Any]:
    """All answers that a projection holds there; what has another shape is none."""
    here, *below = steps
    found = values.get(here)
    if not below:
        if found is not None:
            yield found
        return
    for each in found if isinstance(found, list) else ():
        if isinstance(each, dict):
            yield from answers_at(each, tuple(below))


def project(tree: RecordTree) -> Answers:
    """All answered questions, typed. Empty answers have no key."""
    odd: list[Path] = []
    return Answers(values=_values(tree.children, 0, odd), odd=tuple(odd))


def _values(nodes: tuple[Node, ...], depth: int, odd: list[Path]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for node in nodes:
        if node.field.kind is Kind.QUESTION:
            if node.text.strip():
                answer = typed(node.field, node.text)
                values[key_of(node.field.path[depth:])] = answer.value
                if answer.odd:
                    odd.append(node.field.path)
        elif node.field.kind is Kind.GROUP:
            values.update(_values(node.children, depth, odd))
        else:
            below = _values(node.children, len(node.field.path), odd)
            values.setdefault(key_of(node.field.path[depth:]), []).append(below)
    return values
