"""Who may call a route, said on the route. A test refuses a route that does not say.

``@allow(Verb.REVIEW_RECORDS, by=By.SESSION)`` above a view finds out who calls, in the way that the
client can (a token in the URL or in a header, Basic, a session cookie), and hands the view a
``Caller``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from flask import current_app, g, request, session

from server.access.verbs import Verb, scope_for
from server.errors import Forbidden, NotSignedIn, PasswordToChange
from server.model.people import Actor
from server.model.scope import Scope
from server.processing.break_glass import with_opened
from server.services import PROJECT, Services

View = Callable[..., Any]
SESSION_TOKEN = "token"


class By(Enum):
    """How a caller is known."""

    PHONE = "a token in the URL, else as a program"
    PROGRAM = "a session's token as bearer, else Basic"
    DRAFT = "the draft's own token in the URL"
    SESSION = "a session cookie"
    ANYONE = "nobody asks"


@dataclass(frozen=True, slots=True)
class Rule:
    verb: Verb | None
    by: By


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and where the route's verb is allowed to them."""

    actor: Actor
    scope: Scope


def services() -> Services:
    found: Services = current_app.extensions["caunoi"]
    return found


def allow(verb: Verb | None, *, by: By) -> Callable[[View], View]:
    """A view gets ``caller`` as an argument unless ANYONE, or a draft's token, may call it.

    Without a verb somebody who is signed in may, even with a one-time password.
    """

    def declare(view: View) -> View:
        @functools.wraps(view)
        def guarded(**arguments: Any) -> Any:
            if by in (By.ANYONE, By.DRAFT):
                return view(**arguments)
            # Takes the token out of the arguments: a view never sees it.
            caller = _caller(verb, by, arguments)
            return view(caller=caller, **arguments)

        guarded.rule = Rule(verb, by)  # type: ignore[attr-defined]
        return guarded

    return declare


def _caller(verb: Verb | None, by: By, arguments: dict[str, Any]) -> Caller:
    actor = _who(by, arguments)
    g.actor = actor  # whose language it is, and for the shell around a page
    if verb is None:
        return Caller(actor, Scope.of(()))
    if actor.must_change:
        raise PasswordToChange
    scope = scope_for(actor, verb)
    if verb is Verb.READ_RECORDS:
        scope = with_opened(services().stores, actor, scope, services().clock())
    if not scope.reaches and not scope.opened:
        raise Forbidden
    return Caller(actor, services().registers.known_to(scope, PROJECT))


def _who(by: By, arguments: dict[str, Any]) -> Actor:
    match by:
        case By.SESSION:
            return _by_session()
        case By.PHONE if "token" in arguments:
            return services().door.phone(arguments.pop("token"))
        case _:
            return _by_header()


def _by_header() -> Actor:
    """Never by a cookie. A bearer's header no other site's page can send; a password that was typed
    into the browser's own box goes along wherever a page points, and then the browser says so."""
    door, given = services().door, request.authorization
    if given is not None and given.type == "bearer" and given.token:
        return door.session(given.token)
    if given is None or given.type != "basic" or not given.username:
        raise NotSignedIn
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        raise Forbidden
    return door.password(given.username, given.password or "", request.remote_addr or "")


def _by_session() -> Actor:
    token = session.get(SESSION_TOKEN)
    if not token:
        raise NotSignedIn
    return services().door.session(token)
