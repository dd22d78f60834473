"""An entity's state as a function of the set of what was ordered for it: however orders arrive, in
whatever order and how often, the same set is the same state (docs/decisions/0011).

Orders stand in the order in which their authors knew of each other: by the version of the server
that each had before it, then along each offline chain. Between two that did not know of each other
the author's time decides, and the later one is marked as a conflict by ODK Central's rule. What
came from an office that does not have the entity, or says what only the centre may say, is held
(docs/decisions/0014).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from server.model.entities import Conflict, Contribution, EntityState, Held, Order, Origin, Step
from server.model.entity_knowledge import Author, Knowledge
from server.model.short_names import full_again, short_name

LABEL = ""  # a label is looked at like a property, under a name no property has
_FIRST = 1  # the version that a creation makes


@dataclass(frozen=True, slots=True)
class _Placed:
    """An order with what gave it; ``rank`` is the version that was reached when that came in."""

    giver: Contribution
    order: Order
    rank: int

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
        return (
            self.trunk,
            order.base or 0,
            order.made,
            order.branch,
            self.giver.source,
            order.place,
        )

    @property
    def making(self) -> tuple[float, str, str, str]:
        """Who came first has made it: what somebody else's phone says of time cannot take it."""
        giver, order = self.giver, self.order
        return giver.at.timestamp(), order.made, giver.source, order.place

    @property
    def step(self) -> Step:
        """Before anything is known of it."""
        return Step(self.giver.source, self.order.place, self.giver.saying)

    @property
    def author(self) -> Author:
        """Whatever version it claims: what came in after it, its author had not seen."""
        name = self.order.branch or self.giver.source
        return Author(name, self.rank, min(self.trunk, self.rank - 1))


@dataclass(frozen=True, slots=True)
class _Looked:
    """What people have looked at, and what of it they let in."""

    settled: Set[str]
    admitted: Set[str]


def state_of(contributions: Iterable[Contribution]) -> EntityState:
    """The one state of this set; two contributions of one source do not occur."""
    everything = tuple(contributions)
    known = [each for each in everything if not each.waits]
    orders = _placed(known)
    looked = _Looked(
        frozenset(saying for each in orders for saying in each.order.settles),
        frozenset(saying for each in orders for saying in each.order.admits),
    )
    first = min(
        (each for each in everything if each.creates),
        key=lambda each: (each.at, each.source),
        default=None,
    )
    makers = [
        each
        for each in orders
        if each.order.create and first and not _foreign(each.giver, first, looked)
    ]
    if not makers:
        gone = any(each.creates and not each.orders for each in known)
        return EntityState(exists=False, gone=gone, home=first.source if first else "")
    maker = min(makers, key=lambda each: each.making)
    others = (each for each in orders if each is not maker)
    rest = sorted(others, key=lambda each: each.place)
    return _applied(maker, rest, looked, sum(each.count for each in known))


def _placed(known: Sequence[Contribution]) -> list[_Placed]:
    arrivals = sorted((at, each.source) for each in known for at in (each.at, *each.later))
    return [
        _Placed(each, order, bisect_right(arrivals, (each.at, each.source)))
        for each in known
        for order in each.orders
    ]


def _foreign(giver: Contribution, home: Contribution, looked: _Looked) -> bool:
    """Whether its office does not have the entity: it is neither the one that made it nor above."""
    if giver.entitled or giver.saying in looked.admitted:
        return False
    return not home.had(giver)


