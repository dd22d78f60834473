"""Entities kept in step with what records and people order for them.

A record's orders replace what the same record ordered before, and the state follows from the set
(server.model.entity_state): twice, late or in another order is all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from server.errors import DatabaseDown
from server.model.entities import Contribution, Entity, EntityList, ListKey
from server.model.entity_state import state_of
from server.model.offices import Moving, within
from server.model.records import Record
from server.model.scope import WHOLE_HOUSE
from server.processing.forms.shelf import Shelf
from server.processing.registers.entity_orders import Ordered, ordered_by
from server.processing.registers.office_named import Standing, office_named
from server.storage.stores import Stores

_RACES = 20


def apply_record(stores: Stores, shelf: Shelf, record: Record) -> Ordered:
    """Bring every entity that the record ever named in step with it; a draft's names none."""
    if record.key.draft:
        return Ordered({}, {})
    ordered = ordered_by(record, lambda v: shelf.on_hand(record.key, v.form_version).form)
    touched: dict[ListKey, bool] = {}
    for target, contribution in ordered.by_target.items():
        key = ListKey(record.key.project, target.list)
        about = office_named(stores, shelf, key, ordered.made_with.get(target, {}))
        if about is not None and about.was_given_by(contribution):
            contribution = about.of(contribution)
        entity = bring_in_step(stores, key, target.id, contribution)
        touched[key] = touched.get(key, False) or entity.state.exists
    # After the entities, and though nothing changed: whoever broke off between the two did not.
    for key, filled in touched.items():
        stores.entity_lists.touch(key, filled=filled)
    return ordered


def follow_office(stores: Stores, key: ListKey, uuid: str, standing: Standing) -> None:
    """An entry stands where the office that it is about stands now, though its record stays."""
    found = stores.entities.find(WHOLE_HOUSE, key, uuid)
    for each in found.contributions if found else ():
        if each.about == standing.code and each.about_within != standing.chain:
            bring_in_step(stores, key, uuid, standing.of(each))


def bring_in_step(
    stores: Stores, key: ListKey, uuid: str, contribution: Contribution | None = None
) -> Entity:
    """The entity with this contribution in place of its source's former one, and with all that
    people ordered for it."""
    for _ in range(_RACES):
        seen = stores.entities.find(WHOLE_HOUSE, key, uuid)
        own = stores.entity_lists.own(key, uuid)
        known = seen.givers if seen else {}
        known |= {each.source: each for each in own}
        if contribution is not None:
            its_list = stores.entity_lists.get(key)
            known[contribution.source] = _newer(
                known.get(contribution.source), contribution, its_list
            )
        entity = entity_of(key, uuid, tuple(known.values()), seen)
        if seen is not None and entity == replace(seen, revision=entity.revision):
            return seen
        if stores.entities.put(entity):
            return entity
    raise DatabaseDown


def _newer(before: Contribution | None, now: Contribution, its_list: EntityList) -> Contribution:
    """How its list takes it was decided when it first came; an approval stays."""
    if before is None:
        return replace(
            now,
            needs_approval=its_list.approval and now.creates,
            entitled=its_list.shared,
            reserved=its_list.reserved,
        )
    if before.count > now.count:
        return before
    return replace(
        now,
        approved=before.approved or now.approved,
        needs_approval=before.needs_approval,
        entitled=before.entitled,
        reserved=before.reserved,
    )


def entity_of(
    key: ListKey, uuid: str, contributions: Sequence[Contribution], seen: Entity | None
) -> Entity:
    """It belongs where what made it says; what is gone, or waits, where it was made first."""
    ordered = tuple(sorted(contributions, key=lambda each: each.source))
    state = state_of(ordered)
    home = next((each for each in ordered if each.source == state.home), None)
    office, chain = home.home if home else (None, ())
    return Entity(
        key=key,
        id=uuid,
        contributions=ordered,
        state=state,
        revision=seen.revision + 1 if seen else 1,
        office=office,
        within=chain,
    )


def keep_own_orders(stores: Stores, shelf: Shelf, project: int) -> None:
    """All that people ordered, where an entity should lack it, and where the offices stand now."""
    targets = sorted(set(stores.entity_lists.listed(project)), key=lambda each: each[1])
    for key, uuid in targets:
        moved = []
        for each in stores.entity_lists.own(key, uuid):
            offices = within(each.office, shelf.offices())
            if offices != each.within:
                move = Moving.between(each.within, offices, stores.offices.changed())
                stores.entity_lists.move(each, move)
                moved.append(each)
        entity = bring_in_step(stores, key, uuid)
        stores.entity_lists.touch(key, filled=entity.state.exists)
        for each in moved:
            stores.entity_lists.followed(each)
