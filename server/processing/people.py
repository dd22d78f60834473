"""Phones and people: connected, named, ended."""

from __future__ import annotations

import uuid
from datetime import datetime

from server.access.credentials import (
    LEAST_PASSWORD,
    hash_password,
    hash_token,
    new_token,
    password_fits,
)
from server.access.verbs import PHONE, PHONE_ROLES, ROLES
from server.errors import NotUnderstood, OfficeUnknown, PhoneUnknown, WrongPassword
from server.model.offices import within
from server.model.people import Actor, ActorKind, Grant
from server.model.scope import EVERYWHERE, Scope
from server.processing.shelf import Shelf
from server.storage.stores import Stores

_LONGEST_NAME = 120


def connect_phone(
    stores: Stores,
    shelf: Shelf,
    scope: Scope,
    name: str,
    office: str,
    at: datetime,
    role: str = PHONE,
) -> tuple[Actor, str]:
    """A new phone of an office, and its token, which is shown once and never kept.

    Raises OfficeUnknown for an office out of scope, NotUnderstood for a missing name or a role that
    is none of a phone.
    """
    if role not in PHONE_ROLES:
        raise NotUnderstood(why_vi="không có vai trò này.", why_en="there is no such role.")
    phone = Actor(
        id=str(uuid.uuid4()),
        kind=ActorKind.PHONE,
        name=_name(name),
        grants=(Grant(role, office),),
        created_at=at,
    )
    token = new_token()
    stores.actors.add(phone, within=_within(shelf, scope, office), token_hash=hash_token(token))
    return phone, token


def disconnect_phone(stores: Stores, scope: Scope, phone_id: str, at: datetime) -> Actor:
    """Raises PhoneUnknown."""
    phone = stores.actors.revoke(scope, ActorKind.PHONE, phone_id, at)
    if phone is None:
        raise PhoneUnknown
    return phone


def add_person(
    stores: Stores,
    shelf: Shelf,
    scope: Scope,
    *,
    email: str,
    name: str,
    password: str,
    role: str,
    office: str,
    at: datetime,
    must_change: bool = True,
) -> Actor:
    """Somebody who signs in. Raises AlreadyThere, OfficeUnknown, NotUnderstood."""
    if role not in ROLES or role in PHONE_ROLES:
        raise NotUnderstood(why_vi="không có vai trò này.", why_en="there is no such role.")
    if "@" not in email:
        raise NotUnderstood(why_vi="thư điện tử chưa đúng.", why_en="that is no e-mail address.")
    check_password(password)
    person = Actor(
        id=str(uuid.uuid4()),
        kind=ActorKind.PERSON,
        name=_name(name),
        grants=(Grant(role, office),),
        email=email.strip().lower(),
        password_hash=hash_password(password),
        must_change=must_change,
        created_at=at,
    )
    stores.actors.add(person, within=_within(shelf, scope, office))
    return person


def change_password(stores: Stores, person: Actor, current: str, chosen: str) -> None:
    """Raises WrongPassword, or NotUnderstood for one that is too short. Ends all sessions."""
    if not password_fits(current, person.password_hash):
        raise WrongPassword
    check_password(chosen)
    if chosen == current:
        raise NotUnderstood(
            why_vi="mật khẩu mới phải khác mật khẩu cũ.",
            why_en="the new password must differ from the old one.",
        )
    stores.actors.set_password(person.id, hash_password(chosen))
    stores.sessions.end_all(person.id)


def check_password(password: str) -> None:
    """Raises NotUnderstood for one that is too short."""
    if len(password) < LEAST_PASSWORD:
        raise NotUnderstood(
            why_vi=f"mật khẩu cần ít nhất {LEAST_PASSWORD} ký tự.",
            why_en=f"a password needs at least {LEAST_PASSWORD} characters.",
        )


def _within(shelf: Shelf, scope: Scope, office: str) -> tuple[str, ...]:
    offices = shelf.offices()
    chain = within(office, offices)
    if (office != EVERYWHERE and office not in offices) or not scope.sees_office(chain):
        raise OfficeUnknown(code=office)
    return chain


def _name(name: str) -> str:
    bare = " ".join(name.split())
    if not bare or len(bare) > _LONGEST_NAME:
        raise NotUnderstood(
            why_vi=f"hãy ghi tên, tối đa {_LONGEST_NAME} ký tự.",
            why_en=f"give a name of at most {_LONGEST_NAME} characters.",
        )
    return bare
