"""A file of units undone: what it added is taken out of the tree where nothing hangs on it, and
what it changed says again what it said before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from server.errors import OfficeUnknown, SuccessionStays
from server.model.offices import Office, clash, stands_above_itself, within
from server.model.past_import import PastImport
from server.model.past_succession import Stage
from server.model.scope import Scope
from server.processing.forms.shelf import Shelf
from server.processing.offices.office_uses import used
from server.storage.offices import Change
from server.storage.stores import Stores


@dataclass(frozen=True, slots=True)
class ImportUndoing:
    """``removed`` are taken out, ``back`` say what they said. ``kept`` came with the file and stay,
    since something hangs on them; ``changed_since`` were changed again, are a later file's, or what
    they said no longer fits what others say now, and stay as they are."""

    undone: PastImport
    removed: tuple[Office, ...]
    back: tuple[Office, ...]
    kept: tuple[Office, ...]
    changed_since: tuple[Office, ...]


def plan_import_undo(stores: Stores, project: int, its: PastImport, scope: Scope) -> ImportUndoing:
    """Raises OfficeUnknown for units of others, SuccessionStays for what was undone already."""
    tree = stores.offices.tree()
    there = [code for code in its.new if code in tree]
    told = [each for each in its.changed if each.after.code in tree]
    for code in (*there, *(each.after.code for each in told)):
        if not scope.sees_office(within(code, tree)):
            raise OfficeUnknown(code=code)
    if its.undone_by:
        raise SuccessionStays(
            why_vi="lần này đã được hoàn tác rồi.", why_en="it has been undone already."
        )
    of_others = _of_later_files(stores, its)
    own = [code for code in there if code not in of_others]
    ours = (each for each in told if each.after.code not in of_others)
    back = _fitting([each.before for each in ours if tree[each.after.code] == each.after], tree)
    after = {**tree, **back}
    hanging = used(stores, project, own, after) | _in_successions(stores)
    moved = {*there, *(each.after.code for each in told)} - {*own, *back}
    return ImportUndoing(
        its,
        removed=tuple(tree[code] for code in own if code not in hanging),
        back=_in_reach(tuple(back.values()), tree, after, scope),
        kept=tuple(tree[code] for code in own if code in hanging),
        changed_since=tuple(tree[code] for code in sorted(moved)),
    )


def _of_later_files(stores: Stores, its: PastImport) -> frozenset[str]:
    """What a later file that stands says of a unit is taken back first; and one that broke off
    before the tree heard of it is no file's but that which was taken in after it."""
    past = stores.office_imports.all()
    later = (each for each in past if each.at > its.at and not each.undone_by)
    return frozenset(code for each in later for code in each.codes)


def _fitting(before: Iterable[Office], tree: Mapping[str, Office]) -> dict[str, Office]:
    """Without what one unit can no longer say since others say something else now; then neither may
    those that were to stand below it."""
    back = {each.code: each for each in before}
    of_number: dict[str, set[str]] = defaultdict(set)
    for each in tree.values():
        of_number[each.number].add(each.code)
    while True:
        after = {**tree, **back}
        wrong = [
            each
            for each in back.values()
            if not _has_room(each, after)
            or clash(each, (after[code] for code in of_number[each.number] - {each.code}), tree)
        ]
        if not wrong:
            return back
        for each in wrong:
            del back[each.code]


def _has_room(unit: Office, after: Mapping[str, Office]) -> bool:
    """Where it would stand."""
    above = (code for code in (unit.parent, unit.successor) if code)
    return all(code in after for code in above) and not stands_above_itself(unit, after)


def _in_reach(
    back: tuple[Office, ...],
    tree: Mapping[str, Office],
    after: Mapping[str, Office],
    scope: Scope,
) -> tuple[Office, ...]:
    """Nobody puts a unit back to where they answer for nothing, nor by its own right below others
    than now."""
    for each in back:
        stays = each.above == tree[each.code].above
        if not scope.sees_office(within(each.code if stays else each.above, after)):
            raise OfficeUnknown(code=each.above or each.code)
    return back


def _in_successions(stores: Stores) -> frozenset[str]:
    """Units that became others, or took over."""
    past = [each for each in stores.successions.all() if each.stage is not Stage.GIVEN_UP]
    return frozenset(code for each in past for code in (*each.ends, *each.heirs))


def undo_import(
    stores: Stores, shelf: Shelf, plan: ImportUndoing, *, by: str, at: datetime
) -> None:
    """The tree first: broken off in between, it is done again."""
    removed = [each.code for each in plan.removed]
    if removed or plan.back:
        stores.offices.change(Change(plan.back, removed=removed), at)
        shelf.forget()
    stores.office_imports.undone(plan.undone, by, at)
