"""Whoever leaves hands over what is theirs to finish. Access ends at once all the same; until all
is handed over the account is shown as leaving, and is not closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from server.access.verbs import Verb, scope_for
from server.model.charges import Charge
from server.model.people import Actor
from server.model.scope import WHOLE_HOUSE
from server.storage.stores import Stores


class Source(Protocol):
    """One kind of work that can be somebody's own."""

    def of(self, person: Actor) -> Sequence[Charge]:
        """What of it is theirs and not finished."""

    def hand_over(self, charge: Charge, to: Actor) -> bool:
        """False where ``to`` may not do it: it stays where it is."""


@dataclass(frozen=True, slots=True)
class ReturnedRecords:
    """Records that a reviewer returned to the person who filled them in."""

    stores: Stores
    project: int

    def of(self, person: Actor) -> Sequence[Charge]:
        keys = [each.key for each in self.stores.forms.with_binned(self.project)]
        return self.stores.charges.of(WHOLE_HOUSE, person.id, keys)

    def hand_over(self, charge: Charge, to: Actor) -> bool:
        reach = scope_for(to, Verb.EDIT_RECORDS)
        if self.stores.submissions.find(reach, charge.key, charge.instance_id) is None:
            return False
        self.stores.charges.give(charge, to.id)
        return True


def sources(stores: Stores, project: int) -> tuple[Source, ...]:
    """All kinds there are; what is new is added here."""
    return (ReturnedRecords(stores, project),)


def open_work(found: Sequence[Source], person: Actor) -> list[Charge]:
    return [charge for source in found for charge in source.of(person)]


def hand_over(stores: Stores, found: Sequence[Source], person: Actor, to: Actor) -> tuple[int, int]:
    """How much went to ``to``, and how much is left; who leaves is gone when nothing is."""
    work = [(source, charge) for source in found for charge in source.of(person)]
    moved = sum(source.hand_over(charge, to) for source, charge in work)
    left = len(work) - moved
    if not left:
        stores.actors.set_leaving(person.id, leaving=False)
    return moved, left


def end_access(stores: Stores, found: Sequence[Source], person: Actor, at: datetime) -> bool:
    """At once, in all processes: each request looks the account up. What they did stays theirs.
    Whether something is left to hand over."""
    stores.actors.end(person.id, at)
    stores.sessions.end_all(person.id)
    stores.links.end_all(person.id)
    leaves_work = bool(open_work(found, person))
    stores.actors.set_leaving(person.id, leaving=leaves_work)
    return leaves_work
