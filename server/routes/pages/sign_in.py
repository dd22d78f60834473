"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from server.errors import NotAllowed
from server.model.audit import Act
from server.routes.allow import SESSION_TOKEN, By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.noted import tried_as
from server.routes.pages.shell import language
from server.routes.pages.ways import safe_next
from server.routes.pages.words import gettext

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
@allow(None, by=By.ANYONE)
def form() -> ResponseReturnValue:
    return _page(email="", error="", back=request.args.get("next", ""))


@blueprint.post("/sign-in")
@allow(None, by=By.ANYONE, act=Act.SIGNED_IN)
def enter() -> ResponseReturnValue:
    door = services().door
    email, back = request.form.get("email", ""), request.form.get("next", "")
    tried_as(email)
    try:
        actor = door.password(email, request.form.get("password", ""), request.remote_addr or "")
    except NotAllowed as refused:
        return _page(email=email, error=refused.words(language()), back=back), status_of(refused)
    chosen = session.get("language")
    if earlier := session.get(SESSION_TOKEN):
        door.close_session(earlier)
    session.clear()  # nothing of an earlier visitor stays
    if chosen:
        session["language"] = chosen
    session[SESSION_TOKEN] = door.open_session(actor).token
    g.actor = actor
    return redirect(safe_next(back), 303)


@blueprint.post("/sign-out")
@allow(None, by=By.SESSION)
def leave(caller: Caller) -> ResponseReturnValue:
    services().door.close_session(session[SESSION_TOKEN])
    session.clear()
    g.pop("actor", None)
    return redirect(url_for("sign_in.form"), 303)


def _page(*, email: str, error: str, back: str) -> str:
    return render_template(
        "pages/sign_in.html",
        title=gettext("Sign in"),
        action=url_for("sign_in.enter"),
        email=email,
        next=back,
        error=error,
    )
