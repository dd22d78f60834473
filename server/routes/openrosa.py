"""What ODK Collect asks for, under three prefixes: a phone's token, Basic, and a draft's token.

The prefix only changes who is asking and which form is meant; the answers are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from server.access.verbs import Verb
from server.errors import (
    FormUnknown,
    ProjectUnknown,
    RecordTooLarge,
    TokenRefused,
)
from server.model.forms import FormKey, FormState
from server.model.people import Sender
from server.model.scope import EVERYWHERE, NOWHERE, Scope
from server.processing.forms.shelf import OnHand
from server.processing.intake.decide import Deleted, Unfit
from server.processing.intake.receive import Received
from server.routes import collect
from server.routes.allow import By, Caller, View, allow, scope_beside, services
from server.routes.arrivals import edits_of, of_form, sender_of, take_in
from server.services import PROJECT
from server.wire import openrosa

blueprint = Blueprint("openrosa", __name__)

_TRIAL = Sender("draft", "draft", "draft", None)
_TRIALS = Scope.of([EVERYWHERE])  # they belong to no office

_DELETED = (
    "Phiếu này đã được xóa trên máy chủ. Bạn không cần gửi lại.\n"
    "This record was deleted on the server. There is no need to send it again."
)
_DELETED_BUT_KEPT = (
    "Phiếu này đã được xóa trên máy chủ. Nội dung vừa gửi được giữ riêng để cán bộ xem lại.\n"
    "This record was deleted on the server. What you sent now was set aside for review."
)


def _both(rule: str, **options: Any) -> Callable[[View], View]:
    """The route for phones with a token and for people with Basic."""

    def register(view: View) -> View:
        key, basic = "/v1/key/<seg:token>", "/v1"
        for prefix, suffix in ((key, "_by_token"), (basic, "")):
            path = f"{prefix}/projects/<int:project>{rule}"
            blueprint.add_url_rule(
                path, view.__name__ + suffix, view, strict_slashes=False, **options
            )
        return view

    return register


def _draft(rule: str, **options: Any) -> Callable[[View], View]:
    """The route for a designer's phone that tests a draft."""

    def register(view: View) -> View:
        path = f"/v1/test/<seg:draft_token>/projects/<int:project>/forms/<seg:form_id>/draft{rule}"
        blueprint.add_url_rule(path, view.__name__, view, strict_slashes=False, **options)
        return view

    return register


# -- lists and forms -------------------------------------------------------------------------------


@_both("/formList")
@allow(Verb.FETCH_FORMS, by=By.PHONE)
def form_list(caller: Caller, project: int) -> Response:
    _project(project)
    wanted = request.args.get("formID")
    shown = [
        each
        for each in services().shelf.published(project)
        if each.entry.state is FormState.OPEN
        and caller.scope.sees_form(each.entry.key.form_id)
        and wanted in (None, each.entry.key.form_id)
    ]
    return collect.xml_answer(openrosa.form_list(map(collect.listed, shown)))


@_both("/forms/<seg:form_id>.xml")
@allow(Verb.FETCH_FORMS, by=By.PHONE)
def form_xml(caller: Caller, project: int, form_id: str) -> Response:
    return collect.form_xml(_wanted(caller, project, form_id))


@_both("/forms/<seg:form_id>/manifest")
@allow(Verb.FETCH_FORMS, by=By.PHONE)
def manifest(caller: Caller, project: int, form_id: str) -> Response:
    return collect.manifest(_wanted(caller, project, form_id), _filling(caller).scope)


@_both("/forms/<seg:form_id>/attachments/<seg:name>")
@allow(Verb.FETCH_FORMS, by=By.PHONE)
def attachment(caller: Caller, project: int, form_id: str, name: str) -> Response:
    return collect.attachment(_wanted(caller, project, form_id), _filling(caller).scope, name)


@_both("/forms/<seg:form_id>/attachments/<seg:name>/integrity")
@allow(Verb.FETCH_FORMS, by=By.PHONE)
def integrity(caller: Caller, project: int, form_id: str, name: str) -> Response:
    return collect.integrity(_wanted(caller, project, form_id), _filling(caller), name)


@_draft("/formList")
@allow(None, by=By.DRAFT)
def draft_form_list(draft_token: str, project: int, form_id: str) -> Response:
    return collect.xml_answer(
        openrosa.form_list([collect.listed(_draft_on_hand(draft_token, project, form_id))])
    )


