"""A register filled from a file, in a browser: what would change is shown first, then done, and can
be taken back; what was broken off can be ended.

Between the two steps the file lies in the database, where the sweeper finds it after a day.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import NotUnderstood
from server.model.audit import Act
from server.model.entity_imports import ImportState
from server.model.scope import Scope
from server.processing.registers.entity_file import read_lines
from server.processing.registers.entity_import import (
    apply_import,
    end_import,
    find_import,
    undo_import,
)
from server.processing.registers.entity_plan import Plan, Planned, plan_import
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.arrivals import importer_of
from server.routes.dialects import status_of
from server.routes.pages import slips
from server.routes.pages.registers.register_titles import register_title
from server.routes.pages.registers.registers import import_words, known_list
from server.routes.pages.words import gettext, moment_words, ngettext, reader, wrong_words
from server.services import PROJECT

blueprint = Blueprint("register_import", __name__)

_ERRAND = "register-import"

# More lines than a browser should wait for: the command has no hurry.
_MOST_LINES = 2000
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    new: bool
    words: str


@blueprint.post("/lists/<seg:name>/import")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def hand_in(caller: Caller, name: str) -> ResponseReturnValue:
    house = services()
    house.guard()
    given = request.files.get("file")
    data = given.read() if given is not None else b""
    try:
        _lines(data)
    except NotUnderstood as refused:
        flash(wrong_words(refused), "late")
        return redirect(url_for("registers.show", name=name), 303)
    slip = slips.hand_in(_ERRAND, data, caller.actor.id, name)
    return redirect(url_for("register_import.look", name=name, slip=slip), 303)


@blueprint.get("/lists/<seg:name>/import/<seg:slip>")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION, act=Act.READ)
def look(caller: Caller, name: str, slip: str) -> ResponseReturnValue:
    return _page(caller, name, slip, _plan(caller, name, slip))


@blueprint.post("/lists/<seg:name>/import/<seg:slip>")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def do_it(caller: Caller, name: str, slip: str) -> ResponseReturnValue:
    house, plan = services(), _plan(caller, name, slip)
    try:
        batch = apply_import(
            house.stores,
            house.shelf,
            importer_of(caller),
            plan,
            at=house.clock(),
            progress=lambda _: None,
        )
    except NotUnderstood as refused:
        return _page(caller, name, slip, plan), status_of(refused)
    flash(gettext("The register is up to date with the file."), "done")
    waiting = sum(each.waits for each in plan.entries)
    if waiting:
        flash(
            ngettext(
                "But for %(count)s line, which says what only the centre may say and waits for it.",
                "But for %(count)s lines, which say what only the centre may say and wait for it.",
                waiting,
            ),
            "late",
        )
    return redirect(url_for("register_import.done", name=name, batch=batch), 303)


@blueprint.get("/lists/<seg:name>/imported/<seg:batch>")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION, act=Act.READ)
def done(caller: Caller, name: str, batch: str) -> ResponseReturnValue:
    its = find_import(services().stores, caller.scope, known_list(name), batch)
    return render_template(
        "pages/register_imported.html",
        title=gettext(
            "Imported: %(register)s",
            register=register_title(services().stores.entity_lists.get(its.key)),
        ),
        back_href=url_for("registers.show", name=name),
        who=its.by,
        when=moment_words(its.at),
        size=ngettext("%(count)s entry", "%(count)s entries", its.lines),
        state=import_words(its.state),
        end_action=url_for("register_import.end", name=name, batch=batch)
        if its.state is ImportState.BEGUN
        else "",
        undo_action=url_for("register_import.undo", name=name, batch=batch)
        if its.state is not ImportState.UNDONE
        else "",
    )


@blueprint.post("/lists/<seg:name>/imported/<seg:batch>/end")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def end(caller: Caller, name: str, batch: str) -> ResponseReturnValue:
    house, key = services(), known_list(name)
    stores = house.stores
    count = end_import(stores, caller.scope, key, batch, at=house.clock(), progress=lambda _: None)
    lacking = find_import(stores, caller.scope, key, batch).lines - count
    flash(ngettext("%(count)s entry is in force", "%(count)s entries are in force", count), "done")
    if lacking:
        flash(
            ngettext(
                "%(count)s line of the file had not come in; hand the file in again for it",
                "%(count)s lines of the file had not come in; hand the file in again for them",
                lacking,
            ),
            "late",
        )
    return redirect(url_for("register_import.done", name=name, batch=batch), 303)


@blueprint.post("/lists/<seg:name>/imported/<seg:batch>/undo")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def undo(caller: Caller, name: str, batch: str) -> ResponseReturnValue:
    house = services()
    count = undo_import(
        house.stores,
        caller.scope,
        known_list(name),
        batch,
        at=house.clock(),
        progress=lambda _: None,
    )
    flash(ngettext("%(count)s entry taken back", "%(count)s entries taken back", count), "done")
    return redirect(url_for("registers.show", name=name), 303)


def _plan(caller: Caller, name: str, slip: str) -> Plan:
    house, key = services(), known_list(name)
    columns = house.registers.columns(PROJECT).get(name, ())
    return plan_import(
        house.stores,
        house.shelf,
        importer_of(caller),
        key,
        _lines(house.stores.blobs.read(slips.handed_in(_ERRAND, slip, caller.actor.id, name))),
        office=None,
        known_columns=columns,
    )


def _lines(data: bytes) -> list[dict[str, str]]:
    lines = read_lines(data)
    if len(lines) > _MOST_LINES:
        raise NotUnderstood(
            why_vi=f"tệp có quá {_MOST_LINES} dòng; hãy nhờ người quản trị máy chủ nhập bằng lệnh.",
            why_en=f"the file has more than {_MOST_LINES} lines; the server's operator can do it.",
        )
    return lines


def _page(caller: Caller, name: str, slip: str, plan: Plan) -> str:
    reading = scope_beside(caller, Verb.READ_RECORDS)
    return render_template(
        "pages/register_import.html",
        title=_title(plan),
        back_href=url_for("registers.show", name=name),
        action=url_for("register_import.do_it", name=name, slip=slip),
        problems=tuple(
            gettext("Line %(line)s: %(why)s", line=line, why=why.words(reader()))
            for line, why in plan.problems[:_SHOWN]
        ),
        new_columns=", ".join(plan.new_columns),
        rows=tuple(_row(reading, each) for each in plan.entries[:_SHOWN]),
        further=max(0, len(plan.entries) - _SHOWN),
    )


def _title(plan: Plan) -> str:
    new = ngettext("%(count)s new entry", "%(count)s new entries", len(plan.new))
    changed = ngettext("%(count)s changed", "%(count)s changed", len(plan.changes))
    return f"{new}, {changed}, " + ngettext("%(count)s as is", "%(count)s as they are", plan.same)


def _row(reading: Scope, planned: Planned) -> Row:
    """An entry that the file does not name is named to who may read it."""
    seen = planned.seen
    may_read = seen is not None and reading.on_list(seen.key.name).sees_office(seen.within)
    said = ((name, value) for name, value in planned.changed.items() if value)
    label = planned.label or (seen.state.label if seen and may_read else planned.id)
    words = [f"{name}: {value}" for name, value in said]
    words += [gettext("waits for the centre")] if planned.waits else []
    return Row(label, seen is None, "; ".join(words))
