"""Who may give a role to somebody: nobody gives more than they have."""

from __future__ import annotations

from collections.abc import Mapping

from server.access.verbs import PHONE, ROLES, Verb, scope_for
from server.model.offices import Office, within
from server.model.people import Actor, Grant


def may_give(giver: Actor, grant: Grant, offices: Mapping[str, Office]) -> bool:
    """Whether ``giver`` manages people there, and may do all there that the role may."""
    verbs = ROLES.get(grant.role)
    if verbs is None or grant.role == PHONE:
        return False
    chain = within(grant.office, offices)
    return all(scope_for(giver, each).sees_office(chain) for each in (Verb.MANAGE_PEOPLE, *verbs))


def may_manage(giver: Actor, person: Actor, offices: Mapping[str, Office]) -> bool:
    """Whoever can reset an account can become it: so only where all that it may do could be given,
    and nobody manages their own."""
    own = giver.id == person.id
    return not own and all(may_give(giver, each, offices) for each in person.grants)
