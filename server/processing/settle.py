"""A person decides between what two phones said without knowing of each other, and about what is
held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.errors import EntityChanged, NotUnderstood, PageUnknown
from server.model.entities import (
    Contribution,
    Entity,
    EntityState,
    Held,
    ListKey,
    Order,
    Origin,
    Step,
)
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
        for name in said.keys() & step.changed.keys() if step.held is None else ():
            before, after = step.changed[name]
            # Before it was made nobody had said anything.
            said[name] += (after,) if step.source == state.maker else (before, after)
    now = {**state.data, LABEL: state.label}
    return tuple(
        Choice(name, tuple(dict.fromkeys((now.get(name, ""), *reversed(values)))))
        for name, values in said.items()
    )


def decidable(scope: Scope, entity: Entity) -> tuple[Step, ...]:
    """What is held and somebody of this scope may let in: one who answers for the office that sent
    it too, and for what only the centre may say, one of the centre."""
    givers = {each.source: each for each in entity.contributions}
    held = (each for each in entity.state.steps if each.held and each.open)
    return tuple(each for each in held if _may_let_in(scope, each, givers[each.source]))


def _may_let_in(scope: Scope, step: Step, giver: Contribution) -> bool:
    reserved = step.held is Held.RESERVED or (giver.reserved and not giver.central)
    return scope.sees_office(giver.within[:2] if reserved else giver.within)


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
    let_in: Mapping[str, bool],
    at: datetime,
) -> Entity:
    """What is not chosen otherwise stays as it is, and is said again: what comes late on an old
    version does not take its place. ``let_in`` says of sayings that are held whether they hold.

    Raises PageUnknown, EntityChanged when it is no longer what the person saw, and NotUnderstood
    when nothing was decided.
    """
    entity = find_entity(stores, scope, key, uuid)
    if entity.state.version != seen or entity.state.conflict is None:
        raise EntityChanged
    may_be = {each.saying for each in decidable(scope, entity)}
    decided = {saying: wanted for saying, wanted in let_in.items() if saying in may_be}
    conflicts = [each.saying for each in entity.state.steps if each.open and each.conflict]
    if not decided and not conflicts:
        raise NotUnderstood(why_vi="hãy chọn trước đã.", why_en="choose first.")
    words = _words(choices_of(entity.state), chosen)
    order = Order(
        create=False,
        update=True,
        label=words.pop(LABEL, ""),
        data=words,
        trunk=seen,
        base=seen,
        made=at.isoformat(),
        settles=(*conflicts, *decided),
        admits=tuple(saying for saying, wanted in decided.items() if wanted),
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
        entitled=True,
    )
    stores.entity_lists.add_own(key, settled.source, [(uuid, settled)])
    entity = bring_in_step(stores, key, uuid)
    stores.entity_lists.touch(key, filled=True)
    return entity


def _words(choices: Sequence[Choice], chosen: Mapping[str, str]) -> dict[str, str]:
    """A word for everything that there was to choose; one that nobody said cannot be chosen."""
    return {
        each.name: chosen[each.name] if chosen.get(each.name) in each.values else each.values[0]
        for each in choices
    }
