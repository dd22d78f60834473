"""A record opened by somebody whose role does not read it, or not all of it: in need, with a
reason, for some hours, and told to those who answer for it (docs/decisions/0017)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from server.access.verbs import Verb, scope_for
from server.model.offices import within
from server.model.openings import Opening
from server.model.people import Actor
from server.model.records import Record
from server.model.scope import Scope
from server.processing.reasons import given_reason
from server.storage.openings import read_journalled
from server.storage.stores import Stores

OPEN_FOR = timedelta(hours=4)


def open_with_reason(
    stores: Stores, record: Record, reason: str, *, by: Actor, at: datetime
) -> Opening:
    """Raises NotUnderstood for a reason that says nothing."""
    opening = Opening(
        id=uuid.uuid4().hex,
        actor=by.id,
        actor_name=by.name,
        key=record.key,
        instance_id=record.instance_id,
        within=record.within,
        reason=given_reason(reason),
        at=at,
        until=at + OPEN_FOR,
    )
    stores.openings.add(opening)
    return opening


def open_again(stores: Stores, body: bytes) -> bool:
    """Out of the journal: whether it was missing. It is told of where its office stands now."""
    opening = read_journalled(body)
    offices, office = stores.offices.tree(), opening.within[-1]
    if office in offices:
        opening = replace(opening, within=within(office, offices))
    return stores.openings.put_again(opening)


def with_opened(stores: Stores, actor: Actor, scope: Scope, now: datetime) -> Scope:
    """The scope with what its owner has opened and may read for now: as long as they may open it,
    since a role can end meanwhile."""
    opening = scope_for(actor, Verb.BREAK_GLASS)
    if not opening.reaches:
        return scope
    return replace(scope, opened=stores.openings.open_now(actor.id, opening, now))
