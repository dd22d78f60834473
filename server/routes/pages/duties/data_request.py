"""One request about personal data: what is due, what it concerns, what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import NotUnderstood
from server.model.data_requests import Act, Concern, DataRequest, Wish
from server.model.entities import ListKey
from server.model.forms import FormKey
from server.model.offices import name_of
from server.model.withholding import LISTS, RECORDS, Target, is_kept_back
from server.processing.duties.data_requests import Desk, Step, request_of
from server.processing.duties.work_calendar import work_calendar
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.dialects import status_of
from server.routes.pages.approvals.approval_words import thing_of
from server.routes.pages.duties.data_request_words import (
    all_due,
    deed_words,
    standing_words,
    state_of,
    step_options,
    wish_words,
)
from server.routes.pages.duties.data_requests import today
from server.routes.pages.forms.form_titles import form_titles
from server.routes.pages.records.asked import whole_number
from server.routes.pages.records.record_facts import Event, Fact, event_at
from server.routes.pages.words import day_words, gettext, problems_of
from server.services import PROJECT

blueprint = Blueprint("data_request", __name__)

_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    words: str
    kept_back: bool


@blueprint.get("/admin/requests/<seg:request_id>")
@allow(Verb.MANAGE_DUTIES, by=By.SESSION)
def show(caller: Caller, request_id: str) -> ResponseReturnValue:
    return _page(request_of(services().stores, caller.scope, request_id))


@blueprint.post("/admin/requests/<seg:request_id>/acts")
@allow(Verb.MANAGE_DUTIES, by=By.SESSION)
def act(caller: Caller, request_id: str) -> ResponseReturnValue:
    house = services()
    found = request_of(house.stores, caller.scope, request_id)
    desk = Desk(house.stores, house.shelf, PROJECT, caller.actor)
    reading = scope_beside(caller, Verb.READ_RECORDS)
    try:
        after = desk.step(caller.scope, reading, request_id, _step(), house.clock())
    except NotUnderstood as refused:
        return _page(found, refused), status_of(refused)
    flash(gettext("Noted.") if after.is_open else gettext("The request is closed."), "done")
    return redirect(url_for("data_request.show", request_id=request_id), 303)


def _step() -> Step:
    given = request.form.get
    return Step(
        deed=given("deed", ""),
        note=given("note", ""),
        concerns=given("concerns", ""),
        seen=whole_number(given("seen", ""), _MOST_DIGITS, -1),
    )


def _page(found: DataRequest, refused: NotUnderstood | None = None) -> str:
    calendar = work_calendar(services().stores)
    titles = form_titles() if found.concerns else {}
    return render_template(
        "pages/data_request.html",
        title=wish_words(found.wanted.wish),
        back_href=url_for("data_requests.overview"),
        state=state_of(found),
        dues=all_due(found, calendar, today()),
        words=found.wanted.words,
        facts=_facts(found),
        concerns=tuple(_link(each, titles) for each in found.concerns),
        is_to_be_erased=found.wanted.wish is Wish.ERASE and found.is_open,
        copy_href=url_for("data_copy.copy", request_id=found.id) if found.concerns else "",
        history=tuple(_event(each) for each in reversed(found.acts)),
        step_action=url_for("data_request.act", request_id=found.id) if found.is_open else "",
        seen=len(found.acts),
        steps=step_options(found),
        given=request.form if refused else {},
        problems=problems_of(refused, "note"),
    )


def _facts(found: DataRequest) -> tuple[Fact, ...]:
    wanted, offices = found.wanted, services().shelf.offices()
    facts = (
        Fact(gettext("Who asks"), wanted.asker),
        Fact(gettext("In whose name"), standing_words(wanted.standing)),
        Fact(gettext("Whose data they are"), wanted.about),
        Fact(gettext("How to reach them"), wanted.contact),
        Fact(gettext("Arrived on"), day_words(wanted.arrived.isoformat())),
        Fact(gettext("Office"), name_of(found.office, offices)),
        Fact(
            gettext("Do others process the data too?"),
            gettext("Yes") if wanted.processors else gettext("No"),
        ),
    )
    return tuple(each for each in facts if each.value)


def _link(concern: Concern, titles: Mapping[str, str]) -> Link:
    if concern.kind == RECORDS:
        target = Target(RECORDS, FormKey(PROJECT, concern.name).text, concern.id)
    else:
        target = Target(LISTS, ListKey(PROJECT, concern.name).text, concern.id)
    thing = thing_of(concern, titles)
    return Link(thing.href, thing.words, is_kept_back(services().stores.withheld.acts(target)))


def _event(done: Act) -> Event:
    now = services().clock()
    return event_at(done.at, now, done.by_name, deed_words(done.deed), done.note)
