"""A file of units that was taken in, undone: looked at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import OfficeUnknown, PageUnknown, SuccessionStays
from server.model.offices import Office, within
from server.model.past_import import PastImport
from server.processing.offices.undo_import import ImportUndoing, plan_import_undo, undo_import
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.offices.succession_undo import undo_refused
from server.routes.pages.words import gettext, moment_words, ngettext
from server.services import PROJECT

blueprint = Blueprint("import_undo", __name__)

_SHOWN = 100


@blueprint.get("/admin/offices/changes/import/<seg:change_id>")
@allow(Verb.MANAGE_OFFICES, by=By.SESSION)
def look(caller: Caller, change_id: str) -> ResponseReturnValue:
    """What would be taken out, what says again what it said, and what stays and why."""
    its = _known(caller, change_id)
    try:
        plan = plan_import_undo(services().stores, PROJECT, its, caller.scope)
    except (OfficeUnknown, SuccessionStays) as refused:
        return undo_refused(_title(its), refused)
    return _look(plan)


@blueprint.post("/admin/offices/changes/import/<seg:change_id>")
@allow(Verb.MANAGE_OFFICES, by=By.SESSION)
def do_it(caller: Caller, change_id: str) -> ResponseReturnValue:
    house, its = services(), _known(caller, change_id)
    try:
        plan = plan_import_undo(house.stores, PROJECT, its, caller.scope)
        undo_import(house.stores, house.shelf, plan, by=caller.actor.name, at=house.clock())
    except (OfficeUnknown, SuccessionStays) as refused:
        return undo_refused(_title(its), refused)
    flash(gettext("The file is undone; records follow within a few minutes."), "done")
    return redirect(url_for("unit_changes.overview"), 303)


def own_imports(caller: Caller, tree: Mapping[str, Office]) -> Sequence[PastImport]:
    """Newest first; of which all units are the caller's, as far as they are there still."""
    past = services().stores.office_imports.all()
    return [each for each in past if _is_theirs(caller, each, tree)]


def import_words(its: PastImport) -> str:
    return ", ".join(
        (
            ngettext("%(count)s new unit", "%(count)s new units", len(its.new)),
            ngettext("%(count)s unit changed", "%(count)s units changed", len(its.changed)),
        )
    )


def _known(caller: Caller, change_id: str) -> PastImport:
    """Raises PageUnknown, out of scope too."""
    own = own_imports(caller, services().stores.offices.tree())
    found = next((each for each in own if each.id == change_id), None)
    if found is None:
        raise PageUnknown
    return found


def _is_theirs(caller: Caller, its: PastImport, tree: Mapping[str, Office]) -> bool:
    there = [code for code in its.codes if code in tree]
    if not there:
        return caller.scope.everywhere
    return all(caller.scope.sees_office(within(code, tree)) for code in there)


def _title(its: PastImport) -> str:
    return gettext("Undo the file of %(when)s", when=moment_words(its.at))


def _look(plan: ImportUndoing) -> str:
    parts = (
        (
            ngettext(
                "%(count)s unit is taken out of the tree",
                "%(count)s units are taken out of the tree",
                len(plan.removed),
            ),
            plan.removed,
            "",
        ),
        (
            ngettext(
                "%(count)s unit is again as it was before the file",
                "%(count)s units are again as they were before the file",
                len(plan.back),
            ),
            plan.back,
            gettext("What the file said of their areas stays."),
        ),
        (
            ngettext("%(count)s unit stays", "%(count)s units stay", len(plan.kept)),
            plan.kept,
            gettext(
                "Somebody works for it, something came from it or is about it, another unit hangs "
                "on it, or it has become another since. Give it a last day instead."
            ),
        ),
        (
            ngettext(
                "%(count)s unit stays as it is now",
                "%(count)s units stay as they are now",
                len(plan.changed_since),
            ),
            plan.changed_since,
            gettext("It was changed again, or what it said does not fit what others say now."),
        ),
    )
    return render_template(
        "pages/import_undo.html",
        title=_title(plan.undone),
        back_href=url_for("unit_changes.overview"),
        action=url_for("import_undo.do_it", change_id=plan.undone.id),
        parts=tuple(
            (words, tuple(f"{each.label} ({each.number})" for each in units[:_SHOWN]), why)
            for words, units, why in parts
            if units
        ),
    )
