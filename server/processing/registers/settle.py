"""A person decides between what two phones said without knowing of each other, and about what is
held."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from server.errors import EntityChanged, EntitySettled, NotUnderstood, PageUnknown
from server.model.entities import (
    Contribution,
    Entity,
    EntityList,
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
from server.processing.registers.entities import bring_in_step
from server.storage.stores import Stores


@dataclass(frozen=True, slots=True)
class Choice:
    """A property about which there are several words; ``values`` begin with the one that holds."""

    name: str
    values: tuple[str, ...]


class Decider(Enum):
    """Who may close what is open about an entry."""

    REVIEWER = 1  # who reviews records of its office
    BOTH_OFFICES = 2  # who does so of the office that sent it, too
    CENTRE = 3  # who does so of the whole centre
    READER = 4  # who reads what it is about


@dataclass(frozen=True, slots=True)
class Matter:
    """What is open about an entry, for one person: the ``conflicts`` and what is ``held`` that she
    may close, and the words she may choose between. The rest is left to ``others``."""

    conflicts: tuple[Step, ...]
    held: tuple[Step, ...]
    choices: tuple[Choice, ...]
    others: frozenset[Decider]

    @property
    def is_open(self) -> bool:
        return bool(self.conflicts or self.held)


def matter_of(
    scope: Scope, its_list: EntityList, entity: Entity, hidden: Collection[str] = ()
) -> Matter:
    """For somebody who may decide in this scope: with the forms of others she decides nothing, nor
    about the ``hidden`` properties, which she does not read."""
    scope = scope.on_list(its_list.key.name)
    givers = entity.givers
    reserved = frozenset(its_list.reserved)
    theirs: list[Step] = []
    others: dict[str, Decider] = {}
    for each in (step for step in entity.state.steps if step.open):
        decider = _decider(each, givers[each.source], reserved, entity.state)
        if not frozenset(hidden).isdisjoint(each.clashing if each.held is None else each.changed):
            decider = Decider.READER
        if _is(scope, decider, entity, givers[each.source]):
            theirs.append(each)
        else:
            others[each.saying] = decider
    # A saying is closed as one: not by whom a part of it is left to others.
    theirs = [each for each in theirs if each.saying not in others]
    conflicts = tuple(each for each in theirs if each.held is None)
    of_centre = frozenset() if scope.is_centre_of(entity.within) else reserved
    return Matter(
        conflicts=conflicts,
        held=tuple(each for each in theirs if each.held is not None),
        choices=tuple(_choices(entity.state, conflicts, of_centre)),
        others=frozenset(others.values()),
    )


def _decider(
    step: Step, giver: Contribution, reserved: frozenset[str], state: EntityState
) -> Decider:
    if step.held is None:
        is_free = reserved.isdisjoint(_clashing_words(step, state))
        return Decider.REVIEWER if is_free else Decider.CENTRE
    if step.held is Held.RESERVED or (giver.reserved and not giver.central):
        return Decider.CENTRE
    return Decider.BOTH_OFFICES


def _is(scope: Scope, decider: Decider, entity: Entity, giver: Contribution) -> bool:
    if not scope.sees_office(entity.within):
        return False
    match decider:
        case Decider.REVIEWER:
            return True
        case Decider.BOTH_OFFICES:
            return scope.sees_office(giver.within)
        case Decider.CENTRE:
            return scope.is_centre_of(giver.within)
        case Decider.READER:
            return False


def _clashing_words(step: Step, state: EntityState) -> Iterable[str]:
    """As a list says what is reserved: the properties, and each with every value in question."""
    for name in step.clashing:
        values = (*step.changed.get(name, ()), state.data.get(name, ""))
        yield from (name, *(f"{name}={value}" for value in values))


def _choices(
    state: EntityState, conflicts: Sequence[Step], of_centre: frozenset[str]
) -> Iterator[Choice]:
    """Everything that these conflicts are about, in the order it came up; what holds comes first,
    and what only the centre may say is not among the rest."""
    said: dict[str, list[str]] = {name: [] for step in conflicts for name in step.clashing}
    for step in state.steps:
        for name in said.keys() & step.changed.keys() if step.held is None else ():
            before, after = step.changed[name]
            # Before it was made nobody had said anything.
            said[name] += (after,) if step.source == state.maker else (before, after)
    now = {**state.data, LABEL: state.label}
    for name, values in said.items():
        free = (each for each in reversed(values) if f"{name}={each}" not in of_centre)
        yield Choice(name, tuple(dict.fromkeys((now.get(name, ""), *free))))


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
    hidden: Collection[str] = (),
) -> Entity:
    """What is not chosen otherwise stays as it is, and is said again: what comes late on an old
    version does not take its place. ``let_in`` says of sayings that are held whether they hold.

    Raises PageUnknown, EntityChanged when it is no longer what the person saw, EntitySettled when
    somebody else was faster, and NotUnderstood when nothing was decided.
    """
    entity = find_entity(stores, scope, key, uuid)
    if entity.state.version != seen or entity.state.conflict is None:
        raise EntityChanged
    its_list = stores.entity_lists.get(key)
    matter = matter_of(scope, its_list, entity, hidden)
    settled = Contribution(
        # Of two that settle the same at once, one does.
        source=f"settled:{key.text}/{uuid}/{seen}",
        origin=Origin.SETTLED,
        orders=(_order(matter, chosen, let_in, seen=seen, at=at),),
        count=1,
        at=at,
        by=by.name,
        office=entity.office,
        within=entity.within,
        entitled=True,
        reserved=its_list.reserved,
        central=scope.on_list(key.name).is_centre_of(entity.within),
        sender=by.id,
    )
    taken = stores.entity_lists.claim(key, uuid, settled)
    entity = bring_in_step(stores, key, uuid)
    stores.entity_lists.touch(key, filled=True)
    if not _says_the_same(taken, settled):
        raise EntitySettled
    return entity


def _order(
    matter: Matter,
    chosen: Mapping[str, str],
    let_in: Mapping[str, bool],
    *,
    seen: int,
    at: datetime,
) -> Order:
    """What the person decided. Raises NotUnderstood when that was nothing."""
    may_be = {each.saying for each in matter.held}
    decided = {saying: wanted for saying, wanted in let_in.items() if saying in may_be}
    conflicts = [each.saying for each in matter.conflicts]
    if not decided and not conflicts:
        raise NotUnderstood(why_vi="hãy chọn trước đã.", why_en="choose first.")
    words = _words(matter.choices, chosen)
    return Order(
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


def _says_the_same(taken: Contribution, settled: Contribution) -> bool:
    """Whoever presses twice has settled it too."""

    def said(each: Contribution) -> object:
        return each.sender, [replace(order, made="") for order in each.orders]

    return said(taken) == said(settled)


def _words(choices: Sequence[Choice], chosen: Mapping[str, str]) -> dict[str, str]:
    """A word for everything that there was to choose; one that nobody said cannot be chosen."""
    return {
        each.name: chosen[each.name] if chosen.get(each.name) in each.values else each.values[0]
        for each in choices
    }
