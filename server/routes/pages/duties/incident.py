"""One incident with personal data: its clock, whose data it may have laid open, what was done, and
a draft of the notice to the specialised agency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.access_log import sights
from server.access.verbs import Verb
from server.errors import FormUnknown, NotUnderstood
from server.model.audit import Act as LogAct
from server.model.forms import FormKey
from server.model.incidents import Act, Incident
from server.model.offices import name_of
from server.processing.duties.affected import Affected, affected
from server.processing.duties.incidents import amend, incident_of, step
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.files import in_pieces
from server.routes.pages.duties.audit import CSV, as_file, sight_rows, told_sight
from server.routes.pages.duties.incident_words import (
    accounts,
    as_filled,
    clock_of,
    deed_words,
    filled,
    state_of,
    step_options,
)
from server.routes.pages.duties.incidents import title_of
from server.routes.pages.forms.form_titles import form_titles
from server.routes.pages.level_words import level_words
from server.routes.pages.records.asked import Option, whole_number
from server.routes.pages.records.record_facts import Event, Fact, event_at
from server.routes.pages.ways import address
from server.routes.pages.words import gettext, moment_words, ngettext, problems_of
from server.services import PROJECT
from server.xforms.levels import Level

blueprint = Blueprint("incident", __name__)

PAGE = 50
_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Kind:
    """What an incident laid open of one form."""

    form: str
    count: str
    level: str


@blueprint.get("/admin/incidents/<seg:incident_id>")
@allow(Verb.READ_AUDIT, by=By.SESSION, act=LogAct.READ)
def show(caller: Caller, incident_id: str) -> ResponseReturnValue:
    return _page(caller, incident_of(services().stores, caller.scope, incident_id))


@blueprint.post("/admin/incidents/<seg:incident_id>/acts")
@allow(Verb.READ_AUDIT, by=By.SESSION)
def act(caller: Caller, incident_id: str) -> ResponseReturnValue:
    house, given = services(), request.form.get
    found = incident_of(house.stores, caller.scope, incident_id)
    deed, note = given("deed", ""), given("note", "")
    try:
        step(house.stores, found, caller.actor, deed, note, _seen(), house.clock())
    except NotUnderstood as refused:
        return _page(caller, found, refused), status_of(refused)
    flash(gettext("Noted."), "done")
    return redirect(url_for("incident.show", incident_id=incident_id), 303)


@blueprint.get("/admin/incidents/<seg:incident_id>/told")
@allow(Verb.READ_AUDIT, by=By.SESSION, act=LogAct.READ)
def told(caller: Caller, incident_id: str) -> ResponseReturnValue:
    return _form(caller, incident_of(services().stores, caller.scope, incident_id))


@blueprint.post("/admin/incidents/<seg:incident_id>/told")
@allow(Verb.READ_AUDIT, by=By.SESSION)
def tell(caller: Caller, incident_id: str) -> ResponseReturnValue:
    house, known = services(), {each.id for each in accounts(caller)}
    found = incident_of(house.stores, caller.scope, incident_id)
    try:
        amend(house.stores, found, caller.actor, filled(), known, _seen(), house.clock())
    except NotUnderstood as refused:
        return _form(caller, found, refused), status_of(refused)
    flash(gettext("Noted."), "done")
    return redirect(url_for("incident.show", incident_id=incident_id), 303)


@blueprint.get("/admin/incidents/<seg:incident_id>/affected.csv")
@allow(Verb.READ_AUDIT, by=By.SESSION, act=LogAct.EXPORTED)
def table(caller: Caller, incident_id: str) -> Response:
    found = incident_of(services().stores, caller.scope, incident_id)
    rows = map(told_sight, _affected(caller, found).sights)
    return as_file(in_pieces(sights(rows), CSV), "affected.csv")


@blueprint.get("/admin/incidents/<seg:incident_id>/notice")
@allow(Verb.READ_AUDIT, by=By.SESSION, act=LogAct.READ)
def notice(caller: Caller, incident_id: str) -> ResponseReturnValue:
    """To be printed or copied into the agency's form, and checked by whoever signs it."""
    found = incident_of(services().stores, caller.scope, incident_id)
    data, known = _affected(caller, found), found.told
    return render_template(
        "pages/incident_notice.html",
        title=gettext("Notice of a breach of personal-data protection"),
        back_href=url_for("incident.show", incident_id=incident_id),
        known=known,
        when=_window(found),
        detected=moment_words(known.detected),
        due=moment_words(found.due),
        office=_office(found),
        kinds=tuple(_kinds(data)),
        records=_records(data.records),
        people=_people(data),
    )


