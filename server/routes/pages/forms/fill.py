"""A form in the browser: to try a draft, for people without Android, and to mend a record.

ODK Web Forms does the asking (``web/src/fill.js``); what it sends goes through the intake like
anything else. Its pages alone have a policy that lets it run (decision 0012).
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_wtf.csrf import generate_csrf

from server.access.credentials import sealing_key
from server.access.verbs import Verb
from server.errors import FormUnknown, OriginalHidden
from server.errors.duties import RecordErased
from server.model.forms import FormKey, FormState
from server.model.records import Record
from server.processing.forms.shelf import OnHand
from server.processing.records.opened import find_record
from server.routes import collect
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.records.records import known_form
from server.routes.pages.ways import address
from server.routes.pages.words import gettext, reader
from server.services import PROJECT

blueprint = Blueprint("fill", __name__)

# WebAssembly for the engine and its pictures, a worker that makes photos smaller, styles that are
# set while it runs: without each of these a form does not start, or loses photos.
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob: data:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self' data:; connect-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the script needs. ``instance`` is the record's XML to begin with, "" for a new one;
    ``files`` are its files by name, to be had below ``kept``. What is unfinished stays in the
    browser only under ``key``. ``form`` is the XForm itself, where it has no address."""

    xform: str
    media: str
    version: str
    send: str
    instance: str = ""
    kept: str = ""
    files: tuple[str, ...] = ()
    key: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who fills it in: what the form may ask of the device, as of a phone's settings."""

    id: str
    name: str
    email: str


@blueprint.get("/forms/<seg:form_id>/fill")
@allow(Verb.SEND_RECORDS, by=By.SESSION)
def new(caller: Caller, form_id: str) -> Response:
    on_hand = services().shelf.current(known_form(caller, form_id))
    if on_hand.entry.state is not FormState.OPEN:  # it takes no new records
        raise FormUnknown(form_id=form_id)
    sheet = Sheet(
        *_addresses("fill", form_id),
        version=on_hand.version.version,
        send=url_for("filled.new", form_id=form_id),
        key=_key_of(caller),
    )
    back = url_for("records.record_list", form_id=form_id)
    return _page(caller, on_hand.form.title, gettext("All records"), back, sheet)


@blueprint.get("/forms/<seg:form_id>/draft/fill")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def trial(caller: Caller, form_id: str) -> Response:
    """Nothing of it is kept: the draft may be another one tomorrow."""
    on_hand = _draft(form_id)
    sheet = Sheet(
        *_addresses("trial", form_id),
        version=on_hand.version.version,
        send=url_for("filled.trial", form_id=form_id),
    )
    title = gettext("Draft: %(title)s", title=on_hand.form.title)
    back = url_for("draft.show", form_id=form_id)
    return _page(caller, title, gettext("Back to the draft"), back, sheet)


@blueprint.get("/records/<seg:form_id>/<seg:instance_id>/edit")
@allow(Verb.EDIT_RECORDS, by=By.SESSION)
def edit(caller: Caller, form_id: str, instance_id: str) -> Response:
    """With the questions that it was answered with: in those of another version, answers would be
    missing from the sheet, and then from the record."""
    record = record_of(caller, form_id, instance_id)
    own = services().shelf.on_hand(record.key, record.current.form_version)
    here = {"form_id": form_id, "instance_id": record.instance_id}
    sheet = Sheet(
        *_addresses("fill", form_id),
        version=own.version.version,
        send=address("filled.edit", **here),
        instance=address("fill.instance", **here),
        kept=address("record.show", **here) + "/files",
        files=tuple(each.name for each in record.media),
        key=_key_of(caller),
    )
    title = gettext("Edit “%(name)s”", name=record.derived.name or record.instance_id)
    return _page(
        caller, title, gettext("Back to the record"), address("record.show", **here), sheet
    )


@blueprint.get("/records/<seg:form_id>/<seg:instance_id>/edit/instance.xml")
@allow(Verb.EDIT_RECORDS, by=By.SESSION)
def instance(caller: Caller, form_id: str, instance_id: str) -> Response:
    answer = Response(record_of(caller, form_id, instance_id).current.xml, mimetype="text/xml")
    answer.headers["Cache-Control"] = "no-store"
    # A record may hold HTML: opened in a window of its own, it is no page of this site.
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@blueprint.get("/forms/<seg:form_id>/fill/form.xml")
@allow(Verb.SEND_RECORDS, by=By.SESSION)
def fill_xform(caller: Caller, form_id: str) -> Response:
    return collect.form_xml(_asked(caller, form_id))


@blueprint.get("/forms/<seg:form_id>/fill/media/<seg:name>")
@allow(Verb.SEND_RECORDS, by=By.SESSION)
def fill_media(caller: Caller, form_id: str, name: str) -> Response:
    return collect.attachment(_asked(caller, form_id), caller.scope, name, on_phone=False)


@blueprint.get("/forms/<seg:form_id>/draft/fill/form.xml")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def trial_xform(caller: Caller, form_id: str) -> Response:
    return collect.form_xml(_draft(form_id))


@blueprint.get("/forms/<seg:form_id>/draft/fill/media/<seg:name>")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def trial_media(caller: Caller, form_id: str, name: str) -> Response:
    return collect.attachment(_draft(form_id), caller.scope, name, on_phone=False)


@blueprint.get("/fill/ready")
@allow(Verb.SEND_RECORDS, by=By.SESSION)
def ready(caller: Caller) -> Response:
    """Asked before a form is sent: who is signed in by now, and a token for this session."""
    answer = jsonify(who=caller.actor.id, token=generate_csrf())
    answer.headers["Cache-Control"] = "no-store"
    return answer


def record_of(caller: Caller, form_id: str, instance_id: str) -> Record:
    """To be edited whole. Raises RecordUnknown, also for what lies outside the caller's scope, and
    OriginalHidden and RecordErased."""
    house, key = services(), FormKey(PROJECT, form_id)
    record = find_record(house.stores, house.shelf, caller.scope, key, instance_id)
    if record.hidden:
        raise OriginalHidden
    if record.erased is not None:
        raise RecordErased
    return record


def _draft(form_id: str) -> OnHand:
    """Raises FormUnknown."""
    return services().shelf.current(FormKey(PROJECT, form_id, draft=True))


def _asked(caller: Caller, form_id: str) -> OnHand:
    """The version in the address. Raises FormUnknown and VersionUnknown."""
    return services().shelf.exactly(known_form(caller, form_id), request.args.get("version", ""))


def number_locale() -> str:
    """How the reader types numbers."""
    return "vi-VN" if reader() == "vi" else "en-GB"


def _key_of(caller: Caller) -> str:
    return sealing_key(current_app.config["SECRET_KEY"], caller.actor.id)


def _addresses(what: str, form_id: str) -> tuple[str, str]:
    """Of the XForm, and of its files without their names."""
    xform = address(f"fill.{what}_xform", form_id=form_id)
    return xform, xform.removesuffix("form.xml") + "media"


def _page(caller: Caller, title: str, back: str, back_href: str, sheet: Sheet) -> Response:
    actor = caller.actor
    answer = make_response(
        render_template(
            "pages/fill.html",
            title=title,
            back=back,
            back_href=back_href,
            sheet=sheet,
            person=Person(actor.id, actor.name, actor.email or ""),
            ready_href=url_for("fill.ready"),
            sign_in_href=url_for("sign_in.form"),
            number_locale=number_locale(),
        )
    )
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-store"  # the key stays on no disk
    return answer
