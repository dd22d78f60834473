"""A succession of units done: the tree at once, records next, and then who moves along."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from server.errors import SuccessionUnderWay
from server.model.offices import Office, chains_of
from server.model.people import Actor
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.succession import Succession
from server.processing.shelf import Shelf
from server.storage.offices import Change
from server.storage.stores import Stores
from server.storage.successions import Move, PastSuccession, Stage

_BEGINNING = timedelta(minutes=2)  # from its first word to the changed tree


@dataclass(frozen=True, slots=True)
class Affected:
    """Phones and people of the units that end, who may move along."""

    phones: tuple[Actor, ...]
    people: tuple[Actor, ...]


def affected(stores: Stores, scope: Scope, ends: Sequence[str]) -> Affected:
    def of_these(actors: Sequence[Actor]) -> tuple[Actor, ...]:
        found = (each for each in actors if each.active and _is_of(each, ends))
        return tuple(sorted(found, key=lambda each: each.name))

    return Affected(
        of_these(stores.actors.phones(scope)),
        of_these(stores.actors.people(scope)),
    )


def succeed(
    stores: Stores,
    shelf: Shelf,
    succession: Succession,
    moves: Mapping[str, str],
    *,
    by: str,
    at: datetime,
) -> None:
    """``moves``: to which unit that takes over a phone or person goes; the others stay where they
    are. They go when the lists of the new unit are complete, so that no phone sees children vanish
    and come back. Raises SuccessionUnderWay while another succession is."""
    _make_way(stores, at)
    heirs = tuple(each.code for each in succession.heirs)
    its = PastSuccession(
        id=str(uuid.uuid4()),
        at=at,
        by=by,
        day=succession.day,
        ends=tuple(each.code for each in succession.ended),
        heirs=heirs,
        moves=tuple(Move(actor, to) for actor, to in moves.items() if to in heirs),
    )
    stores.successions.add(its)
    if len(_unfinished(stores)) > 1:
        # Of two that begin at once neither knows which changes the tree first.
        stores.successions.reach(its, Stage.GIVEN_UP, at)
        raise SuccessionUnderWay
    stores.offices.change(Change(succession.offices), at)
    shelf.forget()


def under_way(stores: Stores) -> list[PastSuccession]:
    """Those after which somebody is still to move, newest first. One that broke off before the
    tree was changed is none."""
    unfinished = _unfinished(stores)
    if not unfinished:
        return []
    ended = {code for code, each in stores.offices.tree().items() if each.valid_to}
    return [each for each in unfinished if ended.issuperset(each.ends)]


def _unfinished(stores: Stores) -> list[PastSuccession]:
    return [each for each in stores.successions.all() if each.stage is Stage.BEGUN]


def _make_way(stores: Stores, at: datetime) -> None:
    """What broke off before the tree was changed never comes to life again, with another one's
    units. Raises SuccessionUnderWay while one is, or may be just about to change the tree."""
    unfinished = _unfinished(stores)
    if under_way(stores) or any(at - each.at < _BEGINNING for each in unfinished):
        raise SuccessionUnderWay
    for each in unfinished:
        stores.successions.reach(each, Stage.GIVEN_UP, at)


def move_along(stores: Stores, now: datetime) -> int:
    """Who was to move with the units, once nothing is due any more; how many moved."""
    waiting = under_way(stores)
    if not waiting or stores.follow_ups.due(now, 1):
        return 0
    moved, tree = 0, stores.offices.tree()
    known = {each.id: each for each in stores.actors.all(WHOLE_HOUSE)}
    for succession in waiting:
        theirs = [
            (known[each.actor], each.office) for each in succession.moves if each.actor in known
        ]
        asked = [(actor, to) for actor, to in theirs if _is_of(actor, succession.ends)]
        done = [_move(stores, actor, succession.ends, to, tree) for actor, to in asked]
        moved += sum(done)
        if all(done):
            stores.successions.reach(succession, Stage.DONE, now)
    return moved


def _move(
    stores: Stores, actor: Actor, ends: Sequence[str], to: str, tree: Mapping[str, Office]
) -> bool:
    """False where somebody has just given them other roles: the next look sees these."""
    moved = (replace(each, office=to) if each.office in ends else each for each in actor.grants)
    # One role in two units that merged is one role.
    grants = tuple(dict.fromkeys(moved))
    chains = chains_of([each.office for each in grants], tree)
    return stores.actors.set_grants(actor, grants, within=chains)


def _is_of(actor: Actor, ends: Sequence[str]) -> bool:
    return any(each.office in ends for each in actor.grants)
