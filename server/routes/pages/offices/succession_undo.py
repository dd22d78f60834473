"""A change of units undone: looked at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import (
    CauNoiError,
    NotUnderstood,
    OfficeUnknown,
    PageUnknown,
    SuccessionStays,
    SuccessionUnderWay,
)
from server.model.calendar import day_of
from server.model.counts import Counts
from server.model.offices import Office, name_of, within
from server.model.past_succession import PastSuccession
from server.model.people import Actor
from server.processing.offices.succeed import Affected
from server.processing.offices.undo_succession import (
    BACK,
    Undoing,
    movers,
    plan_undo,
    undo,
    way_back,
)
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.offices.successions import all_counts, given_by_prefix, records_of
from server.routes.pages.records.asked import Option
from server.routes.pages.words import day_words, gettext, ngettext, wrong_words

blueprint = Blueprint("succession_undo", __name__)

_TO, _MOVE = "to-", "move-"
_Refused = (NotUnderstood, OfficeUnknown, SuccessionStays, SuccessionUnderWay)


@dataclass(frozen=True, slots=True)
class UnitLine:
    label: str
    records: str


@dataclass(frozen=True, slots=True)
class Question:
    """Asked of a unit or of somebody; ``name`` is that of the field."""

    name: str
    label: str
    soft: str
    value: str
    options: tuple[Option, ...]


@blueprint.get("/admin/offices/changes/<seg:change_id>")
@allow(Verb.MANAGE_OFFICES, by=By.SESSION)
def look(caller: Caller, change_id: str) -> ResponseReturnValue:
    """What would be undone, and what stays where it is."""
    past, tree = _known()
    its = _theirs(caller, change_id, past, tree)
    try:
        plan = _plan(caller, its, past, tree)
    except _Refused as refused:
        return undo_refused(_title(its), refused)
    return _look(caller, plan, tree)


@blueprint.post("/admin/offices/changes/<seg:change_id>")
@allow(Verb.MANAGE_OFFICES, by=By.SESSION)
def do_it(caller: Caller, change_id: str) -> ResponseReturnValue:
    house, (past, tree) = services(), _known()
    its = _theirs(caller, change_id, past, tree)
    try:
        plan = _plan(caller, its, past, tree)
        undo(
            house.stores,
            house.shelf,
            plan,
            movers(house.stores, caller.scope, plan),
            given_by_prefix(_MOVE),
            by=caller.actor.name,
            at=house.clock(),
        )
    except _Refused as refused:
        return undo_refused(_title(its), refused)
    flash(
        gettext(
            "The change is undone. Records follow within a few minutes; then phones and people "
            "move back."
        ),
        "done",
    )
    return redirect(url_for("unit_changes.overview"), 303)


def _known() -> tuple[Sequence[PastSuccession], Mapping[str, Office]]:
    stores = services().stores
    return stores.successions.all(), stores.offices.tree()


def _theirs(
    caller: Caller, change_id: str, past: Sequence[PastSuccession], tree: Mapping[str, Office]
) -> PastSuccession:
    """Raises PageUnknown, out of scope too."""
    for each in past:
        if each.id == change_id and is_theirs(caller, each, tree):
            return each
    raise PageUnknown


def is_theirs(caller: Caller, its: PastSuccession, tree: Mapping[str, Office]) -> bool:
    """A unit that was taken out of the tree stood under those that are in force again."""
    there = [code for code in (*its.ends, *its.heirs) if code in tree]
    return bool(there) and all(caller.scope.sees_office(within(code, tree)) for code in there)


def _plan(
    caller: Caller,
    its: PastSuccession,
    past: Sequence[PastSuccession],
    tree: Mapping[str, Office],
) -> Undoing:
    """As it is filled in. Raises like ``plan_undo``."""
    today = day_of(services().clock())
    return plan_undo(its, past, tree, caller.scope, today, given_by_prefix(_TO))


def undo_refused(title: str, refused: CauNoiError) -> ResponseReturnValue:
    page = render_template(
        "pages/undo_refused.html",
        title=title,
        back_href=url_for("unit_changes.overview"),
        words=wrong_words(refused),
    )
    return page, status_of(refused)


def _title(its: PastSuccession) -> str:
    return gettext("Undo the change of %(day)s", day=day_words(its.day))


def _look(caller: Caller, plan: Undoing, tree: Mapping[str, Office]) -> str:
    its, counts = plan.undone, all_counts()
    who = movers(services().stores, caller.scope, plan)
    return render_template(
        "pages/undo_look.html",
        title=_title(its),
        back_href=url_for("unit_changes.overview"),
        action=url_for("succession_undo.do_it", change_id=its.id),
        restored=_lines(plan.restored, counts, tree),
        closed=tuple(_closing(each, plan, counts, tree) for each in plan.closed),
        staying=_lines(plan.staying, counts, tree),
        movers=tuple(
            (label, tuple(_mover(each, plan, tree) for each in actors))
            for label, actors in _by_kind(who)
            if actors
        ),
    )


def _by_kind(who: Affected) -> tuple[tuple[str, tuple[Actor, ...]], ...]:
    return (gettext("Phones"), who.phones), (gettext("People"), who.people)


def _lines(
    units: Sequence[Office], counts: Sequence[Counts], tree: Mapping[str, Office]
) -> tuple[UnitLine, ...]:
    return tuple(UnitLine(each.label, _own_records(each.code, counts, tree)) for each in units)


def _own_records(code: str, counts: Sequence[Counts], tree: Mapping[str, Office]) -> str:
    """Without those of the units that stand below it."""
    below = [each.code for each in tree.values() if each.above == code]
    found = records_of((code,), counts) - records_of(below, counts)
    return ngettext("%(count)s record", "%(count)s records", found)


def _closing(
    unit: Office, plan: Undoing, counts: Sequence[Counts], tree: Mapping[str, Office]
) -> Question:
    return Question(
        name=f"{_TO}{unit.code}",
        label=unit.label,
        soft=_own_records(unit.code, counts, tree),
        value=unit.successor or "",
        options=(
            *_targets(plan),
            Option("", gettext("stays with it, read by who is above")),
        ),
    )


def _mover(actor: Actor, plan: Undoing, tree: Mapping[str, Office]) -> Question:
    """Who was moved goes back; for who came since somebody has to say so."""
    closed = {each.code for each in plan.closed}
    way = way_back(actor, plan.undone)
    before = ", ".join(dict.fromkeys(tree[each.office].label for each in way))
    back = (Option(BACK, gettext("back to %(units)s", units=before)),) if way else ()
    may_choose = not closed.isdisjoint(actor.offices)
    targets = _targets(plan) if may_choose else ()
    usual = targets[0].value if len(targets) == 1 else ""
    return Question(
        name=f"{_MOVE}{actor.id}",
        label=actor.name,
        soft=name_of(actor.office, tree),
        value=BACK if way else usual,
        options=(*back, *targets, Option("", gettext("stays where they are"))),
    )


def _targets(plan: Undoing) -> tuple[Option, ...]:
    return tuple(Option(each.code, each.label) for each in plan.restored)
