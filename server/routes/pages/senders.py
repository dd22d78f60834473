"""The phone that a filter names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.model.people import Actor, ActorKind
from server.model.scope import Scope
from server.routes.allow import services


def sender_asked(scope: Scope, given: Mapping[str, str]) -> Sequence[Actor]:
    """None where the scope sees no such phone."""
    phone_id = given.get("collaborator", "")
    if not phone_id:
        return ()
    found = services().stores.actors.in_scope(scope, ActorKind.PHONE, phone_id)
    return (found,) if found else ()
