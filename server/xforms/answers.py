"""The answers projection: what storage keeps beside the XML so that answers can be asked for.

Keys are question paths joined by ``/``; a repeat is a list of such mappings. XML names may hold
dots, which MongoDB reads as nesting: they are written ``%2E`` (``%`` itself is in no XML name, nor
is ``$`` or NUL).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from server.xforms.form import Kind, Path
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
