"""Taking people's data out of the house: alone up to a number, more with a second person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.errors.two_people import TakesTwo
from server.model.calendar import day_of
from server.model.data_requests import Concern
from server.model.offices import within
from server.model.people import Actor
from server.model.scope import EVERYWHERE
from server.model.witness import saw
from server.processing.approvals.approved_acts import EXPORT
from server.processing.forms.shelf import Shelf
from server.storage.stores import Stores

_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class TakingOut:
    """What somebody is about to take: ``ids`` of ``whole`` (a form or a register), cut by
    ``filters`` and to the subtrees of ``roots``. One more than ``most`` ids say that it is too
    many."""

    whole: Concern
    ids: Collection[str]
    roots: Iterable[str]
    filters: Mapping[str, str]


def let_out(
    stores: Stores, shelf: Shelf, by: Actor, taking: TakingOut, *, most: int, at: datetime
) -> None:
    """Whoever took it before on this day may take it again. Raises TakesTwo where it would be more
    than ``most`` on one day and no second person has granted it."""
    whole = taking.whole
    things = [f"{whole.kind}/{whole.name}/{each}" for each in taking.ids]
    if len(things) <= most and stores.taken_out.take(by.id, day_of(at), things, most, at + _KEPT):
        return
    granted = [
        each
        for each in stores.approvals.in_force(by.id, at)
        if each.act == EXPORT and each.covers(whole, taking.filters, at)
    ]
    offices = shelf.offices()
    # What belongs to no office is everybody's: only who asked for all of it takes it out.
    for root in tuple(taking.roots) or (EVERYWHERE,):
        chain = within(root, offices)
        used = next((each for each in granted if each.office in chain), None)
        if used is None:
            raise TakesTwo(most=most)
        saw(f"approval:{used.id}", used.within)
