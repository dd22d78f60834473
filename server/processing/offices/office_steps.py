"""What follows from the tree of offices, brought in step with it after a unit has moved.

Records keep the unit they came from and stand within those that answer for it today (decision 0003,
0018). Whatever breaks off half-way goes on at the next look: what is right already is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from server.model.entities import EntityList
from server.model.forms import FormKey
from server.model.offices import Moving, Office, chains_of
from server.model.scope import WHOLE_HOUSE
from server.model.sequence import moment_of, seq_at
from server.processing.forms.shelf import Shelf
from server.processing.records.counting import COUNT
from server.processing.registers.entities import bring_in_step, follow_office
from server.processing.registers.office_named import standing_of
from server.storage.stores import Stores

_AHEAD = timedelta(minutes=1)  # by which another process's clock may be wrong
# From asking where an office stands to standing there: what arrives meanwhile stands as it did.
_LANDING = timedelta(minutes=2)

Chains = Mapping[str, Sequence[str]]


def keep_in_step(stores: Stores, shelf: Shelf, project: int, now: datetime) -> int:
    """How many records were moved. The last look comes when nothing can be under way any more."""
    chains = stores.offices.out_of_step()
    if not chains:
        return 0
    changed = stores.offices.changed()
    shelf.forget()
    stores.offices.note_moving(chains)
    keys = [each.key for each in stores.forms.all(project)]
    moved = _move_records(stores, keys, chains, changed, now)
    _move_orders(stores, chains, changed)
    lists = stores.entity_lists.all(project)
    _move_entries(stores, lists, chains, shelf.offices())
    for code, chain in chains.items():
        stores.aside.move(code, chain)
        stores.data_requests.move(code, chain)
        stores.approvals.move(code, chain)
        stores.openings.move(code, chain)
        stores.incidents.move(code, chain)
        for its_list in lists:
            stores.entity_imports.move(its_list.key, code, chain)
    _move_people(stores, shelf.offices())
    if now - moment_of(max(changed.values())) >= _LANDING:
        for each in lists:
            if each.office_by:
                # Whoever broke off between an entry and its list did not say that it is another.
                stores.entity_lists.touch(each.key, filled=False)
        for code, chain in chains.items():
            stores.offices.note_chain(code, chain)
    return moved


def _move_records(
    stores: Stores,
    keys: Sequence[FormKey],
    chains: Chains,
    changed: Mapping[str, int],
    now: datetime,
) -> int:
    moved, top = 0, seq_at(now + _AHEAD)
    for key in keys:
        for code, chain in chains.items():
            for instance_id, before in stores.follow_ups.strays(key, code, chain, top=top):
                move = Moving.between(before, chain, changed)
                stores.follow_ups.move(key, instance_id, move, COUNT, now)
                moved += 1
    return moved


def _move_orders(stores: Stores, chains: Chains, changed: Mapping[str, int]) -> None:
    for key, uuid, contribution in stores.entity_lists.strays(chains):
        chain = chains[contribution.office or ""]
        move = Moving.between(contribution.within, chain, changed)
        stores.entity_lists.move(contribution, move)
        entity = bring_in_step(stores, key, uuid)
        stores.entity_lists.touch(key, filled=entity.state.exists)
        stores.entity_lists.followed(contribution)


def _move_entries(
    stores: Stores, lists: Sequence[EntityList], chains: Chains, offices: Mapping[str, Office]
) -> None:
    """What is about a unit that moved goes with it, though the record that made it stays."""
    for its_list in lists:
        moved = False
        for code, chain in chains.items() if its_list.office_by else ():
            left = stores.entities.left_behind(its_list.key, code, chain)
            if left:
                moved, standing = True, standing_of(stores, offices, code)
                for uuid in left:
                    follow_office(stores, its_list.key, uuid, standing)
        if moved:
            stores.entity_lists.touch(its_list.key, filled=False)


def _move_people(stores: Stores, offices: Mapping[str, Office]) -> None:
    """Who manages them follows from where their offices stand."""
    for actor in stores.actors.all(WHOLE_HOUSE):
        stores.actors.stands_in(actor, chains_of(actor.offices, offices))
