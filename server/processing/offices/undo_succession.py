"""A succession of units undone by one action: what it did to the tree is taken back, and who moved
goes back.

What came since stays where it was said to belong: with the unit that it came to, which ends again
and may be given to one of those that are in force again. A unit of which nothing is left then is
taken out of the tree, as if it had never been.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from server.errors import NotUnderstood, OfficeUnknown, SuccessionStays, SuccessionUnderWay
from server.model.calendar import day_of
from server.model.offices import Office, stands_above_itself, within
from server.model.past_succession import Move, PastSuccession, Stage
from server.model.people import Actor
from server.model.scope import Scope
from server.processing.forms.shelf import Shelf
from server.processing.offices.succeed import Affected, affected, begin, has_begun
from server.storage.stores import Stores

BACK = "back"
"""Said of somebody: to the units that they were moved from."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """What the tree would say afterwards. ``restored`` are in force again; ``closed`` were made by
    the succession and end again; ``staying`` took over too, stood before and stand on."""

    undone: PastSuccession
    restored: tuple[Office, ...]
    closed: tuple[Office, ...]
    staying: tuple[Office, ...]

    @property
    def offices(self) -> tuple[Office, ...]:
        """All that is said anew."""
        return (*self.restored, *self.closed)


def plan_undo(
    its: PastSuccession,
    past: Sequence[PastSuccession],
    tree: Mapping[str, Office],
    scope: Scope,
    today: str,
    given: Mapping[str, str],
) -> Undoing:
    """``past`` are all successions. ``given`` says of units that end again which one has from now
    on what came to them, "" for none; where it says nothing, the only one that is in force again.

    Raises OfficeUnknown for what is not there or not theirs, SuccessionUnderWay, SuccessionStays
    where something was built on it, and NotUnderstood.
    """
    # Of what was undone a unit may be in the tree no more.
    _refuse_what_is_over(its, past, tree)
    for code in (*its.ends, *its.heirs):
        if code not in tree or not scope.sees_office(within(code, tree)):
            raise OfficeUnknown(code=code)
    _refuse_what_stays(its, past, tree)
    restored = tuple(replace(tree[code], valid_to="", successor=None) for code in its.ends)
    staying = tuple(tree[code] for code in its.heirs if code not in its.new)
    closed = tuple(_closed(tree[code], its.ends, today, given) for code in its.new)
    after = {**tree, **{each.code: each for each in (*restored, *closed)}}
    for each in (*restored, *closed):
        if not scope.sees_office(within(each.code, after)):
            raise OfficeUnknown(code=each.above or each.code)
    for each in (*restored, *closed):
        if each.above and stands_above_itself(each, after):
            raise NotUnderstood(
                why_vi=f"“{tree[each.above].label}” đang thuộc “{each.label}”.",
                why_en=f"“{tree[each.above].label}” stands below “{each.label}”.",
            )
    _refuse_a_taken_code(restored, after)
    return Undoing(its, restored, closed, staying)


def _closed(heir: Office, ends: Sequence[str], today: str, given: Mapping[str, str]) -> Office:
    to = given.get(heir.code, ends[0] if len(ends) == 1 else "")
    if to and to not in ends:
        raise NotUnderstood(why_vi="hãy chọn một đơn vị cũ.", why_en="choose an old unit.")
    eve = (date.fromisoformat(today) - timedelta(days=1)).isoformat()
    return replace(heir, valid_to=max(eve, heir.valid_from), successor=to or None)


def _refuse_what_is_over(
    its: PastSuccession, past: Sequence[PastSuccession], tree: Mapping[str, Office]
) -> None:
    if its.stage is Stage.BEGUN:
        raise SuccessionUnderWay
    if its.undoes or its.stage is Stage.GIVEN_UP:
        raise _stays("lần này không phải là một lần sáp nhập.", "it is no change of its own.")
    if its.id in undone_among(past, tree):
        raise _stays("lần này đã được hoàn tác rồi.", "it has been undone already.")


def _refuse_what_stays(
    its: PastSuccession, past: Sequence[PastSuccession], tree: Mapping[str, Office]
) -> None:
    undone = undone_among(past, tree)
    units = frozenset((*its.ends, *its.heirs))
    for later in _counted(past, tree):
        is_own_change = not later.undoes and later.id not in undone
        if is_own_change and later.at > its.at and units & {*later.ends, *later.heirs}:
            names = ", ".join(tree[code].label for code in later.ends if code in tree)
            raise _stays(
                f"sau đó “{names}” đã thay đổi tiếp; hãy hoàn tác lần ấy trước.",
                f"“{names}” changed again after it; undo that first.",
            )
    for code in its.heirs:
        if tree[code].valid_to:
            raise _stays(
                f"“{tree[code].label}” đã kết thúc sau đó.",
                f"“{tree[code].label}” has ended since.",
            )


def undone_among(past: Sequence[PastSuccession], tree: Mapping[str, Office]) -> frozenset[str]:
    """The ids of those that were undone; an undoing that broke off before the tree was none."""
    return frozenset(each.undoes for each in _counted(past, tree) if each.undoes)


def _counted(
    past: Sequence[PastSuccession], tree: Mapping[str, Office]
) -> Iterator[PastSuccession]:
    return (each for each in past if each.stage is Stage.DONE or has_begun(each, tree))


def _refuse_a_taken_code(restored: Sequence[Office], after: Mapping[str, Office]) -> None:
    again = {each.number: each for each in restored}
    for other in after.values():
        its = again.get(other.number)
        if its is not None and other.code != its.code and not other.valid_to:
            raise _stays(
                f"mã “{its.number}” nay là của “{other.label}”.",
                f"the code “{its.number}” is that of “{other.label}” now.",
            )


def movers(stores: Stores, scope: Scope, plan: Undoing) -> Affected:
    """Phones and people of the units that end again, and those who were moved to the others."""
    closed = {each.code for each in plan.closed}

    def of_these(actors: Sequence[Actor]) -> tuple[Actor, ...]:
        return tuple(
            each
            for each in actors
            if not closed.isdisjoint(each.offices) or way_back(each, plan.undone)
        )

    there = affected(stores, scope, plan.undone.heirs)
    return Affected(of_these(there.phones), of_these(there.people))


def way_back(actor: Actor, its: PastSuccession) -> tuple[Move, ...]:
    """Each role that they had before goes where it was held, if they have it still."""
    return tuple(
        Move(actor.id, post.office, grant.role, grant.office)
        for grant in actor.grants
        if grant.office in its.heirs
        for post in its.posts
        if (post.actor, post.role) == (actor.id, grant.role)
    )


def undo(
    stores: Stores,
    shelf: Shelf,
    plan: Undoing,
    who: Affected,
    choices: Mapping[str, str],
    *,
    by: str,
    at: datetime,
) -> None:
    """``choices``: of phones and people, BACK or the code of a unit that is in force again; whoever
    has none stays. They go when the lists of these units are complete, as at a succession. Raises
    SuccessionUnderWay."""
    targets = {each.code for each in plan.restored}
    moves: list[Move] = []
    for actor in (*who.phones, *who.people):
        choice = choices.get(actor.id, "")
        if choice == BACK:
            moves += way_back(actor, plan.undone)
        elif choice in targets:
            moves += _all_to(actor, choice, plan)
    its = PastSuccession(
        id=str(uuid.uuid4()),
        at=at,
        by=by,
        day=day_of(at),
        ends=tuple(each.code for each in plan.closed),
        heirs=tuple(each.code for each in plan.restored),
        moves=tuple(moves),
        undoes=plan.undone.id,
        names={each.code: each.label for each in plan.closed},
    )
    begin(stores, shelf, its, plan.offices, at)


def _all_to(actor: Actor, code: str, plan: Undoing) -> list[Move]:
    closed = {each.code for each in plan.closed}
    return [
        Move(actor.id, code, grant.role, grant.office)
        for grant in actor.grants
        if grant.office in closed
    ]


def _stays(vi: str, en: str) -> SuccessionStays:
    return SuccessionStays(why_vi=vi, why_en=en)
