"""The registers that phones keep: which there are, and the entries of one, by name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb, may, scope_for
from server.errors import PageUnknown
from server.model.assignment import AssignedOnly
from server.model.audit import Act
from server.model.entities import Conflict, EntityLine, EntityList, Held, ListKey, Members
from server.model.entity_imports import EntityImport, ImportState
from server.model.name_search import asked_words
from server.model.offices import name_of
from server.processing.registers.phone_lists import names_of
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.pages.finding import Finding, typed_words
from server.routes.pages.records.asked import Option
from server.routes.pages.registers.register_titles import register_title
from server.routes.pages.registers.register_words import RegisterWords
from server.routes.pages.ways import address
from server.routes.pages.words import gettext, moment_words, ngettext, reader
from server.services import PROJECT
from server.xforms.entities import entity_id

blueprint = Blueprint("registers", __name__)

PAGE = 50
CONFLICTS = 20
_IMPORTS = 20


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
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportRow:
    href: str
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class Approval:
    """``action`` is "" for who may not change it."""

    on: bool
    action: str


@dataclass(frozen=True, slots=True)
class NameChoice:
    """A property that may hold people's names."""

    name: str
    label: str
    on: bool


@dataclass(frozen=True, slots=True)
class OnPhones:
    """What phones get; ``action`` is "" for who may not change it, ``workers_href`` for who hands
    out no work."""

    full_names: bool
    names: tuple[NameChoice, ...]
    assigned_only: str
    whose: tuple[Option, ...]
    action: str
    workers_href: str


@blueprint.get("/lists")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def overview(caller: Caller) -> ResponseReturnValue:
    house = services()
    stored = {each.key.name: each for each in house.stores.entity_lists.all(PROJECT)}
    names = sorted(
        each for each in house.registers.columns(PROJECT) if caller.scope.on_list(each).reaches
    )
    rows = tuple(
        _row(caller, stored.get(name, EntityList(ListKey(PROJECT, name)))) for name in names
    )
    title = ngettext("%(count)s register", "%(count)s registers", len(rows))
    return render_template("pages/registers.html", title=title, rows=rows)


