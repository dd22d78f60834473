"""What the designers' pages do and ODK Central has no address for."""

from __future__ import annotations

from flask import Response, request

from server.access.verbs import Verb
from server.errors.programs import FieldMissing
from server.processing.forms.change_words import change_words, refusal_words
from server.processing.forms.changes import Refusal, Touching, what_will_change
from server.processing.forms.drafts import clear_test_records, draft_version
from server.processing.forms.handed_in import live_form
from server.processing.forms.versions import duplicate, return_to, version_of
from server.routes.allow import By, Caller, allow, services
from server.routes.api import form_told as tell
from server.routes.api.drafts import draft_key
from server.routes.api.speech import api_blueprint, form_key, json_body, told
from server.routes.api.versions import number_in
from server.routes.dialects import language
from server.wire.central import Json
from server.xforms.compare import Change, compare
from server.xforms.read_form import read_form

blueprint = api_blueprint("workbench")

_FORM = "/projects/<int:project>/forms/<seg:form_id>"
_VERSION = f"{_FORM}/versions/<seg:version>"


@blueprint.get(f"{_FORM}/draft/changes")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def changes(caller: Caller, project: int, form_id: str) -> Response:
    """What publishing it will change, with how many collected answers each change touches."""
    house = services()
    _, draft = draft_version(house.stores, draft_key(project, form_id))
    found = what_will_change(house.stores, house.shelf, draft, house.clock())
    return told(
        {
            "base": found.base,
            "changes": [_touching(each) for each in found.changes],
            "refusals": [_refusal(each) for each in found.refusals],
        }
    )


@blueprint.delete(f"{_FORM}/draft/submissions")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def clear(caller: Caller, project: int, form_id: str) -> Response:
    """What was sent to try the draft."""
    house = services()
    entry, _ = draft_version(house.stores, draft_key(project, form_id))
    return told({"count": clear_test_records(house.stores, entry.key)})


@blueprint.get(f"{_VERSION}/changes")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def comparison(caller: Caller, project: int, form_id: str, version: str) -> Response:
    """What differs from this version to the one in ``to``, else to what phones get now."""
    stores, key = services().stores, form_key(project, form_id)
    wanted = request.args.get("to")
    newer = live_form(services().shelf, key).version if wanted is None else number_in(wanted)
    old, new = (version_of(stores, key, each) for each in (number_in(version), newer))
    found = compare(read_form(old.xml), read_form(new.xml))
    return told(
        {"base": old.version, "to": new.version, "changes": [_change(each) for each in found]}
    )


@blueprint.post(f"{_VERSION}/return")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def go_back(caller: Caller, project: int, form_id: str, version: str) -> Response:
    """An earlier version's questions are what phones get, under a number of its own."""
    house, key = services(), form_key(project, form_id)
    house.guard()
    live_form(house.shelf, key)
    number, by, at = number_in(version), caller.actor.id, house.clock()
    return_to(house.stores, house.shelf, key, number, by=by, at=at)
    return told(tell.form_told(caller, *tell.shown_form(caller, key)))


@blueprint.post(f"{_FORM}/duplicate")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def copy(caller: Caller, project: int, form_id: str) -> Response:
    """A draft of another form, ``{"xmlFormId", "name"}``, with what phones have now of this one."""
    house, key = services(), form_key(project, form_id)
    house.guard()
    live_form(house.shelf, key)
    new_id, name = (_text(json_body(), each) for each in ("xmlFormId", "name"))
    by, at = caller.actor.id, house.clock()
    made = duplicate(house.stores, house.shelf, key, new_id, name, by=by, at=at)
    return told(tell.form_told(caller, *draft_version(house.stores, made.version.key)))


def _text(given: Json, field: str) -> str:
    """Raises FieldMissing."""
    value = given.get(field)
    if not isinstance(value, str) or not value.strip():
        raise FieldMissing(field=field)
    return value


def _change(change: Change) -> Json:
    return {
        "what": change.what.value,
        "path": "/" + "/".join(change.field.path),
        "words": change_words(change, language()),
    }


def _touching(touching: Touching) -> Json:
    return _change(touching.change) | {"answers": touching.answers}


def _refusal(refusal: Refusal) -> Json:
    return {
        "why": refusal.why.value,
        "path": "/" + "/".join(refusal.was.path) if refusal.was else None,
        "answers": refusal.answers,
        "words": refusal_words(refusal, language()),
    }
