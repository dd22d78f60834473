"""Who is connected; connecting a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.granting import carried, phone_grant
from server.access.verbs import PHONE_ROLES, Verb
from server.errors import NotUnderstood, OfficeUnclear, OfficeUnknown
from server.errors.sign_in import RoleNotGiven
from server.model.alphabet import alphabetical
from server.model.audit import Act
from server.model.offices import name_of
from server.model.people import Actor, ActorKind, ActorList
from server.model.scope import Reach
from server.processing.accounts.feedback import given_by_code
from server.processing.accounts.people import connect_phone, usual_phone_role
from server.processing.forms.shelf import OnHand
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.accounts.actor_pages import ActorPage, actor_page
from server.routes.pages.accounts.connecting import Connected, connected
from server.routes.pages.accounts.reach import warn_if_out_of_reach
from server.routes.pages.accounts.role_words import phone_role_words, role_title
from server.routes.pages.offices.office_choice import (
    OfficeBox,
    office_box,
    office_given,
    standing_units,
)
from server.routes.pages.words import ago, gettext, moment_words, ngettext, number, wrong_words
from server.services import PROJECT

blueprint = Blueprint("phones", __name__)

SILENT_DAYS = 7

Refused = NotUnderstood | OfficeUnclear | OfficeUnknown | RoleNotGiven


@dataclass(frozen=True, slots=True)
class Phone:
    href: str
    name: str
    office: str
    role: str
    last: str
    last_title: str
    app: str
    state: str


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """``forms`` says in words what comes with it."""

    value: str
    label: str
    forms: str


@dataclass(frozen=True, slots=True)
class Create:
    action: str
    name: str
    role: str
    offices: OfficeBox
    roles: tuple[RoleChoice, ...]
    name_problem: str
    office_problem: str
    role_problem: str


@blueprint.get("/phones")
@allow(Verb.MANAGE_PHONES, by=By.SESSION)
def phones(caller: Caller) -> ResponseReturnValue:
    return _page(caller)


@blueprint.route("/phones/find", methods=["GET", "POST"])
@allow(Verb.MANAGE_PHONES, by=By.SESSION, act=Act.LISTED)
def find(caller: Caller) -> ResponseReturnValue:
    return _page(caller)


@blueprint.post("/phones")
@allow(Verb.MANAGE_PHONES, by=By.SESSION)
def connect(caller: Caller) -> ResponseReturnValue:
    """The answer shows the code, once: it is on no page with an address of its own."""
    house = services()
    name = request.form.get("name", "")
    try:
        phone, token = connect_phone(
            house.stores,
            house.shelf,
            caller.scope,
            name,
            office_given(standing_units(caller), request.form),
            house.clock(),
            request.form.get("role") or usual_phone_role(house.shelf.published(PROJECT)),
            by=caller.actor,
        )
    except (NotUnderstood, OfficeUnclear, OfficeUnknown, RoleNotGiven) as refused:
        return _page(caller, refused=refused), status_of(refused)
    return _page(caller, connected(phone, token))


def state_of(phone: Actor) -> str:
    if not phone.active:
        return "revoked"
    return "connected" if phone.last_seen_at else "new"


def _page(
    caller: Caller,
    connected: Connected | None = None,
    refused: Refused | None = None,
) -> str:
    warn_if_out_of_reach()
    its = actor_page(caller, ActorKind.PHONE, "phones.phones", "phones.find", by_office=True)
    ended = services().stores.actors.count(caller.scope, ActorList(ActorKind.PHONE, ended=True))
    return render_template(
        "pages/phones.html",
        title=_title(caller, its),
        connected=connected,
        its=its,
        rows=tuple(map(_phone, its.actors)),
        ended=number(ended) if ended else "",
        create=_create(caller, refused),
        given_by_code=_given_by_code(caller),
    )


def _given_by_code(caller: Caller) -> tuple[Link, ...]:
    """Forms that people without a phone of the house send by a code."""
    given = given_by_code(services().shelf, PROJECT, caller.scope)
    return tuple(
        Link(
            url_for("feedback_codes.codes", form_id=each.entry.key.form_id),
            gettext("Codes for “%(form)s”", form=each.version.title),
        )
        for each in given
    )


def _title(caller: Caller, its: ActorPage) -> str:
    actors = services().stores.actors
    count = actors.count(caller.scope, its.listed)
    if its.find.words:
        return ngettext(
            "%(count)s phone found for “%(words)s”",
            "%(count)s phones found for “%(words)s”",
            count,
            words=its.find.words,
        )
    if its.listed.ended:
        return ngettext("%(count)s disconnected phone", "%(count)s disconnected phones", count)
    title = ngettext("%(count)s phone is connected", "%(count)s phones are connected", count)
    early = services().clock() - timedelta(days=SILENT_DAYS)
    silent = actors.count_silent(caller.scope, early)
    if not silent:
        return title
    words = gettext(
        "%(count)s silent for more than %(days)s days", count=number(silent), days=SILENT_DAYS
    )
    return f"{title}, {words}"


def _phone(phone: Actor) -> Phone:
    house = services()
    seen = phone.last_seen_at
    return Phone(
        href=url_for("phone.phone", phone_id=phone.id),
        name=phone.name,
        office=name_of(phone.office, house.shelf.offices()),
        role=phone_role_words(phone),
        last=ago(seen, house.clock()) if seen else "",
        last_title=moment_words(seen) if seen else "",
        app=phone.app,
        state=state_of(phone),
    )


def _create(caller: Caller, refused: Refused | None) -> Create | None:
    """None for who may connect none: nobody connects a phone that gets more than they read."""
    house = services()
    published = house.shelf.published(PROJECT)
    roles = _roles(caller, published)
    if not roles:
        return None
    words = wrong_words(refused) if refused else ""
    typed = request.form if refused else {}
    usual = usual_phone_role(published)
    first = usual if usual in {each.value for each in roles} else roles[0].value
    return Create(
        action=url_for("phones.connect"),
        name=typed.get("name", ""),
        role=typed.get("role", first),
        offices=office_box(standing_units(caller), typed),
        roles=roles,
        name_problem=words if isinstance(refused, NotUnderstood) else "",
        office_problem=words if isinstance(refused, OfficeUnclear | OfficeUnknown) else "",
        role_problem=words if isinstance(refused, RoleNotGiven) else "",
    )


def _roles(caller: Caller, published: Sequence[OnHand]) -> tuple[RoleChoice, ...]:
    """Those that the caller may give somewhere, those with few forms first."""
    offices = services().shelf.offices()
    found = []
    for role in reversed(PHONE_ROLES):
        given = [
            phone_grant(caller.actor, role, each, offices) for each in sorted(caller.scope.offices)
        ]
        reaches = [each for grant in given if grant for each in carried(grant).reaches]
        if reaches:
            found.append(RoleChoice(role, role_title(role), _forms_words(reaches, published)))
    return tuple(found)


def _forms_words(reaches: Sequence[Reach], published: Sequence[OnHand]) -> str:
    if any(each.forms is None for each in reaches):
        return gettext("All forms, with all that is in their registers.")
    titles = [
        each.version.title
        for each in published
        if any(reach.covers(each.entry.key.form_id) for reach in reaches)
    ]
    if not titles:
        return gettext("None of the forms that are here.")
    return gettext("Gets: %(forms)s.", forms=", ".join(sorted(titles, key=alphabetical)))