@blueprint.get("/lists/<seg:name>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def show(caller: Caller, name: str) -> ResponseReturnValue:
    return _page(caller, name)


@blueprint.route("/lists/<seg:name>/find", methods=["GET", "POST"])
@allow(Verb.READ_RECORDS, by=By.SESSION, act=Act.LISTED)
def find(caller: Caller, name: str) -> ResponseReturnValue:
    return _page(caller, name)


def _page(caller: Caller, name: str) -> str:
    house, key, typed = services(), known_list(name), typed_words()
    after = entity_id(request.values.get("after"))
    lines = house.stores.entities.lines(caller.scope, key, after, PAGE + 1, asked_words(typed))
    page = lines[:PAGE]
    on = {"after": page[-1].row.id} if lines[PAGE:] else {}
    # What is to settle stands above the whole list, and not above what was looked for.
    open_lines = house.stores.entities.conflicts(
        caller.scope,
        key,
        entity_id(request.args.get("open_after")),
        0 if typed else CONFLICTS + 1,
    )
    open_page = open_lines[:CONFLICTS]
    its_list = house.stores.entity_lists.get(key)
    counts = house.registers.members(caller.scope, its_list)
    may_set = may(caller.actor, Verb.PUBLISH_FORMS)
    imports = house.stores.entity_imports.page(
        scope_for(caller.actor, Verb.PUBLISH_FORMS),
        key,
        request.args.get("older", ""),
        _IMPORTS + 1,
    )
    return render_template(
        "pages/register.html",
        title=register_title(its_list),
        back_href=url_for("registers.overview"),
        finding=Finding(
            url_for("registers.find", name=name), typed, {}, url_for("registers.show", name=name)
        ),
        rows=tuple(_entry(its_list, counts, each) for each in page),
        more_href=address("registers.show", name=name, **on) if on and not typed else "",
        more_fields={"q": typed, **on} if on and typed else {},
        elsewhere_href=_elsewhere(caller, its_list),
        conflicts=tuple(_entry(its_list, counts, each) for each in open_page),
        more_conflicts_href=url_for("registers.show", name=name, open_after=open_page[-1].row.id)
        if open_lines[CONFLICTS:]
        else "",
        import_action=url_for("register_import.hand_in", name=name) if may_set else "",
        imports=tuple(_import_row(name, each) for each in imports[:_IMPORTS]),
        more_imports_href=url_for("registers.show", name=name, older=imports[_IMPORTS - 1].batch)
        if imports[_IMPORTS:]
        else "",
        approval=Approval(
            its_list.approval,
            url_for("register_options.set_approval", name=name) if may_set else "",
        ),
        on_phones=_on_phones(caller, its_list, may_set=may_set),
    )


def _elsewhere(caller: Caller, its_list: EntityList) -> str:
    """For who reads the names of a register that other offices have a part of."""
    name = its_list.key.name
    columns = services().registers.columns(PROJECT).get(name, ())
    if its_list.shared or not names_of(its_list, columns) or not caller.scope.on_list(name).reaches:
        return ""
    return url_for("register_elsewhere.show", name=name)


def _on_phones(caller: Caller, its_list: EntityList, *, may_set: bool) -> OnPhones:
    name = its_list.key.name
    columns = services().registers.columns(PROJECT).get(name, ())
    words = RegisterWords(caller.scope, its_list.key, [(each, "") for each in columns], reader())
    held = names_of(its_list, columns)
    return OnPhones(
        full_names=its_list.full_names,
        names=tuple(NameChoice(each, words.label(each), each in held) for each in columns),
        assigned_only=its_list.assigned_only.value,
        whose=_whose(),
        action=url_for("register_options.set_phones", name=name) if may_set else "",
        workers_href=url_for("register_workers.show", name=name)
        if scope_beside(caller, Verb.ASSIGN_RECORDS).on_list(name).reaches
        else "",
    )


def _whose() -> tuple[Option, ...]:
    some = gettext("Collaborators' phones only their own to look after, others the office's")
    return (
        Option(AssignedOnly.NOBODY.value, gettext("Those of its office")),
        Option(AssignedOnly.COLLABORATORS.value, some),
        Option(AssignedOnly.EVERYBODY.value, gettext("Only its own to look after")),
    )


def known_list(name: str) -> ListKey:
    """Raises PageUnknown."""
    if name not in services().registers.columns(PROJECT):
        raise PageUnknown
    return ListKey(PROJECT, name)


def _row(caller: Caller, its_list: EntityList) -> RegisterRow:
    key = its_list.key
    found = services().stores.entities.conflicts(caller.scope, key, "", CONFLICTS)
    words = (
        ngettext("%(count)s entry to decide", "%(count)s entries to decide", len(found))
        if found
        else ""
    )
    return RegisterRow(
        href=url_for("registers.show", name=key.name),
        name=register_title(its_list),
        conflicts=words + ("+" if len(found) == CONFLICTS else ""),
        approval=its_list.approval,
    )


def _entry(its_list: EntityList, counts: Counter[str], line: EntityLine) -> Entry:
    flags = (
        open_words(line.conflict, line.held),
        held_words(line.held) if line.conflict == Conflict.HARD else "",
        members_words(its_list.members, counts[line.row.id]),
    )
    return Entry(
        href=url_for("register_entry.show", name=its_list.key.name, uuid=line.row.id),
        name=line.row.label or line.row.id,
        office=name_of(line.office, services().shelf.offices()),
        version=str(line.row.version),
        last=moment_words(line.last),
        flags=tuple(filter(None, flags)),
    )


def _import_row(name: str, its: EntityImport) -> ImportRow:
    return ImportRow(
        href=url_for("register_import.done", name=name, batch=its.batch),
        words=f"{moment_words(its.at)}, {its.by}",
        state=import_words(its.state),
    )


def import_words(state: ImportState) -> str:
    match state:
        case ImportState.BEGUN:
            return gettext("Broken off, or not done yet")
        case ImportState.DONE:
            return gettext("Done")
        case ImportState.TAKING:
            return gettext("Taken back in part")
        case ImportState.UNDONE:
            return gettext("Taken back")


def open_words(conflict: str, held: str) -> str:
    """What there is to settle about an entry, "" for nothing."""
    said = "" if conflict == Conflict.HARD else held_words(held)
    return said or conflict_words(conflict)


def members_words(members: Members | None, count: int) -> str:
    """ "" where there are as many as there should be."""
    if members is None or members.least <= count <= members.most:
        return ""
    return gettext(
        "%(count)s active members; there should be %(least)s to %(most)s",
        count=count,
        least=members.least,
        most=members.most,
    )


def conflict_words(conflict: str) -> str:
    if conflict == Conflict.HARD:
        return gettext("Two records say different things")
    return gettext("Changed at the same time") if conflict else ""


def held_words(held: str) -> str:
    match held:
        case Held.FOREIGN:
            return gettext("Sent by another office, not in force")
        case Held.RESERVED:
            return gettext("Waits for the centre, not in force")
    return ""
