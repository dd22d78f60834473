"""A register filled and corrected from a file as it was planned, undone as one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from server.errors import NotUnderstood, PageUnknown
from server.model.entities import Contribution, Entity, EntityList, ListKey, Order, Origin
from server.model.entity_imports import EntityImport, ImportState
from server.model.offices import within
from server.model.scope import Scope
from server.processing.forms.shelf import Shelf
from server.processing.registers.entities import bring_in_step
from server.processing.registers.entity_plan import Importer, Plan, Planned
from server.storage.stores import Stores

_AT_ONCE = 500


def apply_import(
    stores: Stores,
    shelf: Shelf,
    importer: Importer,
    plan: Plan,
    *,
    at: datetime,
    progress: Callable[[int], None],
) -> str:
    """Do what was planned; the import's name, by which it is undone. Raises NotUnderstood for a
    plan with problems."""
    if plan.problems:
        number, why = plan.problems[0]
        raise NotUnderstood(
            why_vi=f"tệp có chỗ sai; dòng {number}: {why.vi}.",
            why_en=f"the file has mistakes; line {number}: {why.en}.",
        )
    batch = f"{at:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:4]}"
    its_list = stores.entity_lists.get(plan.key)
    orders = [
        (each.id, _order(shelf, its_list, each, f"import:{batch}", Origin.IMPORT, importer, at))
        for each in plan.entries
    ]
    stores.entity_imports.begin(
        EntityImport(
            key=plan.key,
            batch=batch,
            at=at,
            by=importer.name,
            office=importer.office,
            within=within(importer.office, shelf.offices()),
            lines=len(orders),
        )
    )
    # First what was ordered, then what follows from it: whatever breaks off can be ended.
    for part in _parts(orders):
        stores.entity_lists.add_own(plan.key, batch, part)
    stores.entity_lists.touch(plan.key, filled=False, columns=plan.columns)
    end_import(stores, importer.scope, plan.key, batch, at=at, progress=progress)
    return batch


def apply_one(
    stores: Stores, shelf: Shelf, importer: Importer, key: ListKey, planned: Planned, at: datetime
) -> Entity:
    """What a program wants of one entry; no import, so it is not listed for taking it back."""
    its_list, batch = stores.entity_lists.get(key), f"program:{uuid.uuid4()}"
    order = _order(shelf, its_list, planned, batch, Origin.PROGRAM, importer, at)
    stores.entity_lists.add_own(key, batch, [(planned.id, order)])
    entity = bring_in_step(stores, key, planned.id)
    stores.entity_lists.touch(key, filled=entity.state.exists)
    return entity


def _order(
    shelf: Shelf,
    its_list: EntityList,
    planned: Planned,
    batch: str,
    origin: Origin,
    importer: Importer,
    at: datetime,
) -> Contribution:
    seen = planned.seen
    version = None if seen is None else seen.state.version
    said = planned.data if seen is None else planned.changed
    order = Order(
        create=seen is None,
        update=seen is not None,
        label=planned.label,
        data={name: value for name, value in said.items() if name != "label"},
        trunk=version,
        base=version,
        made=at.isoformat(),
    )
    # An entry that is there stays where it is.
    offices = within(planned.office, shelf.offices()) if seen is None else seen.within
    return Contribution(
        source=f"{batch}:{its_list.key.text}/{planned.id}",
        origin=origin,
        orders=(order,),
        count=1,
        at=at,
        by=importer.name,
        office=planned.office if seen is None else seen.office,
        within=offices,
        creates=seen is None,
        # The importer answers for that office, or nothing had been planned.
        entitled=True,
        reserved=its_list.reserved,
        central=importer.scope.is_centre_of(offices),
        sender=importer.id,
    )


def find_import(stores: Stores, scope: Scope, key: ListKey, batch: str) -> EntityImport:
    """Raises PageUnknown, for what another list or another office was filled from too."""
    found = stores.entity_imports.find(scope, batch)
    if found is None or found.key != key:
        raise PageUnknown
    return found


def end_import(
    stores: Stores,
    scope: Scope,
    key: ListKey,
    batch: str,
    *,
    at: datetime,
    progress: Callable[[int], None],
) -> int:
    """All that it ordered is in force; how many entries. What was broken off is ended by it. Raises
    PageUnknown."""
    its = find_import(stores, scope, key, batch)
    ordered = stores.entity_lists.batch(batch)
    _follow(stores, ordered, progress)
    if its.state is ImportState.BEGUN:
        stores.entity_imports.set_state(its, ImportState.DONE, at)
    return len(ordered)


def undo_import(
    stores: Stores,
    scope: Scope,
    key: ListKey,
    batch: str,
    *,
    at: datetime,
    progress: Callable[[int], None],
) -> int:
    """Take back all that it ordered; what records said since then stays. How many entries: none
    when it was undone before. Raises PageUnknown."""
    its = find_import(stores, scope, key, batch)
    if its.state is ImportState.UNDONE:
        return 0
    stores.entity_imports.set_state(its, ImportState.TAKING, at)
    ordered = stores.entity_lists.batch(batch)
    # First that it is taken back, then what follows from it: whatever breaks off can be ended.
    for part in _parts([(entry, each) for _, entry, each in ordered if each.orders]):
        stores.entity_lists.withdraw(key, batch, part, at)
    _follow(stores, ordered, progress)
    stores.entity_imports.set_state(its, ImportState.UNDONE, at)
    return len(ordered)


def _follow(
    stores: Stores,
    ordered: Sequence[tuple[ListKey, str, Contribution]],
    progress: Callable[[int], None],
) -> None:
    filled: dict[ListKey, bool] = {}
    for number, (key, entry, _) in enumerate(ordered, start=1):
        filled[key] = bring_in_step(stores, key, entry).state.exists or filled.get(key, False)
        progress(number)
    for key, is_filled in filled.items():
        stores.entity_lists.touch(key, filled=is_filled)


def _parts(
    orders: Sequence[tuple[str, Contribution]],
) -> Iterator[list[tuple[str, Contribution]]]:
    rest = iter(orders)
    while part := list(islice(rest, _AT_ONCE)):
        yield part
