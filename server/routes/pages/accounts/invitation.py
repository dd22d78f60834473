"""Whoever was sent a link chooses a password, or comes in by another house's account."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from server.errors import NotUnderstood
from server.model.audit import Act
from server.model.people import Actor
from server.processing.accounts.staff import link_holder, use_link
from server.routes.allow import By, allow, services
from server.routes.dialects import status_of
from server.routes.pages.accounts.oidc import may_open
from server.routes.pages.words import gettext, wrong_words

blueprint = Blueprint("invitation", __name__)


@blueprint.get("/invitation/<seg:link_token>")
@allow(None, by=By.ANYONE)
def form(link_token: str) -> ResponseReturnValue:
    house = services()
    return _page(link_holder(house.stores, link_token, house.clock()), link_token)


@blueprint.post("/invitation/<seg:link_token>")
@allow(None, by=By.ANYONE, act=Act.CHANGED)
def choose(link_token: str) -> ResponseReturnValue:
    """Signing in comes after it: a second factor is asked for there."""
    house = services()
    person = link_holder(house.stores, link_token, house.clock())
    try:
        use_link(house.stores, link_token, request.form.get("chosen", ""), house.clock())
    except NotUnderstood as refused:
        return _page(person, link_token, wrong_words(refused)), status_of(refused)
    house.door.forget(person.id)
    g.caller = person  # in the access log it is theirs
    flash(gettext("The new password is set. Sign in with it."), "done")
    return redirect(url_for("sign_in.form"), 303)


def _page(person: Actor, link_token: str, problem: str = "") -> Response:
    page = render_template(
        "pages/invitation.html",
        title=gettext("Choose a password"),
        action=url_for("invitation.choose", link_token=link_token),
        name=person.name,
        email=person.email or "",
        problem=problem,
        other_name=services().config.oidc_name if may_open(person) else "",
        other_href=url_for("oidc.accept", link_token=link_token),
    )
    answer = make_response(page)
    # Its address is a key, which no other site is told (app.py). If no referrer were sent at all,
    # over TLS the form would be taken for forged.
    answer.headers["Cache-Control"] = "no-store"
    return answer
