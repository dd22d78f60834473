"""Who may give a role to somebody, or connect a phone: nobody gives more than they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from server.access.verbs import PHONE_ROLES, ROLES_WITHOUT_ACCOUNT, TABLE, Verb, scope_for
from server.model.offices import Office, within
from server.model.people import Actor, ActorKind, Grant
from server.model.scope import Reach, Scope


def may_give(giver: Actor, grant: Grant, offices: Mapping[str, Office]) -> bool:
    """Whether ``giver`` manages people there, and may do all there that the role may: with these
    forms, reading as much of the answers."""
    role, chain = TABLE.get(grant.role), within(grant.office, offices)
    if role is None or grant.role in ROLES_WITHOUT_ACCOUNT:
        return False
    return scope_for(giver, Verb.MANAGE_PEOPLE).sees_office(chain) and all(
        scope_for(giver, Verb(verb)).holds(
            chain, Reach.of(grant.office, power.forms, power.clearance, power.named)
        )
        for power in role.powers
        for verb in power.verbs
    )


def phone_grant(
    giver: Actor, role: str, office: str, offices: Mapping[str, Office]
) -> Grant | None:
    """What a phone of this role gets there from ``giver``: no more than they read themselves. None
    where that is nothing, or they connect no phones."""
    chain = within(office, offices)
    if role not in PHONE_ROLES or not scope_for(giver, Verb.MANAGE_PHONES).sees_office(chain):
        return None
    whole = Grant(role, office)
    if _reads_all_of(giver, whole, offices):
        return whole
    own = (each.role for each in giver.grants if each.office in chain)
    cut = replace(whole, under=tuple(dict.fromkeys(own)))
    return cut if carried(cut).reaches else None


def carried(grant: Grant) -> Scope:
    """What a phone takes along by this grant."""
    return scope_for(Actor("", ActorKind.PHONE, "", (grant,)), Verb.FETCH_FORMS)


def may_renew(giver: Actor, phone: Actor, offices: Mapping[str, Office]) -> bool:
    """Whoever makes a phone's code anew can scan it: so only who reads all that it carries."""
    return all(_reads_all_of(giver, each, offices) for each in phone.grants)


def _reads_all_of(giver: Actor, grant: Grant, offices: Mapping[str, Office]) -> bool:
    """What a phone takes along by it."""
    reading, chain = scope_for(giver, Verb.READ_RECORDS), within(grant.office, offices)
    return all(reading.holds(chain, each) for each in carried(grant).reaches)


def may_manage(giver: Actor, person: Actor, offices: Mapping[str, Office]) -> bool:
    """Whoever can reset an account can become it: so only where all that it may do could be given,
    and nobody manages their own."""
    own = giver.id == person.id
    return not own and all(may_give(giver, each, offices) for each in person.grants)
