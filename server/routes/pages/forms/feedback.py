"""A form that somebody without an account sends by a code, without a name: the form, and what comes
of it. Nothing else of the house is behind a code, and nothing of who came by it is kept."""

from __future__ import annotations

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

from server.access.credentials import hash_token, sealing_key
from server.access.verbs import Verb
from server.errors import BadInput, NotUnderstood, RecordTooLarge
from server.errors.sending import CodeOver
from server.model.sessions import public_id
from server.processing.accounts.feedback import Slip, is_known, questions_of, slip_of, use_slip
from server.processing.accounts.guesses import Attempt
from server.processing.intake.decide import Unfit
from server.routes.allow import By, allow, services, whence
from server.routes.arrivals import of_form, take_in
from server.routes.pages.forms.fill import POLICY, Person, Sheet, number_locale
from server.routes.pages.words import gettext
from server.xforms.envelope import Envelope

blueprint = Blueprint("feedback", __name__)

# Answers alone, or with a few pictures where the form asks for any.
_MOST = 32 * 1024 * 1024
_QUIET = "who sends without a name stands in no log"
_LEAST_FILLING, _LONGEST_FILLING = 16, 64


@blueprint.get("/p/<seg:code_token>")
@allow(Verb.SEND_FEEDBACK, by=By.CODE, quiet=_QUIET)
def form(code_token: str) -> Response:
    house = services()
    attempt = _attempt(code_token)
    try:
        slip = slip_of(house.stores, house.shelf, code_token, house.clock())
        on_hand = questions_of(house.shelf, slip)
    except CodeOver:
        _was_wrong(attempt, code_token)
        raise
    whose = public_id(hash_token(code_token))
    sheet = Sheet(
        xform="",
        media="",
        version=on_hand.version.version,
        send=url_for("feedback.send", code_token=code_token),
        key=sealing_key(current_app.config["SECRET_KEY"], f"code {code_token}"),
        form=on_hand.version.xml.decode(),
    )
    page = render_template(
        "pages/feedback.html",
        title=on_hand.form.title,
        sheet=sheet,
        person=Person(whose, "", ""),
        number_locale=number_locale(),
    )
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/p/<seg:code_token>")
@allow(Verb.SEND_FEEDBACK, by=By.CODE, quiet=_QUIET)
def send(code_token: str) -> tuple[Response, int]:
    """Whose answer got lost sends the same again: it is thanked for and there once."""
    request.max_content_length = _MOST
    house = services()
    attempt = _attempt(code_token)
    try:
        slip = slip_of(house.stores, house.shelf, code_token, house.clock())
        _take_in(slip, request.headers.get("X-Filling", ""))
    except CodeOver:
        _was_wrong(attempt, code_token)
        raise
    except BadInput:  # what nobody can read is set aside, which must have an end too
        house.guesses.was_wrong(attempt)
        raise
    return jsonify(href=url_for("feedback.thanks")), 201


@blueprint.get("/p")
@allow(None, by=By.ANYONE)
def thanks() -> str:
    """Says nothing that a stranger may not read: it names no code."""
    return render_template("pages/feedback_thanks.html", title=gettext("Thank you"))


def _attempt(code: str) -> Attempt:
    """Raises TooManyTries."""
    return services().guesses.begin("feedback", hash_token(code), whence().address)


def _was_wrong(attempt: Attempt, code: str) -> None:
    """A whole school may open its codes again, from one address."""
    house = services()
    if not is_known(house.stores, code):
        house.guesses.was_wrong(attempt)


def _take_in(slip: Slip, filling: str) -> None:
    if not _LEAST_FILLING <= len(filling) <= _LONGEST_FILLING:
        raise _not_of_this_page()
    house, is_of_form = services(), of_form(slip.batch.key.form_id)

    def check(envelope: Envelope) -> None:
        is_of_form(envelope)
        if envelope.deprecated_id is not None:
            raise _not_of_this_page()
        use_slip(house.stores, house.shelf, slip, filling, envelope, house.clock())

    taken = take_in(lambda _: slip.sender, slip.scope, draft=False, device="", check=check)
    if isinstance(taken.decision, Unfit):
        raise RecordTooLarge


def _not_of_this_page() -> NotUnderstood:
    return NotUnderstood(
        why_vi="phiếu gửi lên không phải của trang này.",
        why_en="what was sent does not belong to this page.",
    )
