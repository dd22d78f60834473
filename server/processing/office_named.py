"""Which office an entry is about, as the form that makes it says."""

from __future__ import annotations

from collections.abc import Mapping

from server.model.entities import ListKey, Origin
from server.model.offices import within
from server.processing.shelf import Shelf
from server.storage.stores import Stores
from server.xforms.entities import entity_id


def office_named(
    stores: Stores, shelf: Shelf, key: ListKey, said: Mapping[str, str]
) -> tuple[str, tuple[str, ...]] | None:
    """The office and its chain, as the tree stands now; None where nothing names one."""
    if not said:
        return None
    by = stores.entity_lists.get(key).office_by
    named = said.get(by, "") if by else ""
    code = named if named in shelf.offices() else _by_id(stores, key.project, entity_id(named))
    return (code, within(code, shelf.offices())) if code in shelf.offices() else None


def _by_id(stores: Stores, project: int, uuid: str) -> str:
    """Forms choose offices from a register, by ids; "" for one that is in none."""
    registers = stores.entity_lists.all(project) if uuid else []
    for each in registers:
        for ordered in stores.entity_lists.own(each.key, uuid) if each.offices else ():
            if ordered.origin is Origin.OFFICES and ordered.orders:
                return ordered.office or ""
    return ""
