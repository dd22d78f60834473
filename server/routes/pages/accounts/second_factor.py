"""My own second factor: set up, recovery codes made anew, given up."""

from __future__ import annotations

import secrets

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.credentials import second_factor_seed
from server.access.second_factor import address_for_app
from server.errors import CauNoiError, NotAllowed, NotUnderstood, WrongPassword
from server.processing.accounts.second_factor import new_recovery, turn_off, turn_on
from server.routes.allow import By, Caller, allow, services, this_session
from server.routes.dialects import status_of
from server.routes.pages.words import centre_name, gettext, moment_words, wrong_words
from server.wire.collect_settings import qr_of

blueprint = Blueprint("second_factor", __name__)

_SALT_LETTERS = 32


@blueprint.get("/account/second-factor")
@allow(None, by=By.SESSION)
def page(caller: Caller) -> ResponseReturnValue:
    return _page(caller)


@blueprint.post("/account/second-factor")
@allow(None, by=By.SESSION)
def begin(caller: Caller) -> ResponseReturnValue:
    house, salt = services(), request.form.get("salt", "")
    if caller.actor.second_factor is not None:
        return redirect(url_for("second_factor.page"), 303)
    try:
        house.door.confirm(caller.actor, request.form.get("password", ""))
        _refuse_strange(salt)
        codes = turn_on(
            house.stores,
            caller.actor,
            secret=current_app.config["SECRET_KEY"],
            salt=salt,
            code=request.form.get("code", ""),
            at=house.clock(),
        )
    except (NotAllowed, NotUnderstood) as refused:
        return _page(caller, salt=salt, refused=refused), status_of(refused)
    # Who knew the password alone is out, wherever that was.
    house.stores.sessions.end_all(caller.actor.id, but=this_session())
    return _codes_page(codes)


@blueprint.post("/account/second-factor/recovery")
@allow(None, by=By.SESSION)
def recovery(caller: Caller) -> ResponseReturnValue:
    house = services()
    try:
        house.door.confirm(caller.actor, request.form.get("password", ""))
    except NotAllowed as refused:
        return _page(caller, refused=refused), status_of(refused)
    return _codes_page(new_recovery(house.stores, caller.actor))


@blueprint.post("/account/second-factor/remove")
@allow(None, by=By.SESSION)
def remove(caller: Caller) -> ResponseReturnValue:
    house = services()
    try:
        house.door.confirm(caller.actor, request.form.get("password", ""))
    except NotAllowed as refused:
        return _page(caller, refused=refused), status_of(refused)
    turn_off(house.stores, caller.actor, but=this_session())
    flash(gettext("The second factor is removed: your password alone signs you in."), "late")
    return redirect(url_for("account.overview"), 303)


def _refuse_strange(salt: str) -> None:
    """It comes back from the page that showed the code, and nothing else goes into the database."""
    if len(salt) != _SALT_LETTERS or not salt.isascii() or not salt.isalnum():
        raise NotUnderstood(
            why_vi="hãy tải lại trang rồi quét mã mới.",
            why_en="load the page again and scan the new code.",
        )


def _page(caller: Caller, *, salt: str = "", refused: CauNoiError | None = None) -> str:
    words = wrong_words(refused) if refused else ""
    is_password = isinstance(refused, WrongPassword)
    factor = caller.actor.second_factor
    fresh = salt or secrets.token_hex(_SALT_LETTERS // 2)
    seed = second_factor_seed(current_app.config["SECRET_KEY"], caller.actor.id, fresh)
    address = address_for_app(seed, caller.actor.email or "", centre_name())
    return render_template(
        "pages/second_factor.html",
        title=gettext("Second factor"),
        back_href=url_for("account.overview"),
        needed=services().second_factor_missing(caller.actor),
        since=moment_words(factor.since) if factor else "",
        codes_left=len(factor.recovery) if factor else 0,
        salt=fresh,
        qr=qr_of(address),
        seed=" ".join(seed[at : at + 4] for at in range(0, len(seed), 4)),
        action=url_for("second_factor.begin"),
        recovery_action=url_for("second_factor.recovery"),
        remove_action=url_for("second_factor.remove"),
        code_problem="" if is_password else words,
        password_problem=words if is_password else "",
    )


def _codes_page(codes: tuple[str, ...]) -> str:
    """Shown once: they are on no page with an address of its own."""
    return render_template(
        "pages/recovery_codes.html",
        title=gettext("Your recovery codes"),
        codes=codes,
        go_on_href=url_for("account.overview"),
    )
