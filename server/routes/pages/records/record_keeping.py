"""That a record is kept longer than its form's rule says: shown beside it, and said by whoever may
erase it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import NotUnderstood
from server.errors.duties import RecordErased
from server.model.forms import FormKey
from server.model.records import Record
from server.processing.duties.keep_longer import keep_longer, keep_no_longer
from server.processing.duties.retention import retention_of
from server.processing.reasons import LEAST_REASON
from server.processing.records.opened import find_record
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.duties.retention_words import rule_words
from server.routes.pages.ways import of_record
from server.routes.pages.words import day_words, gettext, moment_words, problems_of
from server.services import PROJECT

blueprint = Blueprint("record_keeping", __name__)


@blueprint.get("/records/<seg:form_id>/<seg:instance_id>/keep")
@allow(Verb.DELETE_RECORDS, by=By.SESSION)
def form(caller: Caller, form_id: str, instance_id: str) -> ResponseReturnValue:
    return _page(_record(caller, form_id, instance_id))


@blueprint.post("/records/<seg:form_id>/<seg:instance_id>/keep")
@allow(Verb.DELETE_RECORDS, by=By.SESSION)
def keep(caller: Caller, form_id: str, instance_id: str) -> ResponseReturnValue:
    house, given = services(), request.form
    record = _record(caller, form_id, instance_id)
    until, reason = given.get("until", ""), given.get("reason", "")
    try:
        keep_longer(
            house.stores, caller.scope, caller.actor, (record,), until, reason, house.clock()
        )
    except NotUnderstood as refused:
        return _page(record, refused), status_of(refused)
    return _done(record, gettext("Saved. The record is kept until then."))


@blueprint.post("/records/<seg:form_id>/<seg:instance_id>/keep/end")
@allow(Verb.DELETE_RECORDS, by=By.SESSION)
def end(caller: Caller, form_id: str, instance_id: str) -> ResponseReturnValue:
    house, reason = services(), request.form.get("reason", "")
    record = _record(caller, form_id, instance_id)
    try:
        keep_no_longer(house.stores, caller.scope, caller.actor, record, reason, house.clock())
    except NotUnderstood as refused:
        return _page(record, refused), status_of(refused)
    return _done(record, gettext("Saved. The record is kept as long as the form's rule says."))


def kept_longer_words(record: Record) -> str:
    """Also where that is over: the reason stays to be read."""
    keeping = record.keeping
    if keeping is None or not keeping.until:
        return ""
    facts = {
        "day": day_words(keeping.until),
        "name": keeping.by_name,
        "when": moment_words(keeping.at),
    }
    if not keeping.reason:
        return gettext("Kept until %(day)s, said %(name)s, %(when)s.", **facts)
    return gettext(
        "Kept until %(day)s, said %(name)s, %(when)s. Reason: %(reason)s",
        reason=keeping.reason,
        **facts,
    )


def _record(caller: Caller, form_id: str, instance_id: str) -> Record:
    """Raises RecordUnknown and RecordErased."""
    house, key = services(), FormKey(PROJECT, form_id)
    record = find_record(house.stores, house.shelf, caller.scope, key, instance_id)
    if record.erased is not None:
        raise RecordErased
    return record


def _page(record: Record, refused: NotUnderstood | None = None) -> str:
    given, said = request.form, kept_longer_words(record)
    return render_template(
        "pages/keep_record.html",
        title=gettext("Keep this record longer"),
        back_href=of_record("record.show", record),
        rule=rule_words(retention_of(services().stores, record.key)),
        said=said,
        action=of_record("record_keeping.keep", record),
        end_action=of_record("record_keeping.end", record) if said else "",
        least=LEAST_REASON,
        until=given.get("until", ""),
        reason=given.get("reason", ""),
        problems=problems_of(refused, "reason"),
    )


def _done(record: Record, words: str) -> ResponseReturnValue:
    flash(words, "done")
    return redirect(of_record("record.show", record), 303)
