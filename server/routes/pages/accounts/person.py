"""One person's account, for who manages people: roles, links, sessions, the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.granting import may_manage
from server.access.verbs import Verb
from server.errors import CauNoiError, OfficeUnclear, OfficeUnknown
from server.errors.sign_in import LastRole, RoleNotGiven, RolesChanged, SessionUnknown
from server.model.links import LinkKind
from server.model.people import Actor, Grant
from server.model.sessions import SessionKind
from server.processing.accounts.leaving import end_access, open_work, phones_by, sources
from server.processing.accounts.second_factor import turn_off
from server.processing.accounts.staff import (
    find_person,
    give_role,
    let_in_again,
    link_kind,
    make_link,
    managed,
    take_role,
)
from server.processing.forms.drafts import end_links
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.dialects import status_of
from server.routes.pages.accounts.letters import SentLink, send_link
from server.routes.pages.accounts.people import role_options, state_of, where_box
from server.routes.pages.accounts.role_words import grant_words, office_title
from server.routes.pages.accounts.session_rows import session_rows
from server.routes.pages.offices.office_choice import office_given, standing_units
from server.routes.pages.words import ago, gettext, moment_words, ngettext, wrong_words
from server.services import PROJECT

blueprint = Blueprint("person", __name__)

_KINDS = (SessionKind.PAGES, SessionKind.PROGRAM, SessionKind.TOKEN)


@dataclass(frozen=True, slots=True)
class Given:
    """A role somebody has. ``is_last`` cannot be taken alone."""

    words: str
    role: str
    office: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A phone whose code they may have."""

    href: str
    name: str
    office: str


@blueprint.get("/admin/people/<seg:person_id>")
@allow(Verb.MANAGE_PEOPLE, by=By.SESSION)
def person(caller: Caller, person_id: str) -> ResponseReturnValue:
    return _page(caller, find_person(services().stores, caller.scope, person_id))


@blueprint.post("/admin/people/<seg:person_id>/link")
@allow(Verb.MANAGE_PEOPLE, by=By.SESSION)
def link(caller: Caller, person_id: str) -> ResponseReturnValue:
    """To choose a password, for who was invited or has forgotten it; shown once."""
    whom, house = _managed(caller, person_id), services()
    token = make_link(house.stores, whom, house.clock(), caller.actor)
    return _page(caller, whom, sent=send_link(whom, token, link_kind(whom)))


@blueprint.post("/admin/people/<seg:person_id>/roles")
@allow(Verb.MANAGE_PEOPLE, by=By.SESSION)
def give(caller: Caller, person_id: str) -> ResponseReturnValue:
    whom, house = _managed(caller, person_id), services()
    try:
        where = office_given(standing_units(caller), request.form)
        grant = Grant(request.form.get("role", ""), where)
        give_role(house.stores, house.shelf, caller.actor, whom, grant, house.clock())
    except (OfficeUnclear, OfficeUnknown, RoleNotGiven, RolesChanged) as refused:
        return _as_it_is(caller, whom, refused)
    return _back(whom, gettext("The role is given."))


@blueprint.post("/admin/people/<seg:person_id>/roles/take")
@allow(Verb.MANAGE_PEOPLE, by=By.SESSION)
def take(caller: Caller, person_id: str) -> ResponseReturnValue:
    whom, house = _managed(caller, person_id), services()
    try:
        grant = Grant(request.form.get("role", ""), request.form.get("office", ""))
        take_role(house.stores, house.shelf, whom, grant)
    except (LastRole, RolesChanged) as refused:
        return _as_it_is(caller, whom, refused)
    end_links(house.stores, PROJECT, whom)
    return _back(whom, gettext("The role is taken back."))


@blueprint.post("/admin/people/<seg:person_id>/sessions/<seg:session_id>/end")
@allow(Verb.MANAGE_PEOPLE, by=By.SESSION)
def end_session(caller: Caller, person_id: str, session_id: str) -> ResponseReturnValue:
    whom = _managed(caller, person_id)
    if not services().stores.sessions.end_one(whom.id, session_id):
        raise SessionUnknown
    return _back(whom, gettext("Ended. Whoever used it is signed out."))


@blueprint.post("/admin/people/<seg:person_id>/second-factor/remove")
@allow(Verb.MANAGE_PEOPLE, by=By.SESSION)
def remove_second_factor(caller: Caller, person_id: str) -> ResponseReturnValue:
    """For who has lost both phone and recovery codes."""
    whom = _managed(caller, person_id)
    turn_off(services().stores, whom)
    return _back(whom, gettext("The second factor is removed."))


