"""A succession of units done: the tree at once, records next, and then who moves along."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from server.errors import SuccessionUnderWay
from server.model.offices import Office, chains_of
from server.model.past_succession import Move, PastSuccession, Post, Stage
from server.model.people import Actor, Grant
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.succession import Succession
from server.processing.forms.shelf import Shelf
from server.processing.offices.office_uses import used
from server.storage.offices import Change
from server.storage.stores import Stores

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
    ends = tuple(each.code for each in succession.ended)
    heirs = tuple(each.code for each in succession.heirs)
    moving = {actor: to for actor, to in moves.items() if to in heirs}
    its = PastSuccession(
        id=str(uuid.uuid4()),
        at=at,
        by=by,
        day=succession.day,
        ends=ends,
        heirs=heirs,
        moves=tuple(Move(actor, to) for actor, to in moving.items()),
        new=tuple(each.code for each in succession.new),
        posts=_posts(stores, moving, (*ends, *heirs)),
        names={each.code: each.label for each in succession.new},
    )
    begin(stores, shelf, its, succession.offices, at)


def begin(
    stores: Stores, shelf: Shelf, its: PastSuccession, offices: Sequence[Office], at: datetime
) -> None:
    """The journal has it, and the tree says it; the worker does the rest. Raises
    SuccessionUnderWay."""
    _make_way(stores, at)
    stores.successions.add(its)
    if len(_unfinished(stores)) > 1:
        # Of two that begin at once neither knows which changes the tree first.
        stores.successions.reach(its, Stage.GIVEN_UP, at)
        raise SuccessionUnderWay
    stores.offices.change(Change(offices), at)
    shelf.forget()


def _posts(stores: Stores, actors: Collection[str], units: Collection[str]) -> tuple[Post, ...]:
    """What those who move hold in these units, so that they can go back."""
    return tuple(
        Post(each.id, grant.role, grant.office)
        for each in (stores.actors.all(WHOLE_HOUSE) if actors else ())
        if each.id in actors
        for grant in each.grants
        if grant.office in units
    )


def under_way(stores: Stores) -> list[PastSuccession]:
    """Those after which somebody is still to move, newest first. One that broke off before the
    tree was changed is none."""
    unfinished = _unfinished(stores)
    if not unfinished:
        return []
    tree = stores.offices.tree()
    return [each for each in unfinished if has_begun(each, tree)]


def has_begun(its: PastSuccession, tree: Mapping[str, Office]) -> bool:
    """Whether the tree says it already, of one that is not at its end."""
    if its.stage is not Stage.BEGUN:
        return False
    if its.undoes:
        return all(code in tree and not tree[code].valid_to for code in its.heirs)
    return all(code in tree and tree[code].valid_to for code in its.ends)


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


def move_along(stores: Stores, project: int, now: datetime) -> int:
    """Who was to move with the units, once nothing is due any more; how many moved."""
    waiting = under_way(stores)
    if not waiting or stores.follow_ups.due(now, 1):
        return 0
    moved, tree = 0, stores.offices.tree()
    known = {each.id: each for each in stores.actors.all(WHOLE_HOUSE)}
    for its in waiting:
        asked: dict[str, list[Move]] = defaultdict(list)
        for move in its.moves:
            asked[move.actor].append(move)
        done = True
        for actor in (known[each] for each in asked if each in known):
            grants = _moved(actor.grants, its.ends, asked[actor.id])
            if grants == actor.grants:
                continue
            chains = chains_of([each.office for each in grants], tree)
            # Not where somebody has just given them other roles: the next look sees these.
            is_moved = stores.actors.set_grants(actor, grants, within=chains)
            moved, done = moved + is_moved, done and is_moved
        if done and _is_cleared(stores, project, its, now):
            stores.successions.reach(its, Stage.DONE, now)
    return moved


def _moved(
    grants: Sequence[Grant], ends: Collection[str], moves: Sequence[Move]
) -> tuple[Grant, ...]:
    """One role in two units that merged is one role, and one that was held in two is two again."""
    moved: list[Grant] = []
    for each in grants:
        to = [move.office for move in moves if move.is_about(each, ends)]
        moved += [replace(each, office=office) for office in to] or [each]
    return tuple(dict.fromkeys(moved))


def _is_cleared(stores: Stores, project: int, its: PastSuccession, now: datetime) -> bool:
    """A unit that only an undone succession made is taken out when nothing is its own; False while
    something may still be on its way to it."""
    if not its.undoes or not its.ends:
        return True
    if stores.offices.out_of_step():
        return False
    tree = stores.offices.tree()
    made = [code for code in its.ends if code in tree]
    still_used = used(stores, project, made, tree)
    unused = [code for code in made if code not in still_used]
    if unused:
        stores.offices.change(Change(removed=unused), now)
    return True


def _is_of(actor: Actor, ends: Sequence[str]) -> bool:
    return any(each.office in ends for each in actor.grants)
