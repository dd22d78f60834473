"""What people ordered for registers, out of the journal."""

from __future__ import annotations

from server.model.entities import ListKey, Origin
from server.model.sequence import moment_of
from server.processing.registers.entities import bring_in_step
from server.storage.entity_codec import read_orders
from server.storage.journal import Entry
from server.storage.stores import Stores


def order_again(stores: Stores, entry: Entry) -> bool:
    """Whether anything of it was missing, be it only an entity that follows from it."""
    key, orders = ListKey.parse(entry.facts["list"]), read_orders(entry.body)
    missing = stores.entity_lists.lacking(orders)
    known = stores.entities.known(key, [uuid for uuid, _ in orders])
    uuids = {uuid for uuid, _ in missing} | {uuid for uuid, _ in orders if uuid not in known}
    if not uuids:
        return False
    if missing:
        stores.entity_lists.put_own(key, entry.facts["batch"], missing)
        if entry.facts.get("erased"):
            # What they had said may still lie in the journal.
            sources = [each.source for _, each in missing]
            stores.entity_lists.note_erasing(sources, moment_of(entry.facts["seq"]))
    imported = [each for _, each in orders if each.origin in (Origin.IMPORT, Origin.PROGRAM)]
    columns = {name for each in imported for order in each.orders for name in order.data}
    steps = [bring_in_step(stores, key, uuid) for uuid in sorted(uuids)]
    filled = any(each.state.exists for each in steps)
    stores.entity_lists.touch(key, filled=filled, columns=sorted(columns))
    return True