@blueprint.post("/admin/people/<seg:person_id>/end")
@allow(Verb.MANAGE_PEOPLE, by=By.SESSION)
def end(caller: Caller, person_id: str) -> ResponseReturnValue:
    whom, house = _managed(caller, person_id), services()
    work = sources(house.stores, house.shelf, house.registers, PROJECT)
    ended = end_access(house.stores, PROJECT, work, whom, house.clock())
    house.door.forget(whom.id)
    if ended.codes:
        flash(_ended_codes(ended.codes), "done")
    if ended.leaves_work:
        return redirect(url_for("hand_over.page", person_id=whom.id), 303)
    return _back(whom, gettext("%(name)s is signed out and can no longer sign in.", name=whom.name))


@blueprint.post("/admin/people/<seg:person_id>/reopen")
@allow(Verb.MANAGE_PEOPLE, by=By.SESSION)
def reopen(caller: Caller, person_id: str) -> ResponseReturnValue:
    whom, house = _managed(caller, person_id), services()
    token = let_in_again(house.stores, whom, house.clock(), caller.actor)
    again = find_person(house.stores, caller.scope, person_id)
    return _page(caller, again, sent=send_link(again, token, LinkKind.INVITATION))


def _managed(caller: Caller, person_id: str) -> Actor:
    house = services()
    return managed(house.stores, house.shelf, caller.actor, caller.scope, person_id)


def _back(whom: Actor, words: str) -> ResponseReturnValue:
    flash(words, "done")
    return redirect(url_for("person.person", person_id=whom.id), 303)


def _as_it_is(caller: Caller, whom: Actor, refused: CauNoiError) -> ResponseReturnValue:
    """With the roles of now: somebody else may just have changed them."""
    now = find_person(services().stores, caller.scope, whom.id)
    return _page(caller, now, refused=refused), status_of(refused)


def _page(
    caller: Caller,
    whom: Actor,
    *,
    sent: SentLink | None = None,
    refused: CauNoiError | None = None,
) -> str:
    house = services()
    may_change = may_manage(caller.actor, whom, house.shelf.offices())
    given, words = (request.form, wrong_words(refused)) if refused else ({}, "")
    is_about_office = isinstance(refused, OfficeUnclear | OfficeUnknown)
    seen = whom.last_seen_at
    return render_template(
        "pages/person.html",
        title=whom.name,
        back_href=url_for("people.people"),
        email=whom.email or "",
        state=state_of(whom),
        is_me=whom.id == caller.actor.id,
        account_href=url_for("account.overview"),
        hand_over_href=url_for("hand_over.page", person_id=whom.id),
        work=_work(whom) if may_change else "",
        may_change=may_change,
        last=ago(seen, house.clock()) if seen else "",
        last_title=moment_words(seen) if seen else "",
        ended=moment_words(whom.revoked_at) if whom.revoked_at else "",
        has_second_factor=whom.second_factor is not None,
        sent=sent,
        grants=_grants(whom),
        roles=role_options(caller),
        role=given.get("role", ""),
        offices=where_box(caller, given),
        role_problem="" if is_about_office else words,
        office_problem=words if is_about_office else "",
        sessions=session_rows(whom, _KINDS, _end_href(whom)) if may_change else (),
        phones=_phones(caller, whom) if not whom.active and may_change else (),
        act=lambda name: url_for(f"person.{name}", person_id=whom.id),
    )


def _work(whom: Actor) -> str:
    house = services()
    count = len(open_work(sources(house.stores, house.shelf, house.registers, PROJECT), whom))
    if not count:
        return ""
    return ngettext("%(count)s task is theirs", "%(count)s tasks are theirs", count)


def _ended_codes(count: int) -> str:
    return ngettext(
        "%(count)s code for a phone that was never used has ended too.",
        "%(count)s codes for phones that were never used have ended too.",
        count,
    )


def _phones(caller: Caller, whom: Actor) -> tuple[Held, ...]:
    """Connected by a code that whoever left may have kept, as far as the reader knows phones."""
    house, scope = services(), scope_beside(caller, Verb.MANAGE_PHONES)
    known = {each.id for each in house.stores.actors.phones(scope)}
    return tuple(
        Held(url_for("phone.phone", phone_id=each.id), each.name, office_title(each.office or ""))
        for each in phones_by(house.stores, whom)
        if each.id in known
    )


def _grants(whom: Actor) -> tuple[Given, ...]:
    is_last = len(whom.grants) == 1
    return tuple(Given(grant_words(g), g.role, g.office, is_last) for g in whom.grants)


def _end_href(whom: Actor) -> Callable[[str], str]:
    return lambda each: url_for("person.end_session", person_id=whom.id, session_id=each)
