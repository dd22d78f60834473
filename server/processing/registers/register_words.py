"""What the properties of a register mean: the questions that fill and show them, in whatever
form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.model.entities import ListKey
from server.processing.forms.shelf import OnHand, Shelf
from server.xforms.form import Field, Form
from server.xforms.passed_on import Property, passed_on


@dataclass(frozen=True, slots=True)
class Filling:
    """A question (or calculation) of a form that has words for the property."""

    on_hand: OnHand
    field: Field


def fillings_of(shelf: Shelf, key: ListKey) -> Mapping[str, tuple[Filling, ...]]:
    """By property, as the forms that phones have now say it: what fills it, then what shows it."""
    found: dict[str, list[Filling]] = {}
    published = shelf.published(key.project)
    forms = sorted(published, key=lambda each: each.entry.key.form_id)
    for words_of in (_filled, _shown):
        for on_hand in forms:
            for name, field in words_of(on_hand.form, key.name):
                found.setdefault(name, []).append(Filling(on_hand, field))
    return {name: tuple(fillings) for name, fillings in found.items()}


def _filled(form: Form, register: str) -> Iterator[tuple[str, Field]]:
    for block in form.entities:
        for name, path in block.saves if block.list == register else ():
            if field := form.by_path.get(block.within + path):
                yield name, field


def _shown(form: Form, register: str) -> Iterator[tuple[str, Field]]:
    """Calculations that pass on what the register says, and nothing else."""
    for field in form.walk():
        match passed_on(field.calculation):
            case (Property(found, name),) if found == register:
                yield name, field
            case _:
                pass
