"""Signing in, in one step or two, and out."""

from __future__ import annotations

from flask import (
    Blueprint,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from server.errors import NotAllowed, NotSignedIn
from server.model.audit import Act
from server.model.people import Actor
from server.model.sessions import SessionKind
from server.processing.accounts.second_factor import check
from server.routes.allow import SESSION_TOKEN, By, Caller, allow, services, whence
from server.routes.dialects import status_of
from server.routes.noted import tried_as
from server.routes.pages.accounts.device import device_of, remember_device
from server.routes.pages.shell import language
from server.routes.pages.ways import safe_next
from server.routes.pages.words import gettext

blueprint = Blueprint("sign_in", __name__)

_HALFWAY = "halfway"


@blueprint.get("/sign-in")
@allow(None, by=By.ANYONE)
def form() -> ResponseReturnValue:
    return sign_in_page(email="", error="", back=request.args.get("next", ""))


@blueprint.post("/sign-in")
@allow(None, by=By.ANYONE, act=Act.SIGNED_IN)
def enter() -> ResponseReturnValue:
    door = services().door
    email, back = request.form.get("email", ""), request.form.get("next", "")
    tried_as(email)
    try:
        password = request.form.get("password", "")
        actor = door.password(email, password, whence(), device_of(email))
    except NotAllowed as refused:
        return sign_in_page(email=email, error=refused.words(language()), back=back), status_of(
            refused
        )
    return go_on(actor, back)


@blueprint.get("/sign-in/code")
@allow(None, by=By.ANYONE)
def code() -> ResponseReturnValue:
    _halfway()
    return _code_page(error="", back=request.args.get("next", ""))


@blueprint.post("/sign-in/code")
@allow(None, by=By.ANYONE, act=Act.SIGNED_IN)
def confirm() -> ResponseReturnValue:
    house, actor, back = services(), _halfway(), request.form.get("next", "")
    tried_as(actor.email or "")
    try:
        check(
            house.stores,
            house.guesses,
            actor,
            secret=current_app.config["SECRET_KEY"],
            code=request.form.get("code", ""),
            at=house.clock(),
            device=device_of(actor.email or ""),
        )
    except NotAllowed as refused:
        return _code_page(refused.words(language()), back), status_of(refused)
    house.door.close_session(session[_HALFWAY])
    return _let_in(actor, back)


@blueprint.post("/sign-out")
@allow(None, by=By.SESSION)
def leave(caller: Caller) -> ResponseReturnValue:
    services().door.close_session(session[SESSION_TOKEN])
    session.clear()
    g.pop("actor", None)
    return redirect(url_for("sign_in.form"), 303)


def go_on(actor: Actor, back: str) -> ResponseReturnValue:
    """After the first step: in, or to the second."""
    if actor.second_factor is None:
        return _let_in(actor, back)
    _begin_anew()
    session[_HALFWAY] = services().door.open_session(actor, whence(), SessionKind.HALFWAY).token
    return redirect(url_for("sign_in.code", next=back or None), 303)


def _let_in(actor: Actor, back: str) -> ResponseReturnValue:
    _begin_anew()
    session[SESSION_TOKEN] = services().door.open_session(actor, whence()).token
    g.actor = actor
    answer = make_response(redirect(safe_next(back), 303))
    remember_device(answer, actor.email or "")
    return answer


def _begin_anew() -> None:
    """Nothing of an earlier visitor stays but the language."""
    chosen = session.get("language")
    if earlier := session.get(SESSION_TOKEN):
        services().door.close_session(earlier)
    session.clear()
    if chosen:
        session["language"] = chosen


def _halfway() -> Actor:
    token = session.get(_HALFWAY)
    if not token:
        raise NotSignedIn
    return services().door.halfway(token)


def sign_in_page(*, email: str, error: str, back: str) -> str:
    config = services().config
    return render_template(
        "pages/sign_in.html",
        title=gettext("Sign in"),
        action=url_for("sign_in.enter"),
        email=email,
        next=back,
        error=error,
        other_name=config.oidc_name if config.oidc_issuer else "",
        other_href=url_for("oidc.go", next=back or None),
    )


def _code_page(error: str, back: str) -> str:
    return render_template(
        "pages/sign_in_code.html",
        title=gettext("Confirm that it is you"),
        action=url_for("sign_in.confirm"),
        back_href=url_for("sign_in.form", next=back or None),
        next=back,
        error=error,
    )
