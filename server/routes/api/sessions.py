"""A program signs in: with e-mail and password it gets a token for its further requests."""

from __future__ import annotations

from flask import Response, g, request

from server.access.verbs import Verb, may
from server.errors import Forbidden, NotSignedIn, PageUnknown
from server.errors.programs import SignInIncomplete
from server.model.audit import Act
from server.model.sessions import SessionKind
from server.routes.allow import By, Caller, allow, services, whence
from server.routes.api.speech import api_blueprint, done, json_body, told, wants_more
from server.routes.noted import tried_as
from server.wire import central

blueprint = api_blueprint("sessions")

# What each of our verbs is among Central's.
_VERBS = {
    Verb.FETCH_FORMS: ("project.list", "project.read", "form.list", "form.read"),
    Verb.SEND_RECORDS: ("submission.create",),
    Verb.READ_RECORDS: ("submission.list", "submission.read"),
    Verb.PUBLISH_FORMS: ("form.create", "form.update", "form.delete", "form.restore"),
}


@blueprint.post("/sessions")
@allow(None, by=By.ANYONE, act=Act.SIGNED_IN)
def begin() -> Response:
    given = json_body()
    email, password = given.get("email"), given.get("password")
    if not isinstance(email, str) or not isinstance(password, str):
        raise SignInIncomplete
    door = services().door
    tried_as(email)
    g.actor, token = door.program(email, password, whence())
    opened = door.open_session(g.actor, whence(), SessionKind.PROGRAM, parent=token)
    return told(
        {
            "token": opened.token,
            "createdAt": central.moment(opened.at),
            "expiresAt": central.moment(opened.ends_at),
        }
    )


@blueprint.delete("/sessions/current")
@allow(None, by=By.PROGRAM)
def end_this(caller: Caller) -> Response:
    services().door.close_session(_bearer())
    return done()


@blueprint.delete("/sessions/<seg:session_token>")
@allow(None, by=By.PROGRAM)
def end(caller: Caller, session_token: str) -> Response:
    """One's own: another one's is as unknown as none."""
    door = services().door
    try:
        is_own = door.session(session_token).id == caller.actor.id
    except NotSignedIn:
        is_own = False
    if not is_own:
        raise Forbidden
    door.close_session(session_token)
    return done()


@blueprint.get("/users/current")
@allow(None, by=By.PROGRAM)
def who_am_i(caller: Caller) -> Response:
    found = central.user(caller.actor)
    if wants_more():
        found |= {"verbs": verbs_of(caller), "preferences": {"site": {}, "projects": {}}}
    return told(found)


def verbs_of(caller: Caller) -> list[str]:
    """What the caller may do, in Central's words."""
    return [name for verb, names in _VERBS.items() if may(caller.actor, verb) for name in names]


def _bearer() -> str:
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise PageUnknown  # with Basic there is no session to end
    return given.token
