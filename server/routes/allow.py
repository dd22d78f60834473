"""Who may call a route, said on the route. A test refuses a route that does not say.

``@allow(Verb.REVIEW_RECORDS, by=By.SESSION)`` above a view finds out who calls, in the way that the
client can (a token in the URL or in a header, Basic, a session cookie), and hands the view a
``Caller``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from flask import current_app, g, request, session

from server.access.credentials import hash_token
from server.access.verbs import Verb, scope_for
from server.errors import CauNoiError, Forbidden, NotSignedIn, PasswordToChange
from server.errors.sign_in import SecondFactorToSet
from server.model.audit import Act
from server.model.people import Actor
from server.model.scope import Scope
from server.model.sessions import Whence, public_id
from server.model.witness import watching
from server.processing.records.break_glass import with_opened
from server.routes.noted import act_of, note_answer, note_refusal
from server.services import PROJECT, Services
from server.wire.user_agents import client_words, collect_version

View = Callable[..., Any]
SESSION_TOKEN = "token"


class By(Enum):
    """How a caller is known."""

    PHONE = "a token in the URL, else as a program"
    PROGRAM = "a session's token as bearer, else Basic"
    DRAFT = "the draft's own token in the URL"
    CODE = "a code in the URL, good once, of somebody who has no name here"
    SESSION = "a session cookie"
    ANYONE = "nobody asks"


_NOBODY_SIGNED_IN = (By.ANYONE, By.DRAFT, By.CODE)


@dataclass(frozen=True, slots=True)
class Rule:
    """``act`` is what the access log calls it, None for what follows from verb and method.
    ``quiet`` says why nothing is noted; ``beside``: it is a part of a page that is noted itself.
    """

    verb: Verb | None
    by: By
    act: Act | None = None
    quiet: str = ""
    beside: bool = False

    def act_by(self, method: str, names: Iterable[str]) -> Act | None:
        """What a request is in the access log; None for nothing."""
        nobody = self.by in _NOBODY_SIGNED_IN and self.act is None
        return None if self.quiet or nobody else act_of(self.verb, self.act, method, names)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and where the route's verb is allowed to them."""

    actor: Actor
    scope: Scope


def services() -> Services:
    found: Services = current_app.extensions["caunoi"]
    return found


def this_session() -> str:
    """The id of the session whose cookie came along, as lists of sessions name it."""
    return public_id(hash_token(session[SESSION_TOKEN]))


def whence() -> Whence:
    """From where this request comes; the address is the client's also behind a proxy."""
    return Whence(request.remote_addr or "", client_words(request.user_agent.string))


def allow(
    verb: Verb | None, *, by: By, act: Act | None = None, quiet: str = "", beside: bool = False
) -> Callable[[View], View]:
    """A view gets ``caller`` as an argument unless ANYONE may call it, or who has a draft's
    token or a code.

    Without a verb somebody who is signed in may, even with a one-time password.
    """
    rule = Rule(verb, by, act, quiet, beside)

    def declare(view: View) -> View:
        @functools.wraps(view)
        def guarded(**arguments: Any) -> Any:
            return _noted(rule, view, arguments)

        guarded.rule = rule  # type: ignore[attr-defined]
        return guarded

    return declare


def _noted(rule: Rule, view: View, arguments: dict[str, Any]) -> Any:
    """The view's answer, which leaves when the access log has it."""
    act = rule.act_by(request.method, arguments)
    with watching() as seen:
        try:
            answer = _called(rule, view, arguments)
        except CauNoiError as refused:
            if rule.by is By.CODE:
                raise  # of who sends something without a name no address is kept
            note_refusal(services(), act, g.get("actor"), rule.verb, refused)
            raise
        actor: Actor | None = g.get("caller")
        return note_answer(services(), act, actor, rule.verb, seen, answer, beside=rule.beside)


def _called(rule: Rule, view: View, arguments: dict[str, Any]) -> Any:
    if rule.by in _NOBODY_SIGNED_IN:
        return view(**arguments)
    # Takes the token out of the arguments: a view never sees it.
    caller = _caller(rule.verb, rule.by, arguments)
    g.caller = caller.actor  # as the view found them, whatever it does to the session
    return view(caller=caller, **arguments)


def _caller(verb: Verb | None, by: By, arguments: dict[str, Any]) -> Caller:
    actor = _who(by, arguments)
    g.actor = actor  # whose language it is, and for the shell around a page
    if verb is None:
        return Caller(actor, Scope.of(()))
    if actor.must_change:
        raise PasswordToChange
    if services().second_factor_missing(actor):
        raise SecondFactorToSet
    scope = scope_for(actor, verb)
    if verb is Verb.READ_RECORDS:
        scope = with_opened(services().stores, actor, scope, services().clock())
    if not scope.reaches and not scope.opened:
        g.wanted = verb  # its page says who may
        raise Forbidden
    return Caller(actor, services().registers.known_to(scope, PROJECT))


def scope_beside(caller: Caller, verb: Verb) -> Scope:
    """Where the caller may do something else than the route is for, registers included."""
    return services().registers.known_to(scope_for(caller.actor, verb), PROJECT)


def _who(by: By, arguments: dict[str, Any]) -> Actor:
    match by:
        case By.SESSION:
            return _by_session()
        case By.PHONE if "token" in arguments:
            app = collect_version(request.user_agent.string)
            return services().door.phone(arguments.pop("token"), app)
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
    return door.program(given.username, given.password or "", whence())[0]


def _by_session() -> Actor:
    token = session.get(SESSION_TOKEN)
    if not token:
        raise NotSignedIn
    return services().door.session(token)
