"""What stands around every page: language, rail, who I am; and errors as pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, g, render_template, request, session, url_for
from flask_babel import Babel
from flask_wtf.csrf import CSRFError, CSRFProtect

from server import errors
from server.access.verbs import ROLES, ROLES_WITHOUT_ACCOUNT, Verb, may
from server.errors.duties import RecordDeleted
from server.errors.sending import CodeOver
from server.errors.sign_in import SecondFactorToSet
from server.errors.two_people import TakesTwo
from server.model.people import Actor
from server.routes import parts
from server.routes.allow import SESSION_TOKEN, services
from server.routes.pages.accounts.role_words import role_title
from server.routes.pages.approvals import approval_ask
from server.routes.pages.words import centre_name, gettext, moment_words

_MOST_OF_A_STRANGER = 1024 * 1024
_RECORDS = "filled"  # with all their files: these go to a file while they come
LANGUAGES = ("vi", "en")
_MOST_ROLES = 5  # that a refusal names
# Pages, and rooms of pages, that stand under an item of the rail which their address does not name.
_ADMIN = "/admin"
_ELSEWHERE = {
    "approval_ask.ask": "/",
    "approval_ask.new": "/",
    "approvals": "/",
    "aside": "/records",
    "break_glass.overview": "/admin/audit",
    "consents": "/admin/requests",
    "consents.of_entry": "/lists",
    "fill.new": "/records",
    "form_bin": "/forms",
    "incident": "/admin/audit",
    "incidents": "/admin/audit",
    "inventory": "/admin/requests",
    "working_days": "/admin/requests",
}


@dataclass(frozen=True, slots=True)
class Me:
    name: str
    office_label: str


@dataclass(frozen=True, slots=True)
class RailItem:
    href: str
    label: str
    icon: str
    current: bool


def dress(app: Flask, credentials_in_each_request: Iterable[Blueprint]) -> None:
    """Language, forgery protection and the values that every template needs.

    Where a phone or program carries credentials in each request, no cookie can be abused.
    """
    app.config.update(
        BABEL_DEFAULT_LOCALE="vi",
        BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh",
        WTF_CSRF_TIME_LIMIT=None,
    )
    Babel(app, locale_selector=language)
    exempt = list(credentials_in_each_request)
    # Before the protection reads a form to find its token.
    app.before_request(_bound([each.name for each in exempt]))
    csrf = CSRFProtect(app)
    for blueprint in exempt:
        csrf.exempt(blueprint)
    app.register_error_handler(CSRFError, _expired)
    app.jinja_env.globals["asset"] = asset
    app.context_processor(_shell)
    app.after_request(_not_kept)


def _bound(elsewhere: Iterable[str]) -> Callable[[], None]:
    """A form is read whole, before anybody is asked who sends it: it brings no more than a page
    asks for, of who is not signed in no more than theirs. ``elsewhere`` that is asked first."""
    not_ours = frozenset(elsewhere)

    def bound() -> None:
        brings_something = request.method not in ("GET", "HEAD")
        if not brings_something or request.blueprint in not_ours:
            return
        if SESSION_TOKEN not in session:
            request.max_content_length = _MOST_OF_A_STRANGER
        elif request.blueprint != _RECORDS:
            request.max_content_length = min(
                parts.HANDED_IN, request.max_content_length or parts.HANDED_IN
            )

    return bound


def _not_kept(response: Response) -> Response:
    """A page about people is asked for anew each time: whoever signs out leaves nothing readable
    behind in a shared browser."""
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def language() -> str:
    """What the reader chose, else what the account says, else Vietnamese."""
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    caller: Actor | None = g.get("actor")
    return caller.language if caller and caller.language in LANGUAGES else "vi"


def to_person(error: errors.CauNoiError, status: int, incident: str) -> Response:
    """An error as a page, or the way to the sign-in page."""
    if isinstance(error, errors.NotSignedIn):
        back = request.full_path.rstrip("?") if request.method == "GET" else ""
        location = url_for("sign_in.form", next=back or None)
        return Response(status=303, headers={"Location": location})
    if isinstance(error, errors.PasswordToChange):
        return Response(status=303, headers={"Location": url_for("account.password")})
    if isinstance(error, SecondFactorToSet):
        return Response(status=303, headers={"Location": url_for("second_factor.page")})
    if isinstance(error, TakesTwo):  # only lists of records offer so much
        return Response(status=303, headers={"Location": approval_ask.way_to_ask()})
    safe = gettext("Nothing was lost.") if status >= 500 else ""
    if isinstance(error, errors.Forbidden) and request.path == "/" and (home := _home()):
        return Response(status=303, headers={"Location": home})
    page = render_template(
        "pages/error.html",
        title=error.words(language()),
        safe=safe,
        advice=_advice(error, status),
        incident=incident,
        home_href="" if isinstance(error, CodeOver) else "/",  # who came by one has no way in
    )
    return Response(page, status)


def _home() -> str:
    """Where somebody begins who reads no records: the first page that they may open."""
    actor: Actor | None = g.get("actor")
    return next((each.href for each in _rail(actor)), "") if actor else ""


def _advice(error: errors.CauNoiError, status: int) -> str:
    if isinstance(error, errors.Forbidden) and (verb := g.get("wanted")):
        return _who_may(verb)
    if isinstance(error, RecordDeleted):
        return gettext("What is deleted is not brought back.")
    if status == 503:
        return gettext("Wait a few minutes, then load the page again.")
    if status in (403, 404):
        return gettext("Check the address, or ask whoever sent it to you.")
    return gettext("Go back and try once more.")


def _who_may(verb: Verb) -> str:
    """Whom to ask; of a verb that many have, who gives roles."""
    roles = [
        name for name, verbs in ROLES.items() if verb in verbs and name not in ROLES_WITHOUT_ACCOUNT
    ]
    if len(roles) > _MOST_ROLES:
        return gettext("Your role does not include it. Ask whoever looks after accounts.")
    listed = "; ".join(map(role_title, roles))
    return gettext("Whoever has one of these roles may: %(roles)s.", roles=listed)


def _expired(error: CSRFError) -> Response:
    """The form was open for longer than the session: nothing is wrong with the person."""
    expired = errors.NotUnderstood(
        why_vi="phiên làm việc đã hết, hãy tải lại trang rồi thử lại.",
        why_en="the session is over; load the page again and try once more.",
    )
    return to_person(expired, 400, "")


def _shell() -> dict[str, Any]:
    actor: Actor | None = g.get("actor")
    house = services()
    return {
        "language": language(),
        "centre": centre_name(),
        "me": _me(actor) if actor else None,
        "rail": _rail(actor) if actor else (),
        "sections": _sections(actor) if actor and _is_current(_ADMIN) else (),
        "printed_at": moment_words(house.clock()),
    }


def _me(actor: Actor) -> Me:
    # Without the database, an error page still stands.
    try:
        offices = services().shelf.offices()
    except errors.Unavailable:
        offices = {}
    office = offices.get(actor.office or "")
    return Me(actor.name, office.label if office else gettext("All offices"))


def _rail(actor: Actor) -> tuple[RailItem, ...]:
    """A phone's bottom bar has room for seven: the administration is one of them, wherever it
    begins for this person. Whose role opens none of them has the own account."""
    errands = _open_to(
        actor,
        ("/", gettext("Today"), "house-door", Verb.READ_RECORDS),
        ("/records", gettext("Records"), "inbox", Verb.READ_RECORDS),
        ("/lists", gettext("Registers"), "people", Verb.READ_RECORDS),
        ("/counts", gettext("Numbers"), "bar-chart", Verb.READ_COUNTS),
        ("/phones", gettext("Phones"), "phone", Verb.MANAGE_PHONES),
        ("/forms", gettext("Forms"), "file-earmark-text", Verb.PUBLISH_FORMS),
    )
    sections = _sections(actor)
    if not sections:
        account = RailItem(
            "/account", gettext("My account"), "person-circle", _is_current("/account")
        )
        return errands or (account,)
    administration = gettext("Administration")
    return (
        *errands,
        RailItem(sections[0].href, administration, "gear", _is_current(_ADMIN)),
    )


def _sections(actor: Actor) -> tuple[RailItem, ...]:
    """The pages of the administration."""
    return _open_to(
        actor,
        ("/admin/offices", gettext("Offices"), "diagram-3", Verb.MANAGE_OFFICES),
        ("/admin/people", gettext("People"), "person-badge", Verb.MANAGE_PEOPLE),
        ("/admin/audit", gettext("Access log"), "clock-history", Verb.READ_AUDIT),
        ("/admin/requests", gettext("Personal data"), "shield-exclamation", Verb.MANAGE_DUTIES),
    )


def _open_to(actor: Actor, *items: tuple[str, str, str, Verb]) -> tuple[RailItem, ...]:
    return tuple(
        RailItem(href, label, icon, _is_current(href))
        for href, label, icon, verb in items
        if may(actor, verb)
    )


def _is_current(href: str) -> bool:
    known = (_ELSEWHERE.get(each) for each in (request.endpoint or "", request.blueprint or ""))
    place = next(filter(None, known), request.path)
    return place == href or (href != "/" and place.startswith(f"{href}/"))


def asset(name: str) -> str:
    """The address of a built file; its name holds a hash of its content."""
    static = Path(__file__).parents[2] / "static"
    return f"/static/dist/{_manifest(static)[name]}"


@cache
def _manifest(static: Path) -> dict[str, str]:
    entries = json.loads((static / "dist" / "manifest.json").read_text())
    return {name: entry["file"] for name, entry in entries.items()}
