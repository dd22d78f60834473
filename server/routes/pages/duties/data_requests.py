"""What people ask about their data: the list, what is due first at its top, and a new request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import NotUnderstood, OfficeUnclear, OfficeUnknown
from server.model.calendar import day_of
from server.model.data_requests import DataRequest, clocks_of
from server.model.offices import name_of
from server.model.scope import Scope
from server.model.sequence import LAST_SEQ
from server.model.working_days import WorkCalendar
from server.processing.duties.data_requests import Desk, Filled
from server.processing.duties.work_calendar import work_calendar
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.dialects import status_of
from server.routes.pages.duties.data_request_words import (
    Due,
    StateWords,
    is_late,
    next_due,
    standing_options,
    state_of,
    wish_options,
    wish_words,
)
from server.routes.pages.offices.office_choice import office_box, office_given, units_of
from server.routes.pages.records.asked import page_top
from server.routes.pages.ways import address
from server.routes.pages.words import day_words, gettext, ngettext, problems_of
from server.services import PROJECT

blueprint = Blueprint("data_requests", __name__)

PAGE = 30


@dataclass(frozen=True, slots=True)
class Row:
    href: str
    wish: str
    asker: str
    about: str
    arrived: str
    office: str
    state: StateWords
    due: Due | None


@blueprint.get("/admin/requests")
@allow(Verb.MANAGE_DUTIES, by=By.SESSION)
def overview(caller: Caller) -> ResponseReturnValue:
    ended = request.args.get("ended") == "1"
    top = page_top(request.args, LAST_SEQ)
    calendar = work_calendar(services().stores)
    found = _ended(caller.scope, top) if ended else _open(caller.scope, calendar)
    shown = found[:PAGE] if ended else found
    return render_template(
        "pages/data_requests.html",
        title=gettext("Requests that are closed") if ended else _title(found, calendar),
        ended=ended,
        back_href=url_for("data_requests.overview"),
        ended_href=address("data_requests.overview", ended=1),
        new_href=url_for("data_requests.new"),
        consents_href=url_for("consents.overview"),
        inventory_href=url_for("inventory.overview"),
        calendar_href=url_for("working_days.show"),
        rows=tuple(_row(each, calendar) for each in shown),
        more_href=address("data_requests.overview", ended=1, before=shown[-1].seq)
        if len(found) > len(shown)
        else "",
    )


@blueprint.get("/admin/requests/new")
@allow(Verb.MANAGE_DUTIES, by=By.SESSION)
def new(caller: Caller) -> ResponseReturnValue:
    return _form(caller)


@blueprint.post("/admin/requests")
@allow(Verb.MANAGE_DUTIES, by=By.SESSION)
def receive(caller: Caller) -> ResponseReturnValue:
    house = services()
    desk = Desk(house.stores, house.shelf, PROJECT, caller.actor)
    reading = scope_beside(caller, Verb.READ_RECORDS)
    given = request.form.get("concerns", "")
    try:
        made = desk.receive(caller.scope, reading, _filled(caller), given, house.clock())
    except (NotUnderstood, OfficeUnclear, OfficeUnknown) as refused:
        return _form(caller, refused), status_of(refused)
    flash(gettext("The request is noted; its clocks run."), "done")
    return redirect(url_for("data_request.show", request_id=made.id), 303)


def today() -> date:
    return date.fromisoformat(day_of(services().clock()))


def late_words(scope: Scope) -> str:
    """For the first page: how many are overdue, "" for none."""
    if not scope.offices:
        return ""
    stores = services().stores
    found = stores.data_requests.open(scope)
    if not found:
        return ""
    late = _late(found, work_calendar(stores))
    return _late_words(late) if late else ""


def _late(found: Sequence[DataRequest], calendar: WorkCalendar) -> int:
    return sum(is_late(each, calendar, today()) for each in found)


def _late_words(late: int) -> str:
    return ngettext(
        "%(count)s request about personal data is overdue",
        "%(count)s requests about personal data are overdue",
        late,
    )


def _open(scope: Scope, calendar: WorkCalendar) -> Sequence[DataRequest]:
    found = services().stores.data_requests.open(scope)
    return sorted(found, key=lambda each: (clocks_of(each, calendar).next, each.seq))


def _ended(scope: Scope, top: int) -> Sequence[DataRequest]:
    """One more than a page shows says that there is another."""
    return services().stores.data_requests.ended(scope, top=top, most=PAGE + 1)


def _title(found: Sequence[DataRequest], calendar: WorkCalendar) -> str:
    if not found:
        return gettext("No request about personal data is open")
    title = ngettext(
        "%(count)s request about personal data is open",
        "%(count)s requests about personal data are open",
        len(found),
    )
    late = _late(found, calendar)
    if not late:
        return title
    words = ngettext("%(count)s overdue", "%(count)s overdue", late)
    return f"{title}, {words}"


def _row(found: DataRequest, calendar: WorkCalendar) -> Row:
    return Row(
        href=url_for("data_request.show", request_id=found.id),
        wish=wish_words(found.wanted.wish),
        asker=found.wanted.asker,
        about=found.wanted.about,
        arrived=day_words(found.wanted.arrived.isoformat()),
        office=name_of(found.office, services().shelf.offices()),
        state=state_of(found),
        due=next_due(found, calendar, today()) if found.is_open else None,
    )


def _filled(caller: Caller) -> Filled:
    """Raises OfficeUnknown and OfficeUnclear."""
    given = request.form.get
    return Filled(
        wish=given("wish", ""),
        arrived=given("arrived", ""),
        asker=given("asker", ""),
        standing=given("standing", ""),
        about=given("about", ""),
        contact=given("contact", ""),
        words=given("words", ""),
        processors=given("processors") == "yes",
        office=office_given(units_of(caller), request.form),
    )


def _form(
    caller: Caller, refused: NotUnderstood | OfficeUnclear | OfficeUnknown | None = None
) -> str:
    return render_template(
        "pages/data_request_new.html",
        title=gettext("A request about personal data"),
        back_href=url_for("data_requests.overview"),
        action=url_for("data_requests.receive"),
        given={"arrived": today().isoformat()} if refused is None else request.form,
        wishes=wish_options(),
        standings=standing_options(),
        offices=office_box(units_of(caller), request.form),
        problems=problems_of(refused, "office"),
    )