@_draft(".xml")
@allow(None, by=By.DRAFT)
def draft_form_xml(draft_token: str, project: int, form_id: str) -> Response:
    return collect.form_xml(_draft_on_hand(draft_token, project, form_id))


@_draft("/manifest")
@allow(None, by=By.DRAFT)
def draft_manifest(draft_token: str, project: int, form_id: str) -> Response:
    return collect.manifest(_draft_on_hand(draft_token, project, form_id), NOWHERE)


@_draft("/attachments/<seg:name>")
@allow(None, by=By.DRAFT)
def draft_attachment(draft_token: str, project: int, form_id: str, name: str) -> Response:
    return collect.attachment(_draft_on_hand(draft_token, project, form_id), NOWHERE, name)


# -- submissions -----------------------------------------------------------------------------------


@_both("/submission", methods=["HEAD", "GET"])
@allow(Verb.SEND_RECORDS, by=By.PHONE)
def before_submission(caller: Caller, project: int) -> Response:
    _project(project)
    return _ready()


@_both("/submission", methods=["POST"])
@allow(Verb.SEND_RECORDS, by=By.PHONE)
def submission(caller: Caller, project: int) -> Response:
    _project(project)
    who, edits = sender_of(caller), edits_of(caller)
    return _thanks(take_in(who, caller.scope, draft=False, device=_device(), edits=edits))


@_draft("/submission", methods=["HEAD", "GET"])
@allow(None, by=By.DRAFT)
def before_draft_submission(draft_token: str, project: int, form_id: str) -> Response:
    _draft_on_hand(draft_token, project, form_id)
    return _ready()


@_draft("/submission", methods=["POST"])
@allow(None, by=By.DRAFT)
def draft_submission(draft_token: str, project: int, form_id: str) -> Response:
    _draft_on_hand(draft_token, project, form_id)
    check = of_form(form_id)
    return _thanks(take_in(_trial, _TRIALS, draft=True, device=_device(), check=check))


def _trial(_: str) -> Sender:
    return _TRIAL


def _device() -> str:
    return request.args.get("deviceID", "")


def _thanks(received: Received) -> Response:
    """201 and 202 mean the same to Collect; 202 says that nothing was new, or that it went into no
    record (collect.md §10)."""
    match received.decision:
        case Deleted():
            words = _DELETED_BUT_KEPT if received.is_news else _DELETED
            return collect.xml_answer(openrosa.response(words), 202)
        case Unfit():
            said = RecordTooLarge()
            words = f"{said.words('vi')}\n{said.words('en')}"
            return collect.xml_answer(openrosa.response(words), 202)
    status = 201 if received.is_news else 202
    return collect.xml_answer(openrosa.response(openrosa.SUCCESS, "submit_success"), status)


def _ready() -> Response:
    """204 and nothing else: Collect refuses to upload after any other success (collect.md 7.1)."""
    answer = Response(status=204)
    answer.headers["X-OpenRosa-Version"] = "1.0"
    answer.headers["X-OpenRosa-Accept-Content-Length"] = str(openrosa.BATCH_BYTES)
    return answer


# -- the answers -----------------------------------------------------------------------------------


def _project(project: int) -> None:
    if project != PROJECT:
        raise ProjectUnknown


def _filling(caller: Caller) -> Caller:
    """Registers go along for filling forms in. Whoever only looks after forms gets nobody's."""
    return Caller(caller.actor, scope_beside(caller, Verb.SEND_RECORDS))


def _wanted(caller: Caller, project: int, form_id: str) -> OnHand:
    """The version in the address, else the current one. Raises FormUnknown, for a form of others
    too."""
    _project(project)
    if not caller.scope.sees_form(form_id):
        raise FormUnknown(form_id=form_id)
    key = FormKey(project, form_id)
    version = request.args.get("version")
    if version is None:
        return services().shelf.current(key)
    return services().shelf.exactly(key, version)


def _draft_on_hand(draft_token: str, project: int, form_id: str) -> OnHand:
    _project(project)
    house = services()
    entry = house.stores.forms.draft_of(draft_token)
    if entry is None:
        raise TokenRefused
    if entry.key != FormKey(project, form_id, draft=True):
        raise FormUnknown(form_id=form_id)
    return house.shelf.current(entry.key)
