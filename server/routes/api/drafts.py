"""A form's draft: handed in, completed with its files, published or thrown away."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, request, url_for

from server.access.verbs import Verb
from server.errors import VersionExists
from server.model.forms import FormKey, FormVersion
from server.processing.forms.drafts import Decision, draft_version, publish_draft
from server.processing.forms.handed_in import (
    attach,
    draft_of_published,
    new_draft,
    some_form,
    throw_draft_away,
)
from server.routes.allow import By, Caller, allow, services
from server.routes.api import form_told as tell
from server.routes.api.forms import handed_in
from server.routes.api.speech import api_blueprint, body, done, form_key, is_on, told
from server.wire import central
from server.xforms.values import nfc

blueprint = api_blueprint("drafts")

_DRAFT = "/projects/<int:project>/forms/<seg:form_id>/draft"
_FILE = f"{_DRAFT}/attachments/<seg:name>"


@blueprint.post(_DRAFT)
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def create(caller: Caller, project: int, form_id: str) -> Response:
    """From the body; without one, from what phones have now."""
    house, key = services(), form_key(project, form_id)
    house.guard()
    by, at = caller.actor.id, house.clock()
    if body():
        heed = not is_on("ignoreWarnings")
        new_draft(house.stores, house.shelf, key, handed_in(), heed=heed, by=by, at=at)
    else:
        draft_of_published(house.stores, house.shelf, key, by=by, at=at)
    return done()


@blueprint.get(_DRAFT)
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def show(caller: Caller, project: int, form_id: str) -> Response:
    found = draft_version(services().stores, draft_key(project, form_id))
    return told(tell.form_told(caller, *found))


@blueprint.delete(_DRAFT)
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def discard(caller: Caller, project: int, form_id: str) -> Response:
    house = services()
    throw_draft_away(house.stores, house.shelf, form_key(project, form_id))
    return done()


@blueprint.post(f"{_DRAFT}/publish")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def publish(caller: Caller, project: int, form_id: str) -> Response:
    house, key = services(), draft_key(project, form_id)
    house.guard()
    asked = Decision(request.args.get("notes", ""), request.args.get("version", ""))
    _, draft = draft_version(house.stores, key)
    number = asked.version.strip() or draft.version
    # A person may publish once more what is published already; a program is told that it is.
    if house.stores.forms.version(replace(key, draft=False), number) is not None:
        raise VersionExists(form_id=form_id, version=number)
    by, at = caller.actor.id, house.clock()
    publish_draft(house.stores, house.shelf, key, asked, by=by, at=at)
    return done()


# -- its parts -------------------------------------------------------------------------------------


@blueprint.get(f"{_DRAFT}.xml")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def xml(caller: Caller, project: int, form_id: str) -> Response:
    return tell.xml_file(_version(project, form_id))


@blueprint.get(f"{_DRAFT}.xlsx", defaults={"ending": "xlsx"})
@blueprint.get(f"{_DRAFT}.xls", defaults={"ending": "xls"})
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def workbook(caller: Caller, project: int, form_id: str, ending: str) -> Response:
    return tell.workbook_file(_version(project, form_id), ending)


@blueprint.get(f"{_DRAFT}/fields")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def fields(caller: Caller, project: int, form_id: str) -> Response:
    return tell.fields_told(_version(project, form_id))


@blueprint.get(f"{_DRAFT}/attachments")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def attachments(caller: Caller, project: int, form_id: str) -> Response:
    found = draft_version(services().stores, draft_key(project, form_id))
    return tell.attachments_told(*found)


@blueprint.get(f"{_DRAFT}/manifest")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def manifest(caller: Caller, project: int, form_id: str) -> Response:
    """XML, with the files as they are at this address."""

    def address(name: str) -> str:
        view = "api_drafts.attachment"
        return url_for(view, project=project, form_id=form_id, name=name, _external=True)

    return tell.manifest_told(_version(project, form_id), address)


@blueprint.get(_FILE)
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def attachment(caller: Caller, project: int, form_id: str, name: str) -> Response:
    return tell.attachment_file(_version(project, form_id), name)


@blueprint.post(_FILE)
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def put_attachment(caller: Caller, project: int, form_id: str, name: str) -> Response:
    house = services()
    house.guard()
    at = house.clock()
    version = attach(house.stores, draft_key(project, form_id), name, body())
    held = next(each for each in version.media if nfc(each.name) == nfc(name))
    return told(central.attachment(held.name, held, linked=False, at=at))


@blueprint.delete(_FILE)
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def take_attachment(caller: Caller, project: int, form_id: str, name: str) -> Response:
    house = services()
    attach(house.stores, draft_key(project, form_id), name, None)
    return done()


def draft_key(project: int, form_id: str) -> FormKey:
    """Raises FormUnknown where there is no form, or none that is not in the bin."""
    key = form_key(project, form_id)
    some_form(services().stores, key)
    return replace(key, draft=True)


def _version(project: int, form_id: str) -> FormVersion:
    return draft_version(services().stores, draft_key(project, form_id))[1]
