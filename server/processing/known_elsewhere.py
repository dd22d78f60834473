"""Whether somebody is in a register already, also of an office that one does not see: of those no
more is told than which office to ask, so that nobody is taken in twice and nothing leaks."""

from __future__ import annotations

from dataclasses import dataclass

from server.model.entities import ListKey
from server.model.scope import Scope
from server.model.whole_names import whole_names
from server.model.withholding import LISTS
from server.processing.filled_in import LONGEST_NAME, written, wrong
from server.storage.entities import Called
from server.storage.stores import Stores

FIELD = "person"


@dataclass(frozen=True, slots=True)
class Known:
    """``elsewhere`` are offices, each once; None is one that is the whole house's."""

    own: tuple[Called, ...]
    elsewhere: tuple[str | None, ...]


def known_as(stores: Stores, scope: Scope, key: ListKey, typed: str) -> Known:
    """Raises NotUnderstood for less than a whole name: a piece would show who there is. What is
    shared no more stays with those who have it."""
    names = whole_names(written(typed, FIELD, LONGEST_NAME))
    if len(names) != 1:
        raise wrong(
            FIELD,
            "hãy ghi đủ họ, chữ đệm và tên, không ghi gì thêm.",
            "write the whole name, and nothing else.",
        )
    found = stores.entities.called(scope, key, names[0])
    kept_back = stores.withheld.ids(LISTS, key.text)
    elsewhere = (each.office for each in found if not each.own and each.id not in kept_back)
    return Known(tuple(each for each in found if each.own), tuple(dict.fromkeys(elsewhere)))
