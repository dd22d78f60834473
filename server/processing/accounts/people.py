"""Phones and people: connected, named, ended."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import datetime

from server.access.credentials import (
    LEAST_PASSWORD,
    hash_password,
    hash_token,
    new_token,
)
from server.access.granting import may_renew, phone_grant
from server.access.guessable import is_guessable
from server.access.verbs import (
    COLLABORATOR,
    PHONE,
    PHONE_ROLES,
    ROLES,
    ROLES_WITHOUT_ACCOUNT,
    TABLE,
)
from server.errors import NotUnderstood, PhoneUnknown
from server.errors.sign_in import OfficeClosed, PhoneEnded, RoleNotGiven
from server.model.calendar import day_of
from server.model.people import Actor, ActorKind, Grant
from server.model.scope import Scope
from server.processing.filled_in import chosen_office
from server.processing.forms.shelf import OnHand, Shelf
from server.storage.stores import Stores

_LONGEST_NAME = 120
# What a letter can be sent to; whether somebody reads it there, only a letter shows.
_ADDRESS = re.compile(r"[^@\s<>()\[\],;:\\\"]{1,64}@[^@\s<>()\[\],;:\\\"]{1,190}")


def connect_phone(
    stores: Stores,
    shelf: Shelf,
    scope: Scope,
    name: str,
    office: str,
    at: datetime,
    role: str = PHONE,
    by: Actor | None = None,
) -> tuple[Actor, str]:
    """A new phone of an office, and its token, which is shown once and never kept. Of what its role
    gives it gets no more than ``by`` read; None is the operator, who may all.

    Raises OfficeUnknown for an office out of scope, OfficeClosed for one that has ended,
    NotUnderstood for a missing name or a role that is none of a phone, RoleNotGiven where ``by``
    read nothing of it.
    """
    if role not in PHONE_ROLES:
        raise NotUnderstood(why_vi="không có vai trò này.", why_en="there is no such role.")
    named, token = _name(name), new_token()
    chain = chosen_office(office, shelf.offices(), scope)
    refuse_closed(shelf, office, at)
    grant = phone_grant(by, role, office, shelf.offices()) if by else Grant(role, office)
    if grant is None:
        raise RoleNotGiven
    phone = Actor(
        id=str(uuid.uuid4()),
        kind=ActorKind.PHONE,
        name=named,
        grants=(grant,),
        created_at=at,
        code_by=by.id if by else "",
        code_at=at,
    )
    stores.actors.add(phone, within=chain, token_hash=hash_token(token))
    return phone, token


def usual_phone_role(published: Iterable[OnHand]) -> str:
    """What is offered first: a collaborator's, in a house that has any of those forms."""
    here = {each.entry.key.form_id for each in published}
    forms = (each.forms or here for each in TABLE[COLLABORATOR].powers)
    return COLLABORATOR if any(not here.isdisjoint(each) for each in forms) else PHONE


def renew_phone(
    stores: Stores, shelf: Shelf, by: Actor, scope: Scope, phone_id: str, at: datetime
) -> tuple[Actor, str]:
    """The phone and its new token, shown once; the one before ends. Raises PhoneUnknown, PhoneEnded
    for one whose connection was ended meanwhile, OfficeClosed, and RoleNotGiven for a phone that
    carries more than ``by`` read."""
    phone, token = _phone_to_renew(stores, shelf, by, scope, phone_id, at), new_token()
    if not stores.actors.set_token(phone_id, hash_token(token), by.id, at):
        raise PhoneEnded
    return phone, token


def connect_again(
    stores: Stores, shelf: Shelf, by: Actor, scope: Scope, phone_id: str, at: datetime
) -> tuple[Actor, str]:
    """A phone whose connection was ended, under a new token. Raises PhoneUnknown, OfficeClosed, and
    RoleNotGiven like ``renew_phone``."""
    phone, token = _phone_to_renew(stores, shelf, by, scope, phone_id, at), new_token()
    stores.actors.connect_again(phone_id, hash_token(token), by.id, at)
    return phone, token


