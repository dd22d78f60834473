"""My own account: the password, where I am signed in, and tokens for programs."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from server.errors import CauNoiError, NotUnderstood, TooManyTries, WrongPassword
from server.errors.sign_in import SessionUnknown
from server.model.sessions import SessionKind
from server.processing.accounts.people import change_password, token_name
from server.routes.allow import SESSION_TOKEN, By, Caller, allow, services, this_session, whence
from server.routes.dialects import status_of
from server.routes.pages.accounts.role_words import grants_words
from server.routes.pages.accounts.session_rows import SessionRow, session_rows
from server.routes.pages.words import gettext, wrong_words

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
@allow(None, by=By.SESSION)
def overview(caller: Caller) -> ResponseReturnValue:
    return _overview(caller)


@blueprint.post("/account/sessions/<seg:session_id>/end")
@allow(None, by=By.SESSION)
def end_session(caller: Caller, session_id: str) -> ResponseReturnValue:
    """A session or a token."""
    if not services().stores.sessions.end_one(caller.actor.id, session_id):
        raise SessionUnknown
    flash(gettext("Ended. Whoever used it is signed out."), "done")
    return redirect(url_for("account.overview"), 303)


@blueprint.post("/account/sessions/end-others")
@allow(None, by=By.SESSION)
def end_others(caller: Caller) -> ResponseReturnValue:
    services().stores.sessions.end_all(caller.actor.id, but=this_session())
    flash(gettext("You are signed out everywhere but here, and all tokens have ended."), "done")
    return redirect(url_for("account.overview"), 303)


@blueprint.post("/account/tokens")
@allow(None, by=By.SESSION)
def make_token(caller: Caller) -> ResponseReturnValue:
    """The answer shows the token, once: it is on no page with an address of its own."""
    house = services()
    try:
        name = token_name(request.form.get("name", ""))
        house.door.confirm(caller.actor, request.form.get("password", ""))
    except (NotUnderstood, WrongPassword, TooManyTries) as refused:
        return _overview(caller, refused=refused), status_of(refused)
    opened = house.door.open_session(caller.actor, whence(), SessionKind.TOKEN, name=name)
    return _overview(caller, token=opened.token)


@blueprint.get("/account/password")
@allow(None, by=By.SESSION)
def password(caller: Caller) -> ResponseReturnValue:
    return _password(caller)


@blueprint.post("/account/password")
@allow(None, by=By.SESSION)
def choose(caller: Caller) -> ResponseReturnValue:
    house = services()
    current, chosen = request.form.get("current", ""), request.form.get("chosen", "")
    try:
        house.door.confirm(caller.actor, current)
        change_password(house.stores, caller.actor, current, chosen)
    except (WrongPassword, TooManyTries, NotUnderstood) as refused:
        return _password(caller, refused), status_of(refused)
    house.door.forget(caller.actor.id)
    # Every other session of this person has ended; this one goes on under a new token.
    session[SESSION_TOKEN] = house.door.open_session(caller.actor, whence()).token
    flash(gettext("The new password is set."), "done")
    return redirect("/", 303)


def _password(caller: Caller, refused: CauNoiError | None = None) -> str:
    words = wrong_words(refused) if refused else ""
    is_chosen = isinstance(refused, NotUnderstood)
    return render_template(
        "pages/password.html",
        title=gettext("Choose a new password"),
        action=url_for("account.choose"),
        one_time=caller.actor.must_change,
        current_problem="" if is_chosen else words,
        chosen_problem=words if is_chosen else "",
    )


def _overview(caller: Caller, *, token: str = "", refused: CauNoiError | None = None) -> str:
    words = wrong_words(refused) if refused else ""
    is_name = isinstance(refused, NotUnderstood)
    return render_template(
        "pages/account.html",
        title=gettext("My account"),
        name=caller.actor.name,
        email=caller.actor.email or "",
        grants=grants_words(caller.actor),
        has_second_factor=caller.actor.second_factor is not None,
        sessions=_rows(caller, SessionKind.PAGES, SessionKind.PROGRAM),
        end_others_action=url_for("account.end_others"),
        tokens=_rows(caller, SessionKind.TOKEN),
        token=token,
        token_action=url_for("account.make_token"),
        token_name=request.form.get("name", "") if refused else "",
        name_problem=words if is_name else "",
        password_problem="" if is_name else words,
    )


def _rows(caller: Caller, *kinds: SessionKind) -> tuple[SessionRow, ...]:
    def end(session_id: str) -> str:
        return url_for("account.end_session", session_id=session_id)

    return session_rows(caller.actor, kinds, end, this_session())
