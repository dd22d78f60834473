"""What of a register goes along: for a phone people's names in short, and, where the register says
so, the entries alone that are its own to look after.

An entry is whoever's somebody has named; until then it is that phone's which made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.model.assignment import AssignedOnly
from server.model.entities import EntityList, EntityRow, EntityTold, ListKey
from server.model.scope import Scope
from server.model.short_names import short_row, usual_names
from server.storage.entities import Known
from server.storage.stores import Stores


@dataclass(frozen=True, slots=True)
class Along:
    """``names`` are the properties whose names stand in short, None where names go whole;
    ``worker`` is whose entries alone go along, None for everybody's."""

    names: tuple[str, ...] | None = None
    worker: str | None = None

    @property
    def mark(self) -> tuple[str, ...]:
        """No two of one mark are different."""
        names = ("whole",) if self.names is None else ("short", *self.names)
        return (*names, "" if self.worker is None else f"of {self.worker}")


AT_A_DESK = Along()


def along_with(its_list: EntityList, columns: Sequence[str], scope: Scope) -> Along:
    """What the phone that has this scope takes of this list."""
    return Along(
        names=None if its_list.full_names else names_of(its_list, columns),
        worker=scope.actor if _own_alone(its_list, scope) else None,
    )


def _own_alone(its_list: EntityList, scope: Scope) -> bool:
    whose = its_list.assigned_only
    return whose is AssignedOnly.EVERYBODY or (
        whose is AssignedOnly.COLLABORATORS and scope.assigned
    )


def names_of(its_list: EntityList, columns: Sequence[str]) -> tuple[str, ...]:
    """The properties of a list that hold people's names."""
    return usual_names(columns) if its_list.names is None else its_list.names


def rows_along(
    stores: Stores, seen: Scope, its_list: EntityList, along: Along
) -> Iterator[EntityRow]:
    """By label within each subtree."""
    rows = _rows(stores, seen, its_list, along.worker)
    if along.names is None:
        return rows
    names = along.names
    return (short_row(each, names) for each in rows)


def _rows(
    stores: Stores, seen: Scope, its_list: EntityList, worker: str | None
) -> Iterator[EntityRow]:
    if worker is None:
        yield from stores.entities.rows(seen, its_list.key)
        return
    for whose, each in looked_after(stores, seen, its_list.key):
        if worker and whose == worker:
            yield each.row


def looked_after(stores: Stores, scope: Scope, key: ListKey) -> Iterator[tuple[str, EntityTold]]:
    """Each entry with who looks after it, by label within each subtree; "" for nobody."""
    named = stores.entity_workers.named(key)
    for each in stores.entities.told(scope, key, by_label=True):
        yield named.get(each.row.id, each.maker.sender), each


def lacks(stores: Stores, its_list: EntityList, known: dict[str, Known], scope: Scope) -> set[str]:
    """Which of these are somebody else's to look after, where that decides."""
    if not _own_alone(its_list, scope):
        return set()
    workers = stores.entity_workers.of(its_list.key, known)
    theirs = {uuid: workers[uuid].id for uuid in workers}
    return {uuid for uuid, each in known.items() if theirs.get(uuid, each.maker) != scope.actor}