def _phone_to_renew(
    stores: Stores, shelf: Shelf, by: Actor, scope: Scope, phone_id: str, at: datetime
) -> Actor:
    phone = find_phone(stores, scope, phone_id)
    refuse_closed(shelf, phone.office, at)
    if not may_renew(by, phone, shelf.offices()):
        raise RoleNotGiven
    return phone


def find_phone(stores: Stores, scope: Scope, phone_id: str) -> Actor:
    """Raises PhoneUnknown."""
    phone = stores.actors.in_scope(scope, ActorKind.PHONE, phone_id)
    if phone is None:
        raise PhoneUnknown
    return phone


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
    """Somebody who signs in. Raises AlreadyThere, OfficeUnknown, OfficeClosed, NotUnderstood."""
    if role not in ROLES or role in ROLES_WITHOUT_ACCOUNT:
        raise NotUnderstood(why_vi="không có vai trò này.", why_en="there is no such role.")
    address = check_email(email)
    check_password(password, (name, address))
    person = Actor(
        id=str(uuid.uuid4()),
        kind=ActorKind.PERSON,
        name=_name(name),
        grants=(Grant(role, office),),
        email=address,
        password_hash=hash_password(password),
        must_change=must_change,
        created_at=at,
    )
    chain = chosen_office(office, shelf.offices(), scope)
    refuse_closed(shelf, office, at)
    stores.actors.add(person, within=chain)
    return person


def change_password(stores: Stores, person: Actor, current: str, chosen: str) -> None:
    """``current`` has been checked. Raises NotUnderstood for one that is too short. Ends all
    sessions, tokens and links."""
    check_password(chosen, (person.name, person.email or ""))
    if chosen == current:
        raise NotUnderstood(
            why_vi="mật khẩu mới phải khác mật khẩu cũ.",
            why_en="the new password must differ from the old one.",
        )
    stores.actors.set_password(person.id, hash_password(chosen))
    stores.sessions.end_all(person.id)
    stores.links.end_all(person.id)


def check_email(typed: str) -> str:
    """As it is kept: in small letters. Raises NotUnderstood."""
    if not is_email(typed):
        raise NotUnderstood(why_vi="thư điện tử chưa đúng.", why_en="that is no e-mail address.")
    return typed.strip().lower()


def is_email(typed: str) -> bool:
    return _ADDRESS.fullmatch(typed.strip()) is not None


def person_name(typed: str) -> str:
    """Raises NotUnderstood."""
    return _name(typed)


def token_name(typed: str) -> str:
    """What its owner calls a token. Raises NotUnderstood."""
    return _name(typed)


def check_password(password: str, about: Iterable[str]) -> None:
    """``about``: names and addresses of whoever chooses it. Raises NotUnderstood for one that is
    too short, or soon guessed."""
    if len(password) < LEAST_PASSWORD:
        raise NotUnderstood(
            why_vi=f"mật khẩu cần ít nhất {LEAST_PASSWORD} ký tự.",
            why_en=f"a password needs at least {LEAST_PASSWORD} characters.",
        )
    if is_guessable(password, about):
        raise NotUnderstood(
            why_vi="mật khẩu này dễ đoán: nhiều người dùng, hoặc lấy từ tên, địa chỉ của anh/chị.",
            why_en="this password is soon guessed: many use it, or it is made of your name.",
        )


def refuse_closed(shelf: Shelf, code: str | None, at: datetime) -> None:
    """What has ended gets nobody new. Raises OfficeClosed."""
    office = shelf.offices().get(code or "")
    if office is not None and not office.stands_on(day_of(at)):
        raise OfficeClosed(code=office.code)


def _name(name: str) -> str:
    bare = " ".join(name.split())
    if not bare or len(bare) > _LONGEST_NAME:
        raise NotUnderstood(
            why_vi=f"hãy ghi tên, tối đa {_LONGEST_NAME} ký tự.",
            why_en=f"give a name of at most {_LONGEST_NAME} characters.",
        )
    return bare
