"""What units became others so far, and the files of units that were taken in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.model.calendar import day_of
from server.model.offices import Office
from server.model.past_import import PastImport
from server.model.past_succession import PastSuccession, Stage
from server.processing.offices.undo_succession import undone_among
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.offices.import_undo import import_words, own_imports
from server.routes.pages.offices.succession_undo import is_theirs
from server.routes.pages.words import day_words, gettext, moment_words, ngettext

blueprint = Blueprint("unit_changes", __name__)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """``undo_href`` is "" for what is not undone from here."""

    day: str
    words: str
    by: str
    at: str
    state: str
    undo_href: str


@blueprint.get("/admin/offices/changes")
@allow(Verb.MANAGE_OFFICES, by=By.SESSION)
def overview(caller: Caller) -> ResponseReturnValue:
    stores = services().stores
    past, tree = stores.successions.all(), stores.offices.tree()
    undone = undone_among(past, tree)
    own = [each for each in past if is_theirs(caller, each, tree)]
    rows = [(each.at, _row(each, tree, is_undone=each.id in undone)) for each in own]
    rows += [(each.at, _import_row(each)) for each in own_imports(caller, tree)]
    rows.sort(key=lambda each: each[0], reverse=True)
    return render_template(
        "pages/unit_changes.html",
        title=ngettext("%(count)s change of units", "%(count)s changes of units", len(rows))
        if rows
        else gettext("No unit has become another yet"),
        back_href=url_for("offices.show"),
        rows=tuple(row for _, row in rows),
    )


def _row(its: PastSuccession, tree: Mapping[str, Office], *, is_undone: bool) -> ChangeRow:
    may_be_undone = its.stage is Stage.DONE and not its.undoes and not is_undone
    return ChangeRow(
        day=day_words(its.day),
        words=_words(its, tree),
        by=its.by,
        at=moment_words(its.at),
        state=_state(its, is_undone),
        undo_href=url_for("succession_undo.look", change_id=its.id) if may_be_undone else "",
    )


def _import_row(its: PastImport) -> ChangeRow:
    is_undone = bool(its.undone_by)
    return ChangeRow(
        day=day_words(day_of(its.at)),
        words=gettext("File of units: %(what)s", what=import_words(its)),
        by=its.by,
        at=moment_words(its.at),
        state=gettext("undone") if is_undone else gettext("done"),
        undo_href="" if is_undone else url_for("import_undo.look", change_id=its.id),
    )


def _state(its: PastSuccession, is_undone: bool) -> str:
    if is_undone:
        return gettext("undone")
    match its.stage:
        case Stage.BEGUN:
            return gettext("under way")
        case Stage.DONE:
            return gettext("done")
        case Stage.GIVEN_UP:
            return gettext("broken off, nothing changed")


def _words(its: PastSuccession, tree: Mapping[str, Office]) -> str:
    def named(codes: Sequence[str]) -> str:
        names = {**its.names, **{code: tree[code].label for code in codes if code in tree}}
        return ", ".join(names.get(code, code) for code in codes)

    if its.undoes:
        return gettext("In force again: %(units)s", units=named(its.heirs))
    return f"{named(its.ends)} → {named(its.heirs)}"
