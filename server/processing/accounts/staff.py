"""Those who sign in: invited, given roles, let go. ``by`` is who does it, and ``scope`` where they
manage people."""

from __future__ import annotations

import uuid
from datetime import datetime

from server.access.credentials import hash_password, hash_token, new_token
from server.access.granting import may_give, may_manage
from server.errors import Forbidden, OfficeUnknown, PersonUnknown
from server.errors.sign_in import LastRole, LinkOver, RoleNotGiven, RolesChanged
from server.model.links import Link, LinkKind
from server.model.offices import chains_of
from server.model.people import Actor, ActorKind, Grant
from server.model.scope import EVERYWHERE, Scope
from server.processing.accounts.people import (
    check_email,
    check_password,
    person_name,
    refuse_closed,
)
from server.processing.forms.shelf import Shelf
from server.storage.stores import Stores


def find_person(stores: Stores, scope: Scope, person_id: str) -> Actor:
    """Raises PersonUnknown."""
    person = stores.actors.in_scope(scope, ActorKind.PERSON, person_id)
    if person is None:
        raise PersonUnknown
    return person


def managed(stores: Stores, shelf: Shelf, by: Actor, scope: Scope, person_id: str) -> Actor:
    """Somebody whom ``by`` may change. Raises PersonUnknown, and Forbidden for who may do more."""
    person = find_person(stores, scope, person_id)
    if not may_manage(by, person, shelf.offices()):
        raise Forbidden
    return person


def invite(
    stores: Stores, shelf: Shelf, by: Actor, *, email: str, name: str, grant: Grant, at: datetime
) -> tuple[Actor, str]:
    """An account without a password, and the token of the link by which its owner chooses one.

    Raises AlreadyThere, NotUnderstood, OfficeUnknown, OfficeClosed and RoleNotGiven.
    """
    person = Actor(
        id=str(uuid.uuid4()),
        kind=ActorKind.PERSON,
        name=person_name(name),
        grants=(grant,),
        email=check_email(email),
        created_at=at,
    )
    _refuse_more_than_one_has(shelf, by, grant, at)
    stores.actors.add(person, within=chains_of(person.offices, shelf.offices()))
    return person, make_link(stores, person, at, by)


def make_link(stores: Stores, person: Actor, at: datetime, by: Actor | None = None) -> str:
    """The token of a new link; earlier ones end. The password in use goes on until it is used.
    ``by`` is None for the operator."""
    return _link(stores, person, link_kind(person), at, by)


def _link(stores: Stores, person: Actor, kind: LinkKind, at: datetime, by: Actor | None) -> str:
    token, link = new_token(), Link(person.id, by.id if by else "")
    stores.links.make(hash_token(token), link, kind, at + kind.lasts)
    return token


def link_kind(person: Actor) -> LinkKind:
    return LinkKind.RESET if person.password_hash else LinkKind.INVITATION


def link_holder(stores: Stores, token: str, at: datetime) -> Actor:
    """Looking does not use it: programs that read mail look too. Raises LinkOver."""
    link = stores.links.find(hash_token(token), at)
    person = stores.actors.by_id(link.actor) if link else None
    if link is None or person is None or not person.active or not _stands(stores, link, person):
        raise LinkOver
    return person


def _stands(stores: Stores, link: Link, person: Actor) -> bool:
    """Whoever made a link has seen it, and could open the account by it: so not when they are gone,
    or the account has come to open more than they may."""
    if not link.by:
        return True
    maker = stores.actors.by_id(link.by)
    return maker is not None and may_manage(maker, person, stores.offices.tree())


def use_link(stores: Stores, token: str, chosen: str, at: datetime) -> Actor:
    """Sets the password, and ends all sessions and tokens. A second factor stays.

    Raises LinkOver, and NotUnderstood for a password that is too short.
    """
    person = link_holder(stores, token, at)
    check_password(chosen, (person.name, person.email or ""))
    _use(stores, token, person, chosen, by_link=at)
    return person


def open_account(stores: Stores, token: str, person: Actor, at: datetime) -> None:
    """By their own link, for somebody whom another house knows: under a password that nobody knows,
    so that the account is like any other, and a new link sets one. Raises LinkOver."""
    if link_holder(stores, token, at).id != person.id:
        raise LinkOver
    _use(stores, token, person, new_token())


def _use(
    stores: Stores, token: str, person: Actor, password: str, by_link: datetime | None = None
) -> None:
    hashed = hash_password(password)
    if not stores.links.use(hash_token(token)):
        raise LinkOver
    stores.actors.set_password(person.id, hashed, by_link)
    stores.sessions.end_all(person.id)


def give_role(
    stores: Stores, shelf: Shelf, by: Actor, person: Actor, grant: Grant, at: datetime
) -> None:
    """Raises OfficeUnknown, OfficeClosed, RoleNotGiven and RolesChanged."""
    _refuse_more_than_one_has(shelf, by, grant, at)
    if grant not in person.grants:
        _set_grants(stores, shelf, person, (*person.grants, grant))


def take_role(stores: Stores, shelf: Shelf, person: Actor, grant: Grant) -> None:
    """Raises LastRole, since who shall do nothing any more is let go, and RolesChanged."""
    left = tuple(each for each in person.grants if each != grant)
    if not left:
        raise LastRole
    _set_grants(stores, shelf, person, left)


def let_in_again(stores: Stores, person: Actor, at: datetime, by: Actor | None = None) -> str:
    """Somebody who comes back, under a new password: the token of a link."""
    # One that was being opened while access ended must not open anything now.
    stores.sessions.end_all(person.id)
    stores.actors.reopen(person.id)
    return _link(stores, person, LinkKind.INVITATION, at, by)


def _set_grants(stores: Stores, shelf: Shelf, person: Actor, grants: tuple[Grant, ...]) -> None:
    chains = chains_of([each.office for each in grants], shelf.offices())
    if not stores.actors.set_grants(person, grants, within=chains):
        raise RolesChanged


def _refuse_more_than_one_has(shelf: Shelf, by: Actor, grant: Grant, at: datetime) -> None:
    """Or what nobody has any more."""
    offices = shelf.offices()
    if grant.office != EVERYWHERE and grant.office not in offices:
        raise OfficeUnknown(code=grant.office)
    if not may_give(by, grant, offices):
        raise RoleNotGiven
    refuse_closed(shelf, grant.office, at)