def _page(caller: Caller, found: Incident, refused: NotUnderstood | None = None) -> str:
    here: dict[str, Any] = {"incident_id": found.id}
    now = services().clock()
    data, first = _affected(caller, found), _first()
    shown = data.sights[first : first + PAGE]
    more = first + PAGE if len(data.sights) > first + PAGE else 0
    return render_template(
        "pages/incident.html",
        title=title_of(found),
        back_href=url_for("incidents.overview"),
        state=state_of(found),
        clock=clock_of(found, now),
        what=found.told.what,
        facts=_facts(caller, found),
        records=_records(data.records),
        people=_people(data),
        rows=sight_rows(caller, shown),
        more_href=address("incident.show", **here, first=more) if more else "",
        csv_href=url_for("incident.table", **here) if data.sights else "",
        notice_href=url_for("incident.notice", **here),
        told_href=url_for("incident.told", **here) if found.is_open else "",
        step_action=url_for("incident.act", **here) if found.is_open else "",
        seen=len(found.acts),
        steps=step_options(),
        given=request.form if refused else {},
        problems=problems_of(refused, "office"),
        history=tuple(_event(each) for each in reversed(found.acts)),
    )


def _form(caller: Caller, found: Incident, refused: NotUnderstood | None = None) -> str:
    return render_template(
        "pages/incident_form.html",
        title=gettext("What is known of it"),
        back_href=url_for("incident.show", incident_id=found.id),
        back_label=title_of(found),
        action=url_for("incident.tell", incident_id=found.id),
        given=filled() if refused else as_filled(found.told),
        people=tuple(Option(each.id, each.name) for each in accounts(caller)),
        offices=None,
        seen=str(len(found.acts)),
        problems=problems_of(refused, "office"),
    )


def _affected(caller: Caller, found: Incident) -> Affected:
    house = services()
    forms = [each.key for each in house.stores.forms.with_binned(PROJECT)]
    offices = house.shelf.offices()
    return affected(house.stores, house.registers, caller.scope, offices, forms, found.told)


def _kinds(data: Affected) -> list[Kind]:
    titles = form_titles()
    return [
        Kind(titles.get(form_id, form_id), _records(count), level_words(_highest(form_id)))
        for form_id, count in data.forms.items()
    ]


def _highest(form_id: str) -> Level:
    """How sensitive the most sensitive answer of a form is."""
    try:
        return services().shelf.levels(FormKey(PROJECT, form_id)).highest
    except FormUnknown:
        return Level.SPECIAL


def _facts(caller: Caller, found: Incident) -> tuple[Fact, ...]:
    known = found.told
    names = {each.id: each.name for each in accounts(caller)}
    facts = (
        Fact(gettext("Noticed at"), moment_words(known.detected)),
        Fact(gettext("Open to others"), _window(found)),
        Fact(
            gettext("Accounts and phones"), ", ".join(names.get(each, each) for each in known.who)
        ),
        Fact(gettext("Where"), known.place),
        Fact(gettext("Office"), _office(found)),
        Fact(gettext("What may come of it"), known.harm),
        Fact(gettext("What was done against it"), known.measures),
        Fact(gettext("Whom the agency may ask"), known.contact),
    )
    return tuple(each for each in facts if each.value)


def _window(found: Incident) -> str:
    known = found.told
    since = moment_words(known.since)
    if known.until is None:
        return gettext("since %(since)s", since=since)
    return gettext("%(since)s to %(until)s", since=since, until=moment_words(known.until))


def _office(found: Incident) -> str:
    return name_of(found.office, services().shelf.offices())


def _records(count: int) -> str:
    return ngettext("%(count)s record", "%(count)s records", count)


def _people(data: Affected) -> str:
    return ngettext("%(count)s entry of a register", "%(count)s entries of registers", data.people)


def _event(done: Act) -> Event:
    now = services().clock()
    return event_at(done.at, now, done.by_name, deed_words(done.deed), done.note)


def _first() -> int:
    return whole_number(request.args.get("first", ""), _MOST_DIGITS, 0)


def _seen() -> int:
    return whole_number(request.form.get("seen", ""), _MOST_DIGITS, -1)
