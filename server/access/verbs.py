"""What can be done, and which role may do it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from server.access.roles import Power, Role, read_roles
from server.model.people import Actor, Grant
from server.model.scope import NOWHERE, Reach, Scope


class Verb(StrEnum):
    FETCH_FORMS = "forms.fetch"
    SEND_RECORDS = "records.send"
    READ_RECORDS = "records.read"
    READ_COUNTS = "counts.read"
    REVIEW_RECORDS = "records.review"
    EDIT_RECORDS = "records.edit"
    DELETE_RECORDS = "records.delete"
    EXPORT_RECORDS = "records.export"
    MANAGE_PHONES = "phones.manage"
    MANAGE_PEOPLE = "people.manage"
    MANAGE_OFFICES = "offices.manage"
    BREAK_GLASS = "records.open"
    ASSIGN_RECORDS = "records.assign"
    PUBLISH_FORMS = "forms.publish"
    READ_AUDIT = "audit.read"
    TAKE_ORIGINALS = "records.original"
    MANAGE_DUTIES = "duties.manage"
    SEND_FEEDBACK = "feedback.send"


ADMINISTRATOR = "administrator"
CASE_MANAGER = "case_manager"
PHONE = "phone"
COLLABORATOR = "collaborator"
FEEDBACK_SENDER = "feedback_sender"
PHONE_ROLES = (PHONE, COLLABORATOR)
"""What is carried about, and signs in nowhere."""
ROLES_WITHOUT_ACCOUNT = (*PHONE_ROLES, FEEDBACK_SENDER)

TABLE: Mapping[str, Role] = read_roles(Verb)
ROLES: Mapping[str, frozenset[Verb]] = {
    name: frozenset(map(Verb, role.verbs)) for name, role in TABLE.items()
}


def may(actor: Actor, verb: Verb) -> bool:
    """Whether the actor may do this anywhere at all."""
    return bool(scope_for(actor, verb).offices)


def scope_for(actor: Actor, verb: Verb) -> Scope:
    """Where the actor may do this, with which forms; a scope without reaches sees nothing."""
    if not actor.active:
        return NOWHERE
    reaches = (
        reach
        for grant in actor.grants
        if grant.role in TABLE
        for power in TABLE[grant.role].powers
        if verb in power.verbs
        for reach in _reaches(grant, power)
    )
    assigned = all(TABLE[each.role].assigned for each in actor.grants if each.role in TABLE)
    return Scope(frozenset(reaches), actor=actor.id, assigned=assigned)


def _reaches(grant: Grant, power: Power) -> Iterator[Reach]:
    """What a power of a role gives by this grant: all of it, or what whoever gave it reads."""
    reach = Reach.of(grant.office, power.forms, power.clearance, power.named)
    if not grant.under:
        yield reach
    for role in grant.under:
        for read in TABLE[role].powers if role in TABLE else ():
            cut = reach.cut_to(read.forms, read.clearance)
            if cut is not None and Verb.READ_RECORDS in read.verbs:
                yield cut
