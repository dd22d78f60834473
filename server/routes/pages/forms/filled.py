"""What a form filled in the browser sends. The token against forged forms comes in a header, since
the intake alone reads the body, once."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask_wtf.csrf import CSRFError, validate_csrf
from wtforms import ValidationError

from server.access.verbs import Verb
from server.errors import NotUnderstood, RecordTooLarge, RecordUnknown
from server.processing.intake.decide import Deleted, Unfit
from server.processing.intake.receive import Received
from server.routes.allow import By, Caller, allow
from server.routes.arrivals import Check, of_form, sender_of, take_in
from server.routes.pages.forms.fill import record_of
from server.routes.pages.ways import address, of_record
from server.xforms.envelope import Envelope

blueprint = Blueprint("filled", __name__)

_DEVICE = "web"


@blueprint.before_request
def _not_forged() -> None:
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except ValidationError as wrong:
        raise CSRFError(str(wrong)) from None


@blueprint.post("/forms/<seg:form_id>/fill/submission")
@allow(Verb.SEND_RECORDS, by=By.SESSION)
def new(caller: Caller, form_id: str) -> tuple[Response, int]:
    return _thanks(_take_in(caller, form_id))


@blueprint.post("/forms/<seg:form_id>/draft/fill/submission")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def trial(caller: Caller, form_id: str) -> tuple[Response, int]:
    _take_in(caller, form_id, draft=True)
    return jsonify(href=address("draft.show", form_id=form_id)), 201


@blueprint.post("/records/<seg:form_id>/<seg:instance_id>/edit/submission")
@allow(Verb.EDIT_RECORDS, by=By.SESSION)
def edit(caller: Caller, form_id: str, instance_id: str) -> tuple[Response, int]:
    """Only a new version of this record, which the caller sees, is taken."""
    record = record_of(caller, form_id, instance_id)
    known = frozenset(each.instance_id for each in record.versions)
    return _thanks(_take_in(caller, form_id, known))


def _take_in(
    caller: Caller, form_id: str, edits: frozenset[str] = frozenset(), *, draft: bool = False
) -> Received:
    check = _is_of(form_id, edits)
    return take_in(sender_of(caller), caller.scope, draft=draft, device=_DEVICE, check=check)


def _is_of(form_id: str, edits: frozenset[str]) -> Check:
    """Of this form, and an edit of one of these versions; of nothing where there is none."""
    is_of_form = of_form(form_id)

    def check(envelope: Envelope) -> None:
        is_of_form(envelope)
        if envelope.deprecated_id not in (edits or {None}):
            raise NotUnderstood(
                why_vi="phiếu gửi lên không phải của trang này.",
                why_en="what was sent does not belong to this page.",
            )

    return check


def _thanks(taken: Received) -> tuple[Response, int]:
    if isinstance(taken.decision, Deleted):
        # Between the look at the record and its writing.
        if not taken.decision.is_news:
            raise RecordUnknown
        raise NotUnderstood(
            why_vi="phiếu này đã được xóa. Nội dung vừa gửi được giữ riêng để cán bộ xem lại.",
            why_en="this record was deleted. What was sent was set aside for review.",
        )
    if isinstance(taken.decision, Unfit):
        raise RecordTooLarge
    return jsonify(href=of_record("record.show", taken)), 201
