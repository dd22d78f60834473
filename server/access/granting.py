"""Who may give a role to somebody: nobody gives more than they have."""

from __future__ import annotations

from collections.abc import Mapping

from server.access.verbs import PHONE_ROLES, TABLE, Verb, scope_for
from server.model.offices import Office, within
from server.model.people import Actor, Grant
from server.model.scope import Reach


def may_give(giver: Actor, grant: Grant, offices: Mapping[str, Office]) -> bool:
    """Whether ``giver`` manages people there, and may do all there that the role may: with these
    forms, reading as much of the answers."""
    role, chain = TABLE.get(grant.role), within(grant.office, offices)
    if role is None or grant.role in PHONE_ROLES:
        return False
    return scope_for(giver, Verb.MANAGE_PEOPLE).sees_office(chain) and all(
        scope_for(giver, Verb(verb)).holds(
            chain, Reach.of(grant.office, power.forms, power.clearance)
        )
        for power in role.powers
        for verb in power.verbs
    )


def may_manage(giver: Actor, person: Actor, offices: Mapping[str, Office]) -> bool:
    """Whoever can reset an account can become it: so only where all that it may do could be given,
    and nobody manages their own."""
    own = giver.id == person.id
    return not own and all(may_give(giver, each, offices) for each in person.grants)
