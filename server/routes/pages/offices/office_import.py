"""The tree of offices filled from a file, in a browser: what would change is shown, then done.

Between the two steps the file lies in the database, where the sweeper finds it after a day.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.units import units_csv
from server.access.verbs import Verb
from server.errors import NotUnderstood
from server.model.offices import Office
from server.processing.offices.national_units import units_of
from server.processing.offices.office_file import COLUMNS, read_units
from server.processing.offices.office_import import apply_plan, plan_file
from server.processing.offices.office_plan import UnitChange, UnitPlan
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages import slips
from server.routes.pages.offices.office_words import times_of
from server.routes.pages.words import gettext, ngettext, wrong_words

blueprint = Blueprint("office_import", __name__)

_ERRAND = "office-import"

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ChangeRow:
    code: str
    name: str
    what: str
    words: str


@blueprint.post("/admin/offices/import")
@allow(Verb.MANAGE_OFFICES, by=By.SESSION)
def hand_in(caller: Caller) -> ResponseReturnValue:
    house = services()
    house.guard()
    given = request.files.get("file")
    data = given.read() if given is not None else b""
    try:
        read_units(data)
    except NotUnderstood as refused:
        flash(wrong_words(refused), "late")
        return redirect(url_for("offices.show"), 303)
    return _looked_at(caller, data)


@blueprint.post("/admin/offices/nation")
@allow(Verb.MANAGE_OFFICES, by=By.SESSION)
def of_the_nation(caller: Caller) -> ResponseReturnValue:
    """The communes of a province, as the file that somebody would else have to make by hand."""
    services().guard()
    given = request.form
    try:
        units = units_of(given.get("province", ""), given.get("below", ""), with_old="old" in given)
    except NotUnderstood as refused:
        flash(wrong_words(refused), "late")
        return redirect(url_for("offices.show"), 303)
    return _looked_at(caller, b"".join(units_csv(COLUMNS, units)))


def _looked_at(caller: Caller, data: bytes) -> ResponseReturnValue:
    slip = slips.hand_in(_ERRAND, data, caller.actor.id)
    return redirect(url_for("office_import.look", slip=slip), 303)


@blueprint.get("/admin/offices/import/<seg:slip>")
@allow(Verb.MANAGE_OFFICES, by=By.SESSION)
def look(caller: Caller, slip: str) -> ResponseReturnValue:
    return _page(slip, _plan(caller, slip))


@blueprint.post("/admin/offices/import/<seg:slip>")
@allow(Verb.MANAGE_OFFICES, by=By.SESSION)
def do_it(caller: Caller, slip: str) -> ResponseReturnValue:
    house, plan = services(), _plan(caller, slip)
    try:
        apply_plan(house.stores, house.shelf, plan, caller.actor.name, house.clock())
    except NotUnderstood as refused:
        return _page(slip, plan), status_of(refused)
    flash(
        gettext("The units are up to date with the file; records follow within a few minutes."),
        "done",
    )
    return redirect(url_for("offices.show"), 303)


def _plan(caller: Caller, slip: str) -> UnitPlan:
    stores = services().stores
    return plan_file(
        stores, caller.scope, stores.blobs.read(slips.handed_in(_ERRAND, slip, caller.actor.id))
    )


def _page(slip: str, plan: UnitPlan) -> str:
    return render_template(
        "pages/office_import.html",
        title=_title(plan),
        back_href=url_for("offices.show"),
        action=url_for("office_import.do_it", slip=slip),
        problems=tuple(
            gettext("Line %(line)s: %(why)s", line=line, why=wrong_words(why))
            for line, why in plan.problems[:_SHOWN]
        ),
        unused=", ".join(plan.unused),
        rows=tuple(_row(each) for each in plan.changes[:_SHOWN]),
        further=max(0, len(plan.changes) - _SHOWN),
    )


def _title(plan: UnitPlan) -> str:
    changed = len(plan.changes) - len(plan.new) - len(plan.ended)
    return ", ".join(
        (
            ngettext("%(count)s new unit", "%(count)s new units", len(plan.new)),
            ngettext("%(count)s unit changed", "%(count)s units changed", changed),
            ngettext("%(count)s unit ended", "%(count)s units ended", len(plan.ended)),
            ngettext("%(count)s unit as it is", "%(count)s units as they are", plan.same),
        )
    )


def _row(change: UnitChange) -> ChangeRow:
    if change.before is None:
        what = gettext("new")
    else:
        what = gettext("ends") if change.ends else gettext("changes")
    return ChangeRow(change.after.code, change.after.label, what, "; ".join(_said(change)))


def _said(change: UnitChange) -> list[str]:
    """What is said now, and for what was there before, in place of what."""
    before, after = _facts(change.before) if change.before else {}, _facts(change.after)
    said = []
    for name, value in after.items():
        old = before.get(name, "")
        if value != old:
            new = value or "–"
            said.append(f"{name}: {old} → {new}" if old else f"{name}: {new}")
    return [*said, gettext("area drawn")] if change.is_redrawn else said


def _facts(office: Office) -> dict[str, str]:
    place = f"{office.place[1]}, {office.place[0]}" if office.place else ""
    return {
        gettext("name"): office.label,
        gettext("kind"): office.kind,
        gettext("group"): office.cluster,
        gettext("below the unit"): office.parent or "",
        gettext("commune"): office.commune,
        gettext("place"): place,
        gettext("time"): times_of(office, ""),
        gettext("taken over by"): office.successor or "",
    }
