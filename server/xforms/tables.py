"""Records as tables: one for the record itself and one for each repeat, all versions merged.

The shape is ODK Central's (central-api.md §5): rows know their own and their parent's key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from server.xforms.form import Field, Form, Kind, Path
from server.xforms.record import Node, RecordTree


@dataclass(frozen=True, slots=True)
class Table:
    """``path`` is () for the record, else the repeat's; ``columns`` its questions in form order."""

    path: Path
    columns: tuple[Field, ...]

    @property
    def name(self) -> str:
        return self.path[-1] if self.path else ""


@dataclass(frozen=True, slots=True)
class Row:
    """``values`` holds the raw XML text by question path; a question not answered is absent."""

    table: Path
    key: str
    parent_key: str | None
    values: dict[Path, str]


def tables_of(versions: Sequence[Form]) -> tuple[Table, ...]:
    """Tables of all versions of one form, newest first: a question that one version dropped or
    moved keeps its column, at the end of its group, where ODK Central puts it (R50, R51, R54)."""
    merged = _merge([form.fields for form in versions])
    tables: dict[Path, list[Field]] = {(): []}
    _spread(merged, (), tables)
    return tuple(Table(path, tuple(columns)) for path, columns in tables.items())


def rows_of(tree: RecordTree, key: str) -> Iterator[Row]:
    """The record's own row first, then a row for each repeat instance, depth first."""
    yield from _rows(tree.children, (), key, None)


def _merge(versions: Sequence[tuple[Field, ...]]) -> tuple[Field, ...]:
    by_name: dict[str, list[Field]] = {}
    for fields in versions:
        for field in fields:
            by_name.setdefault(field.name, []).append(field)
    return tuple(merged for same in by_name.values() for merged in _same_name(same))


def _same_name(fields: list[Field]) -> Iterator[Field]:
    """One field for each kind the name had: a group that became a question counts twice."""
    for kind in dict.fromkeys(field.kind for field in fields):
        same = [field for field in fields if field.kind is kind]
        if kind is Kind.QUESTION or len(same) == 1:
            yield same[0]
        else:
            newest = same[0]
            children = _merge([field.children for field in same])
            yield Field(newest.name, newest.path, kind, label=newest.label, children=children)


def _spread(fields: Iterable[Field], table: Path, tables: dict[Path, list[Field]]) -> None:
    for field in fields:
        if field.kind is Kind.QUESTION:
            tables[table].append(field)
        elif field.kind is Kind.GROUP:
            _spread(field.children, table, tables)
        else:
            tables.setdefault(field.path, [])
            _spread(field.children, field.path, tables)


def _rows(nodes: tuple[Node, ...], table: Path, key: str, parent: str | None) -> Iterator[Row]:
    values: dict[Path, str] = {}
    below: list[tuple[Node, str]] = []
    _gather(nodes, table, values, below)
    yield Row(table, key, parent, values)
    for node, steps in below:
        yield from _rows(node.children, node.field.path, f"{key}/{steps}[{node.number}]", key)


def _gather(
    nodes: tuple[Node, ...], table: Path, values: dict[Path, str], below: list[tuple[Node, str]]
) -> None:
    for node in nodes:
        if node.field.kind is Kind.QUESTION:
            values[node.field.path] = node.text
        elif node.field.kind is Kind.GROUP:
            _gather(node.children, table, values, below)
        else:
            below.append((node, "/".join(node.field.path[len(table) :])))
