"""Whether somebody is in a register already, also of an office that one does not see: of those no
more is told than which office to ask, so that nobody is taken in twice and nothing leaks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.model.calendar import day_of
from server.model.entities import ListKey
from server.model.people import Actor
from server.model.scope import Scope
from server.model.whole_names import whole_names
from server.model.withholding import LISTS
from server.processing.filled_in import LONGEST_NAME, written, wrong
from server.storage.entities import Called
from server.storage.stores import Stores

FIELD = "person"
MOST_A_DAY = 50
"""Names that one person asks for: who has a list of a village learns from nobody whom of it the
centre knows."""
_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Known:
    """``elsewhere`` are offices, each once; None is one that is the whole house's."""

    own: tuple[Called, ...]
    elsewhere: tuple[str | None, ...]


def known_as(
    stores: Stores, scope: Scope, by: Actor, key: ListKey, typed: str, at: datetime
) -> Known:
    """Raises NotUnderstood for less than a whole name: a piece would show who there is; and for too
    many on one day. What is shared no more stays with those who have it."""
    names = whole_names(written(typed, FIELD, LONGEST_NAME))
    if len(names) != 1:
        raise wrong(
            FIELD,
            "hãy ghi đủ họ, chữ đệm và tên, không ghi gì thêm.",
            "write the whole name, and nothing else.",
        )
    _count(stores, by, names[0], at)
    found = stores.entities.called(scope, key, names[0])
    kept_back = stores.withheld.ids(LISTS, key.text)
    elsewhere = (each.office for each in found if not each.own and each.id not in kept_back)
    return Known(tuple(each for each in found if each.own), tuple(dict.fromkeys(elsewhere)))


def _count(stores: Stores, by: Actor, name: str, at: datetime) -> None:
    """Whoever asked for it before on this day may ask again."""
    asked = [hashlib.sha256(name.encode()).hexdigest()]
    if not stores.taken_out.take(f"{by.id}/asked", day_of(at), asked, MOST_A_DAY, at + _KEPT):
        raise wrong(
            FIELD,
            f"hôm nay bạn đã hỏi {MOST_A_DAY} tên. Hãy hỏi tiếp vào ngày mai.",
            f"you have asked for {MOST_A_DAY} names today. Go on tomorrow.",
        )
