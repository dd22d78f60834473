"""Opening a record that one's role does not read: asked for with a reason, and told of."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb, scope_for
from server.errors import FormUnknown, NotUnderstood
from server.model.forms import FormKey
from server.model.offices import name_of
from server.model.openings import Opening
from server.model.people import Actor
from server.model.records import Record
from server.model.scope import Scope
from server.processing.reasons import LEAST_REASON, LONGEST_REASON
from server.processing.records.break_glass import OPEN_FOR, open_with_reason
from server.processing.records.opened import stored_record
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.forms.form_titles import form_titles
from server.routes.pages.records.asked import page_before
from server.routes.pages.ways import of_record
from server.routes.pages.words import ago, gettext, moment_words, ngettext, wrong_words
from server.services import PROJECT
from server.xforms.masking import Mask

blueprint = Blueprint("break_glass", __name__)

PAGE = 50
_RECENT = timedelta(days=7)
_HOURS = OPEN_FOR // timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Row:
    """``href`` is "" for a record that this reader may not see, and ``reason`` says
    that it is hidden for one of which they do not read all answers."""

    href: str
    form: str
    office: str
    who: str
    when: str
    when_title: str
    until: str
    reason: str


@blueprint.get("/records/<seg:form_id>/<seg:instance_id>/open")
@allow(Verb.BREAK_GLASS, by=By.SESSION)
def ask(caller: Caller, form_id: str, instance_id: str) -> ResponseReturnValue:
    return _page(_record(caller, form_id, instance_id))


@blueprint.post("/records/<seg:form_id>/<seg:instance_id>/open")
@allow(Verb.BREAK_GLASS, by=By.SESSION)
def open_it(caller: Caller, form_id: str, instance_id: str) -> ResponseReturnValue:
    house, record = services(), _record(caller, form_id, instance_id)
    reason = request.form.get("reason", "")
    try:
        opened = open_with_reason(house.stores, record, reason, by=caller.actor, at=house.clock())
    except NotUnderstood as refused:
        return _page(record, reason, wrong_words(refused)), status_of(refused)
    flash(
        gettext("Open until %(when)s. Your reason is noted.", when=moment_words(opened.until)),
        "late",
    )
    return redirect(of_record("record.show", record), 303)


@blueprint.get("/openings")
@allow(Verb.READ_AUDIT, by=By.SESSION)
def overview(caller: Caller) -> ResponseReturnValue:
    """Newest first."""
    before = page_before(request.args, services().clock())
    found = services().stores.openings.page(caller.scope, before, PAGE + 1)
    shown = found[:PAGE]
    reading, titles = scope_for(caller.actor, Verb.READ_RECORDS), form_titles()
    return render_template(
        "pages/openings.html",
        title=gettext("Records opened with a reason"),
        rows=tuple(_row(caller.actor, reading, titles, each) for each in shown),
        more_href=url_for("break_glass.overview", before=shown[-1].at.isoformat())
        if len(found) > PAGE
        else "",
    )


def opened_words(caller: Caller) -> str:
    """How many were opened lately, for whoever is to be told; "" for none."""
    house = services()
    now, scope = house.clock(), scope_for(caller.actor, Verb.READ_AUDIT)
    found = house.stores.openings.page(scope, now, PAGE) if scope.reaches else []
    recent = sum(1 for each in found if each.at > now - _RECENT)
    if not recent:
        return ""
    return ngettext(
        "%(count)s record was opened with a reason in the last %(days)s days",
        "%(count)s records were opened with a reason in the last %(days)s days",
        recent,
        days=_RECENT.days,
    )


def _record(caller: Caller, form_id: str, instance_id: str) -> Record:
    """Raises RecordUnknown."""
    return stored_record(services().stores, caller.scope, FormKey(PROJECT, form_id), instance_id)


def _page(record: Record, reason: str = "", problem: str = "") -> str:
    return render_template(
        "pages/break_glass.html",
        title=gettext("Open this record"),
        back_href=of_record("record.show", record),
        action=of_record("break_glass.open_it", record),
        hours=_HOURS,
        least=LEAST_REASON,
        longest=LONGEST_REASON,
        reason=reason,
        problem=problem,
    )


def _why(actor: Actor, reading: Scope, opening: Opening) -> str:
    if not _may_be_told_why(actor, reading, opening):
        return gettext("(hidden)")
    return opening.reason or gettext("(erased with the record)")


def _may_be_told_why(actor: Actor, reading: Scope, opening: Opening) -> bool:
    """A reason may repeat an answer: it is for who reads all answers, and for whoever wrote it."""
    with suppress(FormUnknown):
        levels = services().shelf.levels(opening.key)
        clearance = reading.clearance(opening.within, opening.key.form_id)
        return opening.actor == actor.id or Mask(clearance, levels).hides_nothing
    return False


def _row(actor: Actor, reading: Scope, titles: Mapping[str, str], opening: Opening) -> Row:
    house = services()
    return Row(
        href=of_record("record.show", opening)
        if reading.sees(opening.within, opening.key.form_id)
        else "",
        form=titles.get(opening.key.form_id, opening.key.form_id),
        office=name_of(opening.within[-1], house.shelf.offices()),
        who=opening.actor_name,
        when=ago(opening.at, house.clock()),
        when_title=moment_words(opening.at),
        until=moment_words(opening.until),
        reason=_why(actor, reading, opening),
    )
