"""Whom a record is about, as registers know them: the entries that it makes or names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from server.xforms.calculated import register_of
from server.xforms.entities import entity_id, entity_in
from server.xforms.form import Field, Form, Kind, Path
from server.xforms.xml import Element, child, text_of


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a record an entry of a register is named: ``made`` of an entity, else chosen."""

    register: str
    path: Path
    made: bool


class PeopleNamed:
    """In records of one version of a form. What stands in repeats is of more than one, and no row
    of an export is theirs."""

    def __init__(self, form: Form, registers: Collection[str]) -> None:
        made = (
            _Place(each.list, each.within, made=True)
            for each in form.entities
            if not any(_is_repeat(form, step) for step in _steps(each.within))
        )
        chosen = (
            _Place(register_of(each.choices), each.path, made=False)
            for each in _outside_repeats(form.fields)
            if each.choices.file and not each.is_multiple
        )
        self._registers = sorted(registers)
        self._places = [each for each in (*made, *chosen) if each.register in registers]

    def of(self, root: Element) -> Sequence[str]:
        """One for each register in the order of their names, "" for none; whom the record itself
        makes or changes comes first."""
        found: dict[str, str] = {}
        for place in self._places:
            if who := _named(root, place):
                found.setdefault(place.register, who)
        return [found.get(each, "") for each in self._registers]


def _named(root: Element, place: _Place) -> str:
    part: Element | None = root
    for step in place.path:
        part = child(part, step) if part is not None else None
    if part is None or not place.made:
        return text_of(part).lower()
    entity = entity_in(part)
    return entity_id(entity.get("id")) if entity is not None else ""


def _is_repeat(form: Form, path: Path) -> bool:
    field = form.by_path.get(path)
    return field is not None and field.kind is Kind.REPEAT


def _steps(path: Path) -> Iterator[Path]:
    return (path[:length] for length in range(1, len(path) + 1))


def _outside_repeats(fields: tuple[Field, ...]) -> Iterator[Field]:
    for each in fields:
        if each.kind is Kind.QUESTION:
            yield each
        elif each.kind is Kind.GROUP:
            yield from _outside_repeats(each.children)
