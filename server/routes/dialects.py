"""An error becomes HTTP here and nowhere else: one status for each, in each client's voice."""

from __future__ import annotations

import contextlib
import errno
import logging
import secrets
import traceback
from collections.abc import Callable

from flask import Flask, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import (
    ClientDisconnected,
    HTTPException,
    MethodNotAllowed,
    RequestEntityTooLarge,
)

from server import errors
from server.errors import sign_in
from server.model.people import Actor
from server.wire import central_errors, openrosa

log = logging.getLogger(__name__)

# The nearest class in an error's family decides.
STATUS: dict[type[errors.CauNoiError], int] = {
    errors.BadInput: 400,
    errors.TooLarge: 413,
    errors.NotAllowed: 403,
    errors.NotSignedIn: 401,
    errors.WrongPassword: 401,
    sign_in.WrongCode: 401,
    sign_in.OtherHouseRefused: 401,
    sign_in.NobodyHere: 401,
    sign_in.InvitationFirst: 401,
    errors.TooManyTries: 429,
    errors.NotFound: 404,
    errors.Clash: 409,
    errors.Unavailable: 503,
    errors.Trouble: 500,
    errors.CauNoiError: 500,
}

CHALLENGE = 'Basic realm="Cau Noi", charset="UTF-8"'

Voice = Callable[[errors.CauNoiError, int, str], Response]


def status_of(error: errors.CauNoiError) -> int:
    return next(STATUS[each] for each in type(error).__mro__ if each in STATUS)


def speak(app: Flask, pages: Voice) -> None:
    """Every error of ``app`` is answered in words; ``pages`` speaks to people."""

    def voice() -> Voice:
        if request.path.startswith(("/v1/", "/-/")):
            return to_phone if _is_phone() else to_program
        return pages

    def known(error: errors.CauNoiError) -> ResponseReturnValue:
        if isinstance(error, errors.Unavailable | errors.Trouble):
            # The name of the error, and of what lay under it: never its words, which may quote.
            log.error("%s (%s)", type(error).__name__, type(error.__cause__).__name__)
        _drain()
        return voice()(error, status_of(error), "")

    def http(error: HTTPException) -> ResponseReturnValue:
        named = _named(error, app)
        return known(named) if named else error

    def disk(error: OSError) -> ResponseReturnValue:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return known(errors.DiskNearlyFull())
        return crash(error)

    def crash(error: Exception) -> ResponseReturnValue:
        # Without the message: it may hold an answer. The stack shows code, not values.
        incident = secrets.token_hex(4)
        stack = "".join(traceback.format_tb(error.__traceback__))
        log.error("incident %s: %s\n%s", incident, type(error).__name__, stack)
        _drain()
        return voice()(errors.CauNoiError(), 500, incident)

    app.register_error_handler(errors.CauNoiError, known)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(OSError, disk)
    app.register_error_handler(Exception, crash)


def _is_phone() -> bool:
    """Programs with a bearer token fetch a form's XML and files under the same addresses."""
    bearer = request.authorization is not None and request.authorization.type == "bearer"
    return request.blueprint == "openrosa" and (
        not bearer or "X-OpenRosa-Version" in request.headers
    )


def to_phone(error: errors.CauNoiError, status: int, incident: str) -> Response:
    """An OpenRosaResponse in both languages: a phone does not say which one its user reads."""
    words = f"{error.words_for_phone('vi')}\n{error.words_for_phone('en')}"
    if incident:
        words += f" ({incident})"
    answer = Response(openrosa.response(words, "submit_failure"), status)
    answer.content_type = openrosa.CONTENT_TYPE
    answer.headers["X-OpenRosa-Version"] = "1.0"
    if status == 401:
        answer.headers["WWW-Authenticate"] = CHALLENGE
    if status == 503:
        answer.headers["Retry-After"] = "120"
    return answer


def to_program(error: errors.CauNoiError, status: int, incident: str) -> Response:
    """JSON in the shape of ODK Central's errors, with its numbers; words in the caller's
    language."""
    reader = language()
    code = central_errors.code_of(error, status)
    body: dict[str, object] = {"message": error.words(reader), "code": code}
    details = central_errors.details_of(error, reader)
    if incident:
        details = {"incident": incident}
    if details:
        body["details"] = details
    answer = jsonify(body)
    answer.status_code = int(code)
    answer.headers["Cache-Control"] = "no-store"
    if status == 429:
        answer.headers["Retry-After"] = str(60 * int(str(error.facts["minutes"])))
    return answer


def language() -> str:
    """What the program asks for, else what the account says, else English."""
    wanted = request.accept_languages.best_match(("vi", "en"))
    if wanted is not None:
        return wanted
    caller: Actor | None = g.get("actor")
    return caller.language if caller else "en"


def _named(error: HTTPException, app: Flask) -> errors.CauNoiError | None:
    if isinstance(error, RequestEntityTooLarge):
        return errors.TooLarge(megabytes=(request.max_content_length or 0) // 1024**2)
    if isinstance(error, ClientDisconnected):
        return errors.UploadBroken()
    if isinstance(error, MethodNotAllowed) or error.code == 404:
        return errors.PageUnknown()
    if error.code == 400:
        return errors.NotUnderstood(
            why_vi="máy chủ không hiểu nội dung gửi lên.",
            why_en="the server cannot make sense of it.",
        )
    return None


_MOST_DRAINED = 512 * 1024 * 1024


def _drain() -> None:
    """Read what the phone is still sending, or it sees a broken pipe instead of the answer
    (R18)."""
    stream, left = request.environ.get("wsgi.input"), _MOST_DRAINED
    # Only where the server itself ends the stream: elsewhere reading on would wait for ever.
    if stream is None or not request.environ.get("wsgi.input_terminated"):
        return
    with contextlib.suppress(OSError):
        while left > 0 and (piece := stream.read(min(left, 1024 * 1024))):
            left -= len(piece)
