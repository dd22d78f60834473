"""Who signs in, and inviting somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.granting import may_give
from server.access.verbs import ROLES, Verb
from server.errors import AlreadyThere, CauNoiError, NotUnderstood, OfficeUnclear, OfficeUnknown
from server.errors.sign_in import RoleNotGiven
from server.model.audit import Act
from server.model.links import LinkKind
from server.model.people import Actor, ActorKind, ActorList, Grant
from server.model.scope import EVERYWHERE
from server.processing.accounts.people import is_email
from server.processing.accounts.staff import invite
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.accounts.actor_pages import ActorPage, actor_page
from server.routes.pages.accounts.letters import SentLink, send_link
from server.routes.pages.accounts.role_words import grants_words, role_title
from server.routes.pages.offices.office_choice import (
    OfficeBox,
    office_box,
    office_given,
    standing_units,
)
from server.routes.pages.records.asked import Option
from server.routes.pages.words import (
    ago,
    gettext,
    moment_words,
    ngettext,
    number,
    wrong_words,
)

blueprint = Blueprint("people", __name__)


@dataclass(frozen=True, slots=True)
class PersonRow:
    href: str
    name: str
    email: str
    grants: tuple[str, ...]
    last: str
    last_title: str
    state: str


@dataclass(frozen=True, slots=True)
class Invite:
    action: str
    email: str
    name: str
    role: str
    roles: tuple[Option, ...]
    offices: OfficeBox
    email_problem: str
    name_problem: str
    role_problem: str
    office_problem: str


@blueprint.get("/admin/people")
@allow(Verb.MANAGE_PEOPLE, by=By.SESSION)
def people(caller: Caller) -> ResponseReturnValue:
    return _page(caller)


@blueprint.route("/admin/people/find", methods=["GET", "POST"])
@allow(Verb.MANAGE_PEOPLE, by=By.SESSION, act=Act.LISTED)
def find(caller: Caller) -> ResponseReturnValue:
    return _page(caller)


@blueprint.post("/admin/people")
@allow(Verb.MANAGE_PEOPLE, by=By.SESSION)
def add(caller: Caller) -> ResponseReturnValue:
    """The answer shows the link, once: it is on no page with an address of its own."""
    house = services()
    try:
        person, token = invite(
            house.stores,
            house.shelf,
            caller.actor,
            email=request.form.get("email", ""),
            name=request.form.get("name", ""),
            grant=Grant(
                request.form.get("role", ""), office_given(standing_units(caller), request.form)
            ),
            at=house.clock(),
        )
    except (AlreadyThere, NotUnderstood, OfficeUnclear, OfficeUnknown, RoleNotGiven) as refused:
        return _page(caller, refused=refused), status_of(refused)
    return _page(caller, sent=send_link(person, token, LinkKind.INVITATION))


def state_of(person: Actor) -> str:
    if not person.active:
        return "leaving" if person.leaving else "ended"
    return "active" if person.password_hash else "invited"


def where_box(caller: Caller, given: Mapping[str, str]) -> OfficeBox:
    """The widest last, so that nobody gives it unthinkingly."""
    every = (Option(EVERYWHERE, gettext("All offices")),) if caller.scope.everywhere else ()
    return office_box(standing_units(caller), given, last=every)


def role_options(caller: Caller) -> tuple[Option, ...]:
    """Those that the caller may give somewhere, those that may little first."""
    offices = services().shelf.offices()
    wheres = caller.scope.offices
    given = [
        role
        for role in sorted(ROLES, key=lambda each: len(ROLES[each]))
        if any(may_give(caller.actor, Grant(role, where), offices) for where in wheres)
    ]
    return tuple(Option(role, role_title(role)) for role in given)


def _page(
    caller: Caller, *, sent: SentLink | None = None, refused: CauNoiError | None = None
) -> str:
    its = actor_page(caller, ActorKind.PERSON, "people.people", "people.find", by_office=False)
    gone = services().stores.actors.count(caller.scope, ActorList(ActorKind.PERSON, ended=True))
    return render_template(
        "pages/people.html",
        title=_title(caller, its),
        alarm=_alarm(caller),
        sent=sent,
        its=its,
        rows=tuple(map(_row, its.actors)),
        gone=number(gone) if gone else "",
        invite=_invite(caller, refused),
    )


def _title(caller: Caller, its: ActorPage) -> str:
    actors, scope = services().stores.actors, caller.scope
    if its.find.words:
        return ngettext(
            "%(count)s person found for “%(words)s”",
            "%(count)s people found for “%(words)s”",
            actors.count(scope, its.listed),
            words=its.find.words,
        )
    if its.listed.ended:
        return ngettext(
            "%(count)s person's access has ended",
            "%(count)s people's access has ended",
            actors.count(scope, its.listed),
        )
    title = ngettext(
        "%(count)s person has an account",
        "%(count)s people have accounts",
        actors.count_active(scope),
    )
    waiting = actors.count_invited(scope)
    if not waiting:
        return title
    words = ngettext(
        "%(count)s has not answered the invitation",
        "%(count)s have not answered the invitation",
        waiting,
    )
    return f"{title}, {words}"


def _alarm(caller: Caller) -> str:
    """For who answers for the whole house."""
    worst = services().guesses.alarm() if caller.scope.everywhere else 0
    if not worst:
        return ""
    return gettext(
        "Somebody may be guessing passwords: %(count)s failed sign-ins within one hour of the last "
        "day. Accounts make guessers wait by themselves.",
        count=number(worst),
    )


def _row(person: Actor) -> PersonRow:
    seen = person.last_seen_at
    return PersonRow(
        href=url_for("person.person", person_id=person.id),
        name=person.name,
        email=person.email or "",
        grants=grants_words(person),
        last=ago(seen, services().clock()) if seen else "",
        last_title=moment_words(seen) if seen else "",
        state=state_of(person),
    )


def _invite(caller: Caller, refused: CauNoiError | None) -> Invite:
    words = wrong_words(refused) if refused else ""
    is_about_office = isinstance(refused, OfficeUnclear | OfficeUnknown)
    is_about_role = isinstance(refused, RoleNotGiven)
    is_about_name = isinstance(refused, NotUnderstood) and is_email(request.form.get("email", ""))

    def typed(name: str) -> str:
        return request.form.get(name, "") if refused else ""

    return Invite(
        action=url_for("people.add"),
        email=typed("email"),
        name=typed("name"),
        role=typed("role"),
        roles=role_options(caller),
        offices=where_box(caller, request.form if refused else {}),
        email_problem="" if is_about_role or is_about_office or is_about_name else words,
        name_problem=words if is_about_name else "",
        role_problem=words if is_about_role else "",
        office_problem=words if is_about_office else "",
    )
