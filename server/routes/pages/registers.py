"""The registers that phones keep: which there are, and the entries of one, by name."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb, may
from server.errors import PageUnknown
from server.model.entities import EntityLine, EntityList, ListKey
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.words import gettext, moment_words, ngettext
from server.services import PROJECT
from server.xforms.entities import entity_id

blueprint = Blueprint("registers", __name__)

PAGE = 50
_CONFLICTS = 20


@dataclass(frozen=True, slots=True)
class RegisterRow:
    href: str
    name: str
    conflicts: str
    approval: bool


@dataclass(frozen=True, slots=True)
class Entry:
    href: str
    name: str
    office: str
    version: str
    last: str
    conflict: str


@dataclass(frozen=True, slots=True)
class Approval:
    """``action`` is "" for who may not change it."""

    on: bool
    action: str


@blueprint.get("/lists")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def overview(caller: Caller) -> ResponseReturnValue:
    house = services()
    stored = {each.key.name: each for each in house.stores.entity_lists.all(PROJECT)}
    names = sorted(house.registers.columns(PROJECT))
    rows = tuple(_row(caller, name, stored.get(name)) for name in names)
    title = ngettext("%(count)s register", "%(count)s registers", len(rows))
    return render_template("pages/registers.html", title=title, rows=rows)


@blueprint.get("/lists/<seg:name>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def show(caller: Caller, name: str) -> ResponseReturnValue:
    house, key = services(), known_list(name)
    lines = house.stores.entities.lines(
        caller.scope, key, entity_id(request.args.get("after")), PAGE + 1
    )
    page = lines[:PAGE]
    more = url_for("registers.show", name=name, after=page[-1].row.id) if lines[PAGE:] else ""
    conflicts = house.stores.entities.conflicts(caller.scope, key, _CONFLICTS)
    may_set = may(caller.actor, Verb.PUBLISH_FORMS)
    return render_template(
        "pages/register.html",
        title=gettext("Register %(name)s", name=name),
        back_href=url_for("registers.overview"),
        rows=tuple(_entry(name, each) for each in page),
        more_href=more,
        conflicts=tuple(_entry(name, each) for each in conflicts),
        import_action=url_for("register_import.hand_in", name=name) if may_set else "",
        approval=Approval(
            house.stores.entity_lists.get(key).approval,
            url_for("registers.set_approval", name=name) if may_set else "",
        ),
    )


@blueprint.post("/lists/<seg:name>/approval")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def set_approval(caller: Caller, name: str) -> ResponseReturnValue:
    wanted = request.form.get("approval") == "on"
    services().stores.entity_lists.set_option(known_list(name), "approval", wanted)
    flash(gettext("Saved. What is in the register already stays."), "done")
    return redirect(url_for("registers.show", name=name), 303)


def known_list(name: str) -> ListKey:
    """Raises PageUnknown."""
    if name not in services().registers.columns(PROJECT):
        raise PageUnknown
    return ListKey(PROJECT, name)


def _row(caller: Caller, name: str, stored: EntityList | None) -> RegisterRow:
    entities = services().stores.entities
    found = entities.conflicts(caller.scope, ListKey(PROJECT, name), _CONFLICTS) if stored else []
    words = ngettext("%(count)s conflict", "%(count)s conflicts", len(found)) if found else ""
    return RegisterRow(
        href=url_for("registers.show", name=name),
        name=name,
        conflicts=words + ("+" if len(found) == _CONFLICTS else ""),
        approval=stored is not None and stored.approval,
    )


def _entry(name: str, line: EntityLine) -> Entry:
    offices = services().shelf.offices()
    office = offices.get(line.office or "")
    return Entry(
        href=url_for("register_entry.show", name=name, uuid=line.row.id),
        name=line.row.label or line.row.id,
        office=office.label if office else "",
        version=str(line.row.version),
        last=moment_words(line.last),
        conflict=conflict_words(line.conflict),
    )


def conflict_words(conflict: str) -> str:
    if conflict == "hard":
        return gettext("Two phones say different things")
    return gettext("Changed at the same time") if conflict else ""
