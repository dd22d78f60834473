"""What entries of registers are called, for whoever may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from server.model.entities import ListKey, Origin
from server.model.offices import name_of, within
from server.model.scope import WHOLE_HOUSE, Scope
from server.processing.duties.withholding import kept_from
from server.processing.records.opened import Opened
from server.storage.stores import Stores
from server.xforms.chosen import Chosen, called_at_the_time, chosen_in


def names_of_chosen(stores: Stores, scope: Scope, opened: Opened) -> Mapping[Chosen, str]:
    """Of all that was chosen in a record: by their names of today, else by those that the record
    holds, which whoever reads the record may know."""
    calculations = opened.on_hand.calculations
    trees = (opened.tree, *((opened.before,) if opened.before else ()))
    chosen = {each for tree in trees for each in chosen_in(tree, calculations)}
    if not chosen:
        return {}
    found: dict[Chosen, str] = {}
    for tree in reversed(trees):
        found |= called_at_the_time(tree, calculations)
    return {**found, **names_now(stores, scope, opened.record.key.project, chosen)}


def names_now(
    stores: Stores, scope: Scope, project: int, wanted: Iterable[Chosen]
) -> Mapping[Chosen, str]:
    """Of those that are in their register and within the scope; a shared register is everybody's,
    as it is on phones."""
    ids: dict[str, set[str]] = {}
    for register, entry in wanted:
        ids.setdefault(register, set()).add(entry)
    found: dict[Chosen, str] = {}
    for register, entries in ids.items():
        key = ListKey(project, register)
        its_list = stores.entity_lists.get(key)
        seen = WHOLE_HOUSE if its_list.shared else scope
        wanted_here = sorted(entries - kept_from(stores, scope, its_list))
        names = stores.entities.names(seen, key, wanted_here)
        if its_list.offices:
            missing = sorted(set(wanted_here) - names.keys())
            names = _of_ended_units(stores, seen.on_list(register), key, missing) | names
        found |= {(register, entry): name for entry, name in names.items()}
    return found


def _of_ended_units(
    stores: Stores, scope: Scope, key: ListKey, entries: Iterable[str]
) -> dict[str, str]:
    """A unit that became another is in no list any more, and keeps its name in what chose it; it
    stands where it stands now."""
    units = {
        entry: ordered.office
        for entry in entries
        for ordered in stores.entity_lists.own(key, entry)
        if ordered.origin is Origin.OFFICES
    }
    tree = stores.offices.tree() if units else {}
    return {
        entry: name
        for entry, unit in units.items()
        if scope.sees_office(within(unit, tree)) and (name := name_of(unit, tree))
    }
