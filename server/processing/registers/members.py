"""How many belong to each entity of a list that says how many there should be: a team's people."""

from __future__ import annotations

from collections import Counter

from server.model.entities import EntityList, ListKey
from server.model.scope import Scope
from server.storage.stores import Stores


def member_counts(stores: Stores, scope: Scope, its_list: EntityList) -> Counter[str]:
    """By entity; of those that the scope sees."""
    members = its_list.members
    if members is None:
        return Counter()
    rows = stores.entities.rows(scope, ListKey(its_list.key.project, members.list))
    return Counter(row.data.get(members.by, "") for row in rows if members.has(row))
