"""One record of a draft's trial, as it would be read: the designer sees whether answers come out as
they were meant. Nothing is done to it here."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.model.forms import FormKey
from server.processing.forms.drafts import reach_of_trials
from server.processing.records.opened import file_named, find_record, open_record
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.files import send_original
from server.routes.pages.records.record import remark_on, sheets_of
from server.routes.pages.records.record_facts import about
from server.routes.pages.records.record_side import points, signs
from server.routes.pages.ways import address
from server.routes.pages.words import gettext, moment_words, reader
from server.services import PROJECT

blueprint = Blueprint("draft_record", __name__)


@blueprint.get("/forms/<seg:form_id>/draft/records/<seg:instance_id>")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def show(caller: Caller, form_id: str, instance_id: str) -> ResponseReturnValue:
    house = services()
    opened = open_record(
        house.stores, house.shelf, reach_of_trials(caller.scope), _key(form_id), instance_id
    )
    record, title = opened.record, opened.on_hand.form.title
    # A trial may name any entry: who may not read registers learns nobody's name by it.
    reading = Caller(caller.actor, scope_beside(caller, Verb.READ_RECORDS))
    sheets = sheets_of(reading, opened)
    return render_template(
        "pages/draft_record.html",
        title=record.derived.name or f"{title}, {moment_words(record.at)}",
        back_href=address("draft.show", form_id=form_id),
        back_label=gettext("Draft: %(title)s", title=title),
        about=about(record, title, house.shelf.offices()),
        sheets=sheets,
        remark=remark_on(opened, len(sheets)),
        evidence=signs(opened, reader(), {}),
        points=points(record),
        areas=(),
    )


@blueprint.get("/forms/<seg:form_id>/draft/records/<seg:instance_id>/files/<seg:name>")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def original(caller: Caller, form_id: str, instance_id: str, name: str) -> Response:
    house, scope = services(), reach_of_trials(caller.scope)
    record = find_record(house.stores, house.shelf, scope, _key(form_id), instance_id)
    return send_original(caller, record, file_named(record, name))


def _key(form_id: str) -> FormKey:
    return FormKey(PROJECT, form_id, draft=True)
