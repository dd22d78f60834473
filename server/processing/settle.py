"""A person decides between what two phones said without knowing of each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from server.errors import EntityChanged, PageUnknown
from server.model.entities import Contribution, Entity, EntityState, ListKey, Order, Origin
from server.model.entity_state import LABEL
from server.model.people import Actor
from server.model.scope import Scope
from server.processing.entities import bring_in_step
from server.storage.stores import Stores


@dataclass(frozen=True, slots=True)
class Choice:
    """A property about which there are several words; ``values`` begin with the one that holds."""

    name: str
    values: tuple[str, ...]


def choices_of(state: EntityState) -> tuple[Choice, ...]:
    """Everything that an open conflict is about, in the order it came up."""
    said: dict[str, list[str]] = {}
    for step in state.steps:
        for name in step.clashing if step.conflict and not step.settled else ():
            said.setdefault(name, [])
    for step in state.steps:
        for name in said.keys() & step.changed.keys():
            before, after = step.changed[name]
            # Before it was made nobody had said anything.
            said[name] += (after,) if step.source == state.maker else (before, after)
    now = {**state.data, LABEL: state.label}
    return tuple(
        Choice(name, tuple(dict.fromkeys((now.get(name, ""), *reversed(values)))))
        for name, values in said.items()
    )


def find_entity(stores: Stores, scope: Scope, key: ListKey, uuid: str) -> Entity:
    """Raises PageUnknown, out of scope too."""
    entity = stores.entities.find(scope, key, uuid)
    if entity is None:
        raise PageUnknown
    return entity


def settle(
    stores: Stores,
    scope: Scope,
    by: Actor,
    key: ListKey,
    uuid: str,
    *,
    seen: int,
    chosen: Mapping[str, str],
    at: datetime,
) -> Entity:
    """What is not chosen otherwise stays as it is. Raises PageUnknown, and EntityChanged when it
    is no longer what the person saw."""
    entity = find_entity(stores, scope, key, uuid)
    if entity.state.version != seen or entity.state.conflict is None:
        raise EntityChanged
    open_choices = {each.name: each.values for each in choices_of(entity.state)}
    data = {
        name: value
        for name, value in chosen.items()
        if value in open_choices.get(name, ()) and value != open_choices[name][0]
    }
    order = Order(
        create=False,
        update=True,
        label=data.pop(LABEL, ""),
        data=data,
        trunk=seen,
        base=seen,
        made=at.isoformat(),
        settles=tuple(
            step.source for step in entity.state.steps if step.conflict and not step.settled
        ),
    )
    settled = Contribution(
        # Of two that settle the same at once, one does.
        source=f"settled:{key.text}/{uuid}/{seen}",
        origin=Origin.SETTLED,
        orders=(order,),
        count=1,
        at=at,
        by=by.name,
        office=entity.office,
        within=entity.within,
    )
    stores.entity_lists.add_own(key, settled.source, [(uuid, settled)])
    entity = bring_in_step(stores, key, uuid)
    stores.entity_lists.touch(key, filled=True)
    return entity
