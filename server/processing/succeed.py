"""A succession of units done: the tree at once, records next, and then who moves along."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from server.errors import SuccessionUnderWay
from server.model.offices import Office, chains_of
from server.model.people import Actor
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.succession import Succession
from server.processing.shelf import Shelf
from server.storage.offices import Change
from server.storage.stores import Stores
from server.storage.successions import Move, PastSuccession


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
    if under_way(stores):
        raise SuccessionUnderWay
    heirs = tuple(each.code for each in succession.heirs)
    stores.successions.add(
        PastSuccession(
            id=str(uuid.uuid4()),
            at=at,
            by=by,
            day=succession.day,
            ends=tuple(each.code for each in succession.ended),
            heirs=heirs,
            moves=tuple(Move(actor, to) for actor, to in moves.items() if to in heirs),
        )
    )
    stores.offices.change(Change(succession.offices), at)
    shelf.forget()


def under_way(stores: Stores) -> list[PastSuccession]:
    """Those after which somebody is still to move, newest first. One that broke off before the
    tree was changed is none."""
    unfinished = [each for each in stores.successions.all() if not each.is_done]
    if not unfinished:
        return []
    ended = {code for code, each in stores.offices.tree().items() if each.valid_to}
    return [each for each in unfinished if ended.issuperset(each.ends)]


def move_along(stores: Stores, now: datetime) -> int:
    """Who was to move with the units, once nothing is due any more; how many moved."""
    waiting = under_way(stores)
    if not waiting or stores.follow_ups.due(now, 1):
        return 0
    moved, tree = 0, stores.offices.tree()
    actors = (*stores.actors.phones(WHOLE_HOUSE), *stores.actors.people(WHOLE_HOUSE))
    known = {each.id: each for each in actors}
    for succession in waiting:
        for move in succession.moves:
            actor = known.get(move.actor)
            if actor is not None and _is_of(actor, succession.ends):
                _move(stores, actor, succession.ends, move.office, tree)
                moved += 1
        stores.successions.finish(succession.id)
    return moved


def _move(
    stores: Stores, actor: Actor, ends: Sequence[str], to: str, tree: Mapping[str, Office]
) -> None:
    moved = (replace(each, office=to) if each.office in ends else each for each in actor.grants)
    # One role in two units that merged is one role.
    grants = tuple(dict.fromkeys(moved))
    chains = chains_of([each.office for each in grants], tree)
    stores.actors.set_grants(actor.id, grants, within=chains)


def _is_of(actor: Actor, ends: Sequence[str]) -> bool:
    return any(each.office in ends for each in actor.grants)
