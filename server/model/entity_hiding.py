"""An entity without some of its properties, for whoever may not read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TypeVar

from server.model.entities import Contribution, Entity, EntityRow, Step
from server.model.entity_state import LABEL

_Value = TypeVar("_Value")


def without(entity: Entity, hidden: Collection[str]) -> Entity:
    """Neither what holds nor what anybody said of them."""
    state = replace(
        entity.state,
        data=_left(entity.state.data, hidden),
        steps=tuple(_step(each, hidden) for each in entity.state.steps),
    )
    contributions = tuple(_contribution(each, hidden) for each in entity.contributions)
    return replace(entity, state=state, contributions=contributions)


def bare(entity: Entity) -> Entity:
    """That it is there, and since when: nothing of what anybody said, its name included."""
    said = (name for step in entity.state.steps for name in step.changed)
    return without(entity, frozenset((LABEL, *entity.state.data, *said)))


def row_without(row: EntityRow, hidden: Collection[str]) -> EntityRow:
    return row._replace(data=_left(row.data, hidden))


def _step(step: Step, hidden: Collection[str]) -> Step:
    clashing = tuple(each for each in step.clashing if each not in hidden)
    return replace(step, changed=_left(step.changed, hidden), clashing=clashing)


def _contribution(said: Contribution, hidden: Collection[str]) -> Contribution:
    orders = tuple(replace(each, data=_left(each.data, hidden)) for each in said.orders)
    return replace(said, orders=orders)


def _left(said: Mapping[str, _Value], hidden: Collection[str]) -> dict[str, _Value]:
    return {name: value for name, value in said.items() if name not in hidden}
