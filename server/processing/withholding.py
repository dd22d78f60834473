"""Sharing stopped for what a person asks about, and begun again."""

from __future__ import annotations

from collections.abc import Iterable

from server.model.data_requests import Concern
from server.model.entities import EntityList, ListKey
from server.model.scope import Scope
from server.model.withholding import LISTS, Target, Withholding
from server.processing.concerns import reached
from server.processing.shelf import Shelf
from server.storage.stores import Stores
from server.storage.withheld import read_journalled


def withhold(
    stores: Stores, shelf: Shelf, project: int, concerns: Iterable[Concern], act: Withholding
) -> None:
    """All that these reach."""
    targets = reached(stores, shelf, project, concerns)
    if targets:
        stores.withheld.add(targets, act)
        _touch(stores, targets)


def withhold_again(stores: Stores, body: bytes) -> bool:
    """Out of the journal: whether it was missing."""
    targets, act = read_journalled(body)
    if not stores.withheld.add(targets, act):
        return False
    _touch(stores, targets)
    return True


def kept_from(stores: Stores, scope: Scope, its_list: EntityList) -> frozenset[str]:
    """The entries of a list that every office has, which are shared no more and so stay with
    offices outside this scope."""
    if not its_list.shared:
        return frozenset()
    kept_back = sorted(stores.withheld.ids(LISTS, its_list.key.text))
    known = stores.entities.known(its_list.key, kept_back) if kept_back else {}
    return frozenset(uuid for uuid, each in known.items() if not scope.sees_office(each.within))


def _touch(stores: Stores, targets: Iterable[Target]) -> None:
    """Phones that have a list must hear that it is another."""
    for text in {each.key for each in targets if each.kind == LISTS}:
        key = ListKey.parse(text)
        stores.entity_lists.touch(key, filled=stores.entity_lists.get(key).filled)
