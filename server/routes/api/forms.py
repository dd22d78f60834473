"""Forms: which there are, a new one, another state, into the bin and back."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

from flask import Response, request

from server.access.verbs import Verb, may
from server.errors import FormUnknown
from server.errors.programs import FieldMissing, ValueUnexpected
from server.model.alphabet import alphabetical
from server.model.forms import FormEntry, FormState
from server.processing.forms.bin import restore_form
from server.processing.forms.drafts import Upload
from server.processing.forms.handed_in import (
    live_form,
    new_form,
    new_published_form,
    throw_form_away,
)
from server.processing.forms.versions import version_of
from server.routes.allow import By, Caller, allow, services
from server.routes.api import form_told as tell
from server.routes.api.speech import api_blueprint, body, done, form_key, is_on, json_body, told
from server.wire import central

blueprint = api_blueprint("forms")

_FORMS = "/projects/<int:project>/forms"
_FORM = f"{_FORMS}/<seg:form_id>"
_XML = ("application/xml", "text/xml")


@blueprint.get(_FORMS)
@allow(Verb.FETCH_FORMS, by=By.PROGRAM)
def all_forms(caller: Caller, project: int) -> Response:
    """By name; those that are only a draft for whoever may see drafts."""
    forms, key = services().stores.forms, form_key(project, "")
    designs = may(caller.actor, Verb.PUBLISH_FORMS)
    if is_on("deleted"):
        binned = forms.binned(key.project) if designs else []
        return told([central.in_bin(each, _current(caller, each)) for each in binned])
    there = {each.key for each in forms.with_binned(key.project)}
    drafts = [
        each for each in forms.drafts(key.project) if replace(each.key, draft=False) not in there
    ]
    entries = [
        each
        for each in (*forms.entries(key.project), *(drafts if designs else []))
        if caller.scope.sees_form(each.key.form_id)
    ]
    found = (forms.current(each.key) for each in sorted(entries, key=_name))
    return told(tell.forms_told(caller, (each for each in found if each is not None)))


@blueprint.post(_FORMS)
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def create(caller: Caller, project: int) -> Response:
    house = services()
    house.guard()
    key = form_key(project, "")
    make = new_published_form if is_on("publish") else new_form
    made = make(
        house.stores,
        house.shelf,
        key.project,
        handed_in(),
        heed=not is_on("ignoreWarnings"),
        by=caller.actor.id,
        at=house.clock(),
    )
    shown = tell.shown_form(caller, replace(made.version.key, draft=False))
    return told(tell.form_told(caller, *shown))


@blueprint.get(_FORM)
@allow(Verb.FETCH_FORMS, by=By.PROGRAM)
def one_form(caller: Caller, project: int, form_id: str) -> Response:
    shown = tell.shown_form(caller, form_key(project, form_id))
    return told(tell.form_told(caller, *shown))


@blueprint.patch(_FORM)
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def set_state(caller: Caller, project: int, form_id: str) -> Response:
    house, key = services(), form_key(project, form_id)
    entry = live_form(house.shelf, key)
    asked = json_body()
    if "state" in asked:
        entry = replace(entry, state=_state(asked["state"]))
        house.stores.forms.set_state(key, entry.state)
        house.shelf.forget()
    return told(tell.form_told(caller, entry, version_of(house.stores, key, entry.version)))


@blueprint.delete(_FORM)
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def delete(caller: Caller, project: int, form_id: str) -> Response:
    house = services()
    throw_form_away(house.stores, house.shelf, form_key(project, form_id), house.clock())
    return done()


@blueprint.post(f"{_FORM}/restore")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def restore(caller: Caller, project: int, form_id: str) -> Response:
    """By the number that the bin's list gives, or by the form's id."""
    house, key = services(), form_key(project, form_id)
    binned = [each.key for each in house.stores.forms.binned(key.project)]
    numbered = {str(central.number_of(each.text)): each for each in binned}
    restore_form(house.stores, house.shelf, numbered.get(form_id, key))
    return done()


@blueprint.get(f"{_FORM}.xlsx", defaults={"ending": "xlsx"})
@blueprint.get(f"{_FORM}.xls", defaults={"ending": "xls"})
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def workbook(caller: Caller, project: int, form_id: str, ending: str) -> Response:
    _, version = tell.shown_form(caller, form_key(project, form_id))
    return tell.workbook_file(version, ending)


@blueprint.get(f"{_FORM}/fields")
@allow(Verb.FETCH_FORMS, by=By.PROGRAM)
def fields(caller: Caller, project: int, form_id: str) -> Response:
    _, version = tell.shown_form(caller, form_key(project, form_id))
    return tell.fields_told(version)


@blueprint.get(f"{_FORM}/attachments")
@allow(Verb.FETCH_FORMS, by=By.PROGRAM)
def attachments(caller: Caller, project: int, form_id: str) -> Response:
    return tell.attachments_told(*tell.shown_form(caller, form_key(project, form_id)))


def handed_in() -> Upload:
    """The body of this request as a form. Raises FieldMissing for an empty one."""
    data = body()
    if not data:
        raise FieldMissing(field="body")
    is_xml = request.mimetype in _XML or data.lstrip()[:1] == b"<"
    fallback = unquote(request.headers.get("X-XlsForm-FormId-Fallback", ""))
    return Upload("form.xml" if is_xml else "form.xlsx", data, {}, form_id=fallback)


def _current(caller: Caller, entry: FormEntry) -> central.Json:
    found = services().stores.forms.current(entry.key)
    if found is None:
        raise FormUnknown(form_id=entry.key.form_id)
    return tell.form_told(caller, *found)


def _name(entry: FormEntry) -> tuple[str, str]:
    return alphabetical(entry.title or entry.key.form_id), entry.key.form_id


def _state(value: object) -> FormState:
    try:
        return FormState(value)  # type: ignore[arg-type]
    except ValueError:
        raise ValueUnexpected(
            field="state",
            value=str(value)[:64],
            reason_vi="trạng thái là open, closing hoặc closed.",
            reason_en="a state is open, closing or closed.",
        ) from None
