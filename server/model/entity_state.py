"""An entity's state as a function of the set of what was ordered for it: however orders arrive, in
whatever order and how often, the same set is the same state (docs/decisions/0011).

Orders stand in the order in which their authors knew of each other: by the version of the server
that each had before it, then along each offline chain. Between two that did not know of each other
the author's time decides, and the later one is marked as a conflict by ODK Central's rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.model.entities import Conflict, Contribution, EntityState, Order, Step

LABEL = ""  # a label is looked at like a property, under a name no property has
_FIRST = 1  # the version that a creation makes


@dataclass(frozen=True, slots=True)
class _Placed:
    source: str
    order: Order

    @property
    def trunk(self) -> int:
        """The version it builds on; a chain on an entity made offline builds on its creation."""
        if self.order.trunk is not None:
            return self.order.trunk
        if self.order.base is not None and not self.order.branch:
            return self.order.base
        return _FIRST

    @property
    def knew_nothing(self) -> bool:
        """A phone that never had the list: it claims nothing about versions."""
        return self.order.trunk is None and self.order.base is None

    @property
    def place(self) -> tuple[int, int, str, str, str, str]:
        order = self.order
        return self.trunk, order.base or 0, order.made, order.branch, self.source, order.place

    @property
    def making(self) -> tuple[str, str, str]:
        return self.order.made, self.source, self.order.place

    def knew(self, other: _Placed) -> bool:
        """Whether its author had seen what ``other`` did."""
        if self.source == other.source or self.knew_nothing:
            return True
        if self.order.branch and self.order.branch == other.order.branch:
            return True
        return other.trunk < self.trunk


def state_of(contributions: Iterable[Contribution]) -> EntityState:
    """The one state of this set; two contributions of one source do not occur."""
    known = [each for each in contributions if not each.waits]
    orders = [_Placed(each.source, order) for each in known for order in each.orders]
    makers = sorted((each for each in orders if each.order.create), key=lambda each: each.making)
    if not makers:
        return EntityState(exists=False, gone=any(_was_made(each) for each in known))
    maker = makers[0]
    others = (each for each in orders if each is not maker)
    rest = sorted(others, key=lambda each: each.place)
    return _applied(maker, rest, sum(each.count for each in known))


def _was_made(contribution: Contribution) -> bool:
    return contribution.creates and not contribution.orders


def _applied(maker: _Placed, rest: Sequence[_Placed], version: int) -> EntityState:
    settled = {source for each in rest for source in each.order.settles}
    now: dict[str, str] = {}
    done: list[_Placed] = []
    steps: list[Step] = []
    for each in (maker, *rest):
        if each is not maker and not each.order.update:
            steps.append(Step(each.source, each.order.place, refused=True))
            continue
        unknown = [other for other in done if other is not maker and not each.knew(other)]
        clashing = _clashing(each, done, unknown, now) if unknown else ()
        changed = _changed(now, each.order)
        now |= _said(each.order)
        done.append(each)
        conflict = (Conflict.HARD if clashing else Conflict.SOFT) if unknown else None
        steps.append(
            Step(
                source=each.source,
                place=each.order.place,
                changed=changed,
                conflict=conflict,
                clashing=clashing,
                settled=conflict is not None and each.source in settled,
            )
        )
    label = now.pop(LABEL, "")
    return EntityState(
        exists=True,
        label=label,
        data=now,
        version=version,
        conflict=_worst(steps),
        steps=tuple(steps),
        maker=maker.source,
    )


def _said(order: Order) -> dict[str, str]:
    """An update without a label leaves the one there is."""
    return {**order.data, LABEL: order.label} if order.label else dict(order.data)


def _changed(now: dict[str, str], order: Order) -> dict[str, tuple[str, str]]:
    return {
        name: (now.get(name, ""), value)
        for name, value in _said(order).items()
        if now.get(name, "") != value
    }


def _clashing(
    each: _Placed, done: Sequence[_Placed], unknown: Sequence[_Placed], now: dict[str, str]
) -> tuple[str, ...]:
    """What was changed behind the author's back and is said otherwise by this order."""
    seen: dict[str, str] = {}
    for other in done:
        if other not in unknown:
            seen |= _said(other.order)
    return tuple(
        name
        for name, value in _said(each.order).items()
        if now.get(name, "") != seen.get(name, "") and now.get(name, "") != value
    )


def _worst(steps: Iterable[Step]) -> Conflict | None:
    open_ones = {each.conflict for each in steps if each.conflict and not each.settled}
    if Conflict.HARD in open_ones:
        return Conflict.HARD
    return Conflict.SOFT if open_ones else None
