"""What data the house collects of people, out of the forms themselves: each question, how sensitive
its answers are, which registers they fill, and which roles read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.access.roles import Role
from server.access.verbs import TABLE, Verb
from server.processing.forms.shelf import OnHand, Shelf
from server.xforms.form import META, Field, Kind, Path
from server.xforms.levels import Level


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a form; ``around`` are the groups that it stands in, outermost first.
    ``lists`` are the registers that its answer fills; ``roles`` those that read it."""

    field: Field
    around: tuple[Field, ...]
    level: Level
    lists: tuple[str, ...]
    roles: tuple[str, ...]


def inventory(shelf: Shelf, on_hand: OnHand) -> Iterator[Item]:
    """Of one form as it is now, in its order. Raises FormUnknown."""
    key, form = on_hand.entry.key, on_hand.form
    levels, filled = shelf.levels(key), _filled(on_hand)
    for field, around in _questions(form.fields, ()):
        level = levels.of(field.path)
        lists = tuple(filled.get(field.path, ()))
        yield Item(field, around, level, lists, readers(key.form_id, level))


def readers(form_id: str, level: Level, table: Mapping[str, Role] = TABLE) -> tuple[str, ...]:
    """The roles that read answers of this level in this form, within their offices."""
    return tuple(
        name
        for name, role in table.items()
        for power in role.powers
        if Verb.READ_RECORDS in power.verbs
        and (power.forms is None or form_id in power.forms)
        and Level.of(power.clearance) >= level
    )


def _questions(
    fields: tuple[Field, ...], around: tuple[Field, ...]
) -> Iterator[tuple[Field, tuple[Field, ...]]]:
    for each in fields:
        if each.path[:1] == (META,) or each.is_note:
            continue
        if each.kind is Kind.QUESTION:
            yield each, around
        else:
            yield from _questions(each.children, (*around, each))


def _filled(on_hand: OnHand) -> Mapping[Path, list[str]]:
    """The registers that an answer goes into."""
    found: dict[Path, list[str]] = {}
    for block in on_hand.form.entities:
        for _, path in block.saves:
            lists = found.setdefault((*block.within, *path), [])
            if block.list not in lists:
                lists.append(block.list)
    return found
