"""The register of incidents with personal data: the list, those that wait at its top, and a new
one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import NotUnderstood, OfficeUnclear, OfficeUnknown
from server.model.incidents import Incident
from server.model.offices import name_of
from server.model.scope import EVERYWHERE, Scope
from server.model.sequence import LAST_SEQ
from server.processing.duties.incidents import Filled, open_incident
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.duties.data_request_words import StateWords
from server.routes.pages.duties.incident_words import (
    Clock,
    accounts,
    clock_of,
    filled,
    local,
    state_of,
)
from server.routes.pages.offices.office_choice import office_box, office_given, units_of
from server.routes.pages.records.asked import Option, page_top
from server.routes.pages.ways import address
from server.routes.pages.words import gettext, moment_words, ngettext, problems_of

blueprint = Blueprint("incidents", __name__)

PAGE = 30
_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Row:
    href: str
    title: str
    detected: str
    office: str
    state: StateWords
    clock: Clock


@blueprint.get("/admin/incidents")
@allow(Verb.READ_AUDIT, by=By.SESSION)
def overview(caller: Caller) -> ResponseReturnValue:
    closed = request.args.get("closed") == "1"
    stores, top = services().stores, page_top(request.args, LAST_SEQ)
    if closed:
        found = stores.incidents.closed(caller.scope, top=top, most=PAGE + 1)
    else:
        found = sorted(stores.incidents.open(caller.scope), key=lambda each: each.due)
    shown = found[:PAGE] if closed else found
    return render_template(
        "pages/incidents.html",
        title=gettext("Incidents that are closed") if closed else _title(found),
        closed=closed,
        back_href=url_for("incidents.overview") if closed else url_for("audit.overview"),
        closed_href=address("incidents.overview", closed=1),
        new_href=url_for("incidents.new"),
        rows=tuple(map(_row, shown)),
        more_href=address("incidents.overview", closed=1, before=shown[-1].seq)
        if len(found) > len(shown)
        else "",
    )


@blueprint.get("/admin/incidents/new")
@allow(Verb.READ_AUDIT, by=By.SESSION)
def new(caller: Caller) -> ResponseReturnValue:
    """The page of what an account or phone saw fills in which it was, and when."""
    now, until = local(services().clock()), request.args.get("until", "")
    start = Filled(
        what="",
        place="",
        harm="",
        measures="",
        contact="",
        detected=now,
        who=request.args.getlist("who"),
        since=request.args.get("since", ""),
        until=until if until < now else "",
    )
    return _form(caller, start)


@blueprint.post("/admin/incidents")
@allow(Verb.READ_AUDIT, by=By.SESSION)
def receive(caller: Caller) -> ResponseReturnValue:
    house, known = services(), {each.id for each in accounts(caller)}
    given = filled()
    try:
        made = open_incident(
            house.stores,
            house.shelf.offices(),
            caller.scope,
            caller.actor,
            given,
            known,
            office_given(units_of(caller), request.form),
            house.clock(),
        )
    except (NotUnderstood, OfficeUnclear, OfficeUnknown) as refused:
        return _form(caller, given, refused), status_of(refused)
    flash(gettext("The incident is open; its clock runs."), "done")
    return redirect(url_for("incident.show", incident_id=made.id), 303)


def title_of(incident: Incident) -> str:
    """The first line of what happened."""
    line = incident.told.what.splitlines()[0]
    return line if len(line) <= _LONGEST_TITLE else f"{line[:_LONGEST_TITLE]}…"


def untold_words(scope: Scope) -> str:
    """For the first page: how many incidents the agency has yet to hear of, "" for none."""
    house = services()
    open_ones = house.stores.incidents.open(scope) if scope.offices else []
    return _untold([each for each in open_ones if each.notified_at is None], house.clock())


def _untold(waiting: Sequence[Incident], now: datetime) -> str:
    if not waiting:
        return ""
    words = ngettext(
        "%(count)s incident with personal data must be told to the agency within 72 hours",
        "%(count)s incidents with personal data must be told to the agency within 72 hours",
        len(waiting),
    )
    late = sum(each.due < now for each in waiting)
    if not late:
        return words
    return f"{words}, {ngettext('%(count)s overdue', '%(count)s overdue', late)}"


def _title(found: Sequence[Incident]) -> str:
    if not found:
        return gettext("No incident with personal data is open")
    return ngettext(
        "%(count)s incident with personal data is open",
        "%(count)s incidents with personal data are open",
        len(found),
    )


def _row(found: Incident) -> Row:
    house = services()
    return Row(
        href=url_for("incident.show", incident_id=found.id),
        title=title_of(found),
        detected=moment_words(found.told.detected),
        office=name_of(found.office, house.shelf.offices()),
        state=state_of(found),
        clock=clock_of(found, house.clock()),
    )


def _form(
    caller: Caller,
    given: Filled,
    refused: NotUnderstood | OfficeUnclear | OfficeUnknown | None = None,
) -> str:
    whole = (Option(EVERYWHERE, gettext("Whole house")),) if caller.scope.everywhere else ()
    return render_template(
        "pages/incident_form.html",
        title=gettext("An incident with personal data"),
        back_href=url_for("incidents.overview"),
        back_label=gettext("Incidents"),
        action=url_for("incidents.receive"),
        given=given,
        people=tuple(Option(each.id, each.name) for each in accounts(caller)),
        offices=office_box(units_of(caller), request.form, first=whole),
        seen="",
        problems=problems_of(refused, "office"),
    )