def _applied(maker: _Placed, rest: Sequence[_Placed], looked: _Looked, version: int) -> EntityState:
    kept_back = _kept_back(maker, looked)
    now = {name: value for name, value in _words(maker.order).items() if name not in kept_back}
    knowledge = Knowledge(now)
    steps = [replace(maker.step, changed=_changed({}, now))]
    if kept_back:
        settled = maker.giver.saying in looked.settled
        of_centre = replace(maker.step, held=Held.RESERVED, settled=settled)
        steps.append(replace(of_centre, changed=_changed({}, kept_back)))
    for each in rest:
        if not each.order.update:
            steps.append(replace(each.step, refused=True))
            continue
        said = _said(each, knowledge, now)
        changed = _changed(now, said)
        settled = each.giver.saying in looked.settled
        held = _held(each.giver, maker.giver, looked, changed)
        if held:
            steps.append(replace(each.step, changed=changed, held=held, settled=settled))
            continue
        unaware = not each.knew_nothing and knowledge.lacks(each.author)
        clashing = _clashing(each.author, said, knowledge, now) if unaware else ()
        now |= said
        knowledge.add(each.author, said)
        conflict = (Conflict.HARD if clashing else Conflict.SOFT) if unaware else None
        steps.append(
            replace(
                each.step,
                changed=changed,
                conflict=conflict,
                clashing=clashing,
                settled=settled and conflict is not None,
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
        maker=maker.giver.source,
        home=maker.giver.source,
    )


def _kept_back(maker: _Placed, looked: _Looked) -> dict[str, str]:
    """Words that only the centre may say: an entity is made without them. Of what the centre alone
    changes later, its maker says how it begins."""
    giver = maker.giver
    if giver.central or giver.saying in looked.admitted:
        return {}
    words = _words(maker.order).items()
    return {name: value for name, value in words if f"{name}={value}" in giver.reserved}


def _held(
    giver: Contribution,
    home: Contribution,
    looked: _Looked,
    changed: Mapping[str, tuple[str, str]],
) -> Held | None:
    if _foreign(giver, home, looked):
        return Held.FOREIGN
    if giver.central or giver.saying in looked.admitted:
        return None
    said = {each for name, (_, new) in changed.items() for each in (name, f"{name}={new}")}
    return None if said.isdisjoint(giver.reserved) else Held.RESERVED


def _words(order: Order) -> dict[str, str]:
    """An update without a label leaves the one there is."""
    return {**order.data, LABEL: order.label} if order.label else dict(order.data)


def _said(each: _Placed, knowledge: Knowledge, now: Mapping[str, str]) -> dict[str, str]:
    """A form that shows a deadline sends it back: who only repeats what the centre alone may change
    did not mean to change it, though the centre has meanwhile."""
    words, giver = _words(each.order), each.giver
    if giver.origin is Origin.RECORD and any(". " in value for value in words.values()):
        words = _with_full_names(words, each.author, knowledge, now)
    repeated = {
        name
        for name in words.keys() & set(giver.reserved)
        if not giver.central and words[name] == knowledge.last_for(each.author, name)
    }
    return {name: value for name, value in words.items() if name not in repeated}


def _with_full_names(
    words: Mapping[str, str], author: Author, knowledge: Knowledge, now: Mapping[str, str]
) -> dict[str, str]:
    """Phones have names in short (server.model.short_names), and forms send back what they show:
    who repeats a short name did not mean to shorten it."""
    known = {name: knowledge.last_for(author, name) or now[name] for name in now}
    full = {
        name: value
        for name, value in words.items()
        if value == known.get(name, "") or value != short_name(known.get(name, ""))
    }
    if LABEL in full:
        label, before = full.pop(LABEL), known.get(LABEL, "")
        held = {name: value for name, value in known.items() if name != LABEL}
        restored = full_again(label, before, held, now)
        if restored == label or restored != before:
            full[LABEL] = restored
    return full


def _changed(now: Mapping[str, str], said: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {
        name: (now.get(name, ""), value)
        for name, value in said.items()
        if now.get(name, "") != value
    }


def _clashing(
    author: Author, said: Mapping[str, str], knowledge: Knowledge, now: Mapping[str, str]
) -> tuple[str, ...]:
    """What was changed behind the author's back and is said otherwise by this order."""
    return tuple(
        name
        for name, value in said.items()
        if now.get(name, "") not in (value, knowledge.last_for(author, name))
    )


def _worst(steps: Iterable[Step]) -> Conflict | None:
    """What is held is one too, that overwrote nothing."""
    open_ones = {each.conflict or Conflict.SOFT for each in steps if each.open}
    if Conflict.HARD in open_ones:
        return Conflict.HARD
    return Conflict.SOFT if open_ones else None
