"""My own account: the password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from server.errors import CauNoiError, NotUnderstood, WrongPassword
from server.processing.people import change_password
from server.routes.allow import SESSION_TOKEN, By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.words import gettext, wrong_words

blueprint = Blueprint("account", __name__)


@blueprint.get("/account/password")
@allow(None, by=By.SESSION)
def password(caller: Caller) -> ResponseReturnValue:
    return _page(caller)


@blueprint.post("/account/password")
@allow(None, by=By.SESSION)
def choose(caller: Caller) -> ResponseReturnValue:
    house = services()
    current, chosen = request.form.get("current", ""), request.form.get("chosen", "")
    try:
        change_password(house.stores, caller.actor, current, chosen)
    except (WrongPassword, NotUnderstood) as refused:
        return _page(caller, refused), status_of(refused)
    house.door.forget(caller.actor.id)
    # Every other session of this person has ended; this one goes on under a new token.
    session[SESSION_TOKEN] = house.door.open_session(caller.actor).token
    flash(gettext("The new password is set."), "done")
    return redirect("/", 303)


def _page(caller: Caller, refused: CauNoiError | None = None) -> str:
    words = wrong_words(refused) if refused else ""
    return render_template(
        "pages/password.html",
        title=gettext("Choose a new password"),
        action=url_for("account.choose"),
        one_time=caller.actor.must_change,
        current_problem=words if isinstance(refused, WrongPassword) else "",
        chosen_problem=words if isinstance(refused, NotUnderstood) else "",
    )
