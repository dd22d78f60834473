"""What can be done, and which role may do it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from server.model.people import Actor
from server.model.scope import Scope


class Verb(StrEnum):
    FETCH_FORMS = "forms.fetch"
    SEND_RECORDS = "records.send"
    READ_RECORDS = "records.read"
    REVIEW_RECORDS = "records.review"
    EDIT_RECORDS = "records.edit"
    DELETE_RECORDS = "records.delete"
    EXPORT_RECORDS = "records.export"
    MANAGE_PHONES = "phones.manage"
    MANAGE_PEOPLE = "people.manage"
    MANAGE_OFFICES = "offices.manage"
    READ_AUDIT = "audit.read"
    PUBLISH_FORMS = "forms.publish"


ADMINISTRATOR = "administrator"
CASE_MANAGER = "case_manager"
PHONE = "phone"

ROLES: Mapping[str, frozenset[Verb]] = {
    ADMINISTRATOR: frozenset(Verb),
    CASE_MANAGER: frozenset(
        (
            Verb.FETCH_FORMS,
            Verb.SEND_RECORDS,
            Verb.READ_RECORDS,
            Verb.REVIEW_RECORDS,
            Verb.EDIT_RECORDS,
            Verb.EXPORT_RECORDS,
            Verb.MANAGE_PHONES,
        )
    ),
    PHONE: frozenset((Verb.FETCH_FORMS, Verb.SEND_RECORDS)),
}


def may(actor: Actor, verb: Verb) -> bool:
    """Whether the actor may do this anywhere at all."""
    return bool(scope_for(actor, verb).offices)


def scope_for(actor: Actor, verb: Verb) -> Scope:
    """Where the actor may do this; a scope without offices sees nothing."""
    if not actor.active:
        return Scope.of(())
    granted = (grant.office for grant in actor.grants if verb in ROLES.get(grant.role, ()))
    return Scope.of(granted)
