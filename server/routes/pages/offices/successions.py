"""Units merged, divided, or given another code: chosen, looked at, done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import (
    CauNoiError,
    NotUnderstood,
    OfficeUnclear,
    OfficeUnknown,
    SuccessionUnderWay,
)
from server.model.calendar import day_of
from server.model.counts import Counts
from server.model.offices import Office, below, name_of
from server.model.people import Actor
from server.model.succession import Heir, Succession, Wish, plan_succession
from server.processing.offices.succeed import affected, succeed
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.offices.office_choice import office_box, office_given
from server.routes.pages.offices.office_words import kind_words
from server.routes.pages.records.asked import Option
from server.routes.pages.words import day_words, gettext, ngettext, wrong_words
from server.services import PROJECT

blueprint = Blueprint("successions", __name__)

_HEIRS = 3
_MOVE = "move-"


@dataclass(frozen=True, slots=True)
class Ending:
    code: str
    label: str
    records: str


@dataclass(frozen=True, slots=True)
class HeirFields:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Mover:
    """Somebody of a unit that ends; ``name`` is that of the field that says where they go."""

    name: str
    who: str
    office: str


@blueprint.get("/admin/offices/succeed")
@allow(Verb.MANAGE_OFFICES, by=By.SESSION)
def form(caller: Caller) -> ResponseReturnValue:
    """With everything filled in, what would happen; else what is still to be filled in."""
    if not request.args.getlist("end"):
        flash(gettext("Tick the units that end first."), "late")
        return redirect(url_for("offices.show"), 303)
    wish, tree = _wish(request.args), services().stores.offices.tree()
    if request.args.get("again") or not (wish.heirs or wish.day):
        return _form(caller, wish, tree)
    try:
        parents = _parents(_own(caller, tree), wish)
        wish = replace(wish, parent=office_given(parents, request.args, name="parent"))
        plan = _plan(caller, wish, tree)
    except (NotUnderstood, OfficeUnclear, OfficeUnknown) as refused:
        return _form(caller, wish, tree, refused), status_of(refused)
    return _look(caller, wish, plan, tree)


@blueprint.post("/admin/offices/succeed")
@allow(Verb.MANAGE_OFFICES, by=By.SESSION)
def do_it(caller: Caller) -> ResponseReturnValue:
    house, wish = services(), _wish(request.form)
    tree = house.stores.offices.tree()
    try:
        plan = _plan(caller, wish, tree)
        who = affected(house.stores, caller.scope, wish.ends)
        own = {each.id for each in (*who.phones, *who.people)}
        succeed(
            house.stores,
            house.shelf,
            plan,
            {actor: to for actor, to in given_by_prefix(_MOVE).items() if actor in own},
            by=caller.actor.name,
            at=house.clock(),
        )
    except (NotUnderstood, OfficeUnknown, SuccessionUnderWay) as refused:
        return _form(caller, wish, tree, refused), status_of(refused)
    flash(
        gettext(
            "The units have changed. Records follow within a few minutes; then phones and people "
            "move along."
        ),
        "done",
    )
    above = plan.heirs[0].parent
    return redirect(url_for("offices.show", of=above or None), 303)


def _wish(given: Mapping[str, str]) -> Wish:
    heirs = (
        Heir(given.get(f"code{each}", "").strip(), " ".join(given.get(f"label{each}", "").split()))
        for each in range(1, _HEIRS + 1)
    )
    ends: Sequence[str] = given.getlist("end")  # type: ignore[attr-defined]
    return Wish(
        ends=ends,
        heirs=[each for each in heirs if each.code or each.label],
        day=given.get("day", ""),
        parent=given.get("parent", ""),
        kind=given.get("kind", ""),
    )


def _plan(caller: Caller, wish: Wish, tree: Mapping[str, Office]) -> Succession:
    return plan_succession(wish, tree, caller.scope, day_of(services().clock()))


def _form(
    caller: Caller, wish: Wish, tree: Mapping[str, Office], refused: CauNoiError | None = None
) -> str:
    house, own = services(), _own(caller, tree)
    heirs = [HeirFields(each.code, each.label) for each in wish.heirs]
    return render_template(
        "pages/succeed.html",
        title=gettext("Change units"),
        back_href=url_for("offices.show"),
        problem=wrong_words(refused) if refused else "",
        ends=_endings([each for each in own if each.code in wish.ends]),
        day=wish.day or day_of(house.clock()),
        heirs=(*heirs, *[HeirFields("", "")] * (_HEIRS - len(heirs))),
        parents=office_box(
            _parents(own, wish),
            {**request.values, "parent": wish.parent},
            name="parent",
            first=(Option("", gettext("Where the first old unit stands")),),
        ),
        kind=wish.kind,
        kinds=(
            Option("", gettext("As the first old unit")),
            *(
                Option(each.code, kind_words(each))
                for each in house.stores.offices.kinds().values()
            ),
        ),
    )


def _look(caller: Caller, wish: Wish, plan: Succession, tree: Mapping[str, Office]) -> str:
    who = affected(services().stores, caller.scope, wish.ends)
    fields = [*(("end", each) for each in wish.ends), ("day", wish.day), ("parent", wish.parent)]
    fields.append(("kind", wish.kind))
    for number, heir in enumerate(wish.heirs, start=1):
        fields += [(f"code{number}", heir.code), (f"label{number}", heir.label)]
    return render_template(
        "pages/succeed_look.html",
        title=gettext("What would change on %(day)s", day=day_words(plan.day)),
        back_href=f"{url_for('successions.form')}?{urlencode([*fields, ('again', '1')])}",
        action=url_for("successions.do_it"),
        fields=fields,
        ends=_endings([tree[each.code] for each in plan.ended]),
        heirs=tuple(_heir_words(each, tree) for each in plan.heirs),
        first=plan.heirs[0].label,
        phones=_movers(who.phones, tree),
        people=_movers(who.people, tree),
        targets=(
            *(Option(each.code, each.label) for each in plan.heirs),
            Option("", gettext("stays with the old unit")),
        ),
    )


def _own(caller: Caller, tree: Mapping[str, Office]) -> Sequence[Office]:
    today = day_of(services().clock())
    return [each for each in below(caller.scope.offices, tree) if each.stands_on(today)]


def _parents(own: Sequence[Office], wish: Wish) -> Sequence[Office]:
    """Below which new units may stand."""
    return [each for each in own if each.code not in wish.ends]


def given_by_prefix(prefix: str) -> dict[str, str]:
    """The fields whose names begin so, by the rest of their names."""
    return {
        name.removeprefix(prefix): value
        for name, value in request.form.items()
        if name.startswith(prefix)
    }


def all_counts() -> Sequence[Counts]:
    """Of each form, those in the bin too."""
    house = services()
    keys = [each.key for each in house.stores.forms.with_binned(PROJECT)]
    return [house.stores.counters.counts(key) for key in keys]


def records_of(codes: Iterable[str], counts: Sequence[Counts]) -> int:
    roots = frozenset(codes)
    return sum(each.number(roots) for each in counts)


def _endings(offices: Sequence[Office]) -> tuple[Ending, ...]:
    counts = all_counts()

    def records(code: str) -> str:
        return ngettext("%(count)s record", "%(count)s records", records_of((code,), counts))

    return tuple(Ending(each.code, each.label, records(each.code)) for each in offices)


def _heir_words(heir: Office, tree: Mapping[str, Office]) -> str:
    above = tree.get(heir.parent or "")
    if heir.code in tree:
        return gettext("%(name)s, which stands already", name=heir.label)
    if above is None:
        return gettext("%(name)s (%(code)s), new", name=heir.label, code=heir.number)
    return gettext(
        "%(name)s (%(code)s), new, below %(above)s",
        name=heir.label,
        code=heir.number,
        above=above.label,
    )


def _movers(actors: Sequence[Actor], tree: Mapping[str, Office]) -> tuple[Mover, ...]:
    return tuple(
        Mover(f"{_MOVE}{each.id}", each.name, name_of(each.office, tree)) for each in actors
    )
