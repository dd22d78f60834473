"""What numbers say of single people, and so are not told to who reads no records: those below five,
and those by which one of these could be had by taking others away (docs/decisions/0027).

A unit's numbers are those of all below it too, one for each review state. So its total is the sum
of its states, and each of them the sum of the units right below and of what is its own alone. Such
a sum with one unknown in it tells it: where one is hidden another is too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

LEAST = 5
_ROOM = LEAST - 2  # what is small may be anything from one to four
_OWN = "/"  # behind a unit's code: what is its own alone; no code has it


@dataclass(frozen=True, slots=True)
class Quiet:
    """The units of which the total is hidden, each with the number that it is told to be below, 0
    for none; and the units of which the states are hidden."""

    totals: Mapping[str, int]
    states: frozenset[str]


def kept_quiet(
    numbers: Mapping[str, tuple[int, ...]], above: Mapping[str, str], known: Collection[str]
) -> Quiet:
    """``numbers`` by unit, ``above`` each the unit right above it; ``known`` are those of which the
    reader may see each record, with all below them."""
    rest = _without(known, numbers, above)
    tree = _Tree(rest, above)
    small = {each for each, total in tree.totals.items() if 0 < total < LEAST}
    totals = _Cover(tree, small, _ROOM).all()
    some = {each for each, said in tree.said.items() if any(0 < n < LEAST for n in said)}
    states = _Cover(tree, totals | some, 0).all()

    def below(unit: str) -> int:
        """Whoever sees some of its records takes them away."""
        theirs = sum(numbers[unit]) - tree.totals[unit]
        return theirs + LEAST if unit in small else 0

    units = numbers.keys()
    return Quiet({each: below(each) for each in totals & units}, frozenset(states & units))


def _without(
    known: Collection[str], numbers: Mapping[str, tuple[int, ...]], above: Mapping[str, str]
) -> Mapping[str, tuple[int, ...]]:
    """What is not known: nobody's number is made larger, or hidden, by what its reader sees."""
    rest = dict(numbers)
    for unit in known:
        rest[unit] = (0,) * len(numbers[unit])
        at = above.get(unit, "")
        while at in numbers and above.get(unit) not in known:
            pairs = zip(rest[at], numbers[unit], strict=True)
            rest[at] = tuple(max(0, all_of_it - theirs) for all_of_it, theirs in pairs)
            at = above.get(at, "")
    return rest


class _Tree:
    """The parts of each unit with any number: the units right below it and what is its own."""

    def __init__(self, numbers: Mapping[str, tuple[int, ...]], above: Mapping[str, str]) -> None:
        self.said = {unit: said for unit, said in numbers.items() if any(said)}
        self.parts: dict[str, list[str]] = {}
        for unit in self.said:
            if above.get(unit) in self.said:
                self.parts.setdefault(above[unit], []).append(unit)
        for unit, parts in self.parts.items():
            below = zip(*(self.said[each] for each in parts), strict=True)
            pairs = zip(self.said[unit], map(sum, below), strict=True)
            # While a day is counted a unit may have less than those below it.
            own = tuple(max(0, all_of_it - theirs) for all_of_it, theirs in pairs)
            if any(own):
                self.said[unit + _OWN] = own
                parts.append(unit + _OWN)
        self._above = above

    @cached_property
    def totals(self) -> Mapping[str, int]:
        return {each: sum(said) for each, said in self.said.items()}

    @cached_property
    def upwards(self) -> list[str]:
        """Units with parts, each behind all below it."""
        return sorted(self.parts, key=self._depth, reverse=True)

    def _depth(self, unit: str) -> int:
        depth, at = 0, unit
        while (at := self._above.get(at, "")) and depth < len(self._above):
            depth += 1
        return depth


class _Cover:
    """Hides with what is ``hidden`` so much that no sum tells it, from the lowest units upwards.

    Whoever knows these rules learns nothing by them: what is hidden beside it goes by an order of
    its own and not by its number, and whether that is enough by what all that is hidden in one sum
    comes to, which the shown numbers tell anyway. ``room`` is by how much any of it must be able to
    grow, the others being as small as they may be by what is told of them.
    """

    def __init__(self, tree: _Tree, hidden: Iterable[str], room: int) -> None:
        self._tree, self._hidden, self._room = tree, set(hidden), room

    def all(self) -> set[str]:
        for unit in self._tree.upwards:
            self._settle(unit)
        return self._hidden

    def _settle(self, unit: str) -> None:
        while not self._is_safe(unit):
            offered = set(self._tree.parts[unit]) - self._hidden
            if offered:
                chosen = min(offered, key=self._order)
                self._hidden.add(chosen)
                if chosen in self._tree.parts:
                    self._settle(chosen)
            elif unit in self._hidden:
                return  # what is above it gives way
            else:
                self._hidden.add(unit)

    def _is_safe(self, unit: str) -> bool:
        gone = [each for each in self._tree.parts[unit] if each in self._hidden]
        if not gone:
            return unit not in self._hidden
        return len(gone) > 1 and self._has_room(gone)

    def _has_room(self, gone: Collection[str]) -> bool:
        if not self._room:
            return True
        spare = sum(self._tree.totals[each] - self._least(each) for each in gone)
        return spare >= self._room and any(map(self._may_grow, gone))

    def _least(self, part: str) -> int:
        """What it must be, by what is told of it and of its parts: where one of these is told, the
        others have room enough."""
        if part.endswith(_OWN) or self._is_small(part):
            return 1
        parts = self._tree.parts.get(part, ())
        told = [self._tree.totals[each] for each in parts if each not in self._hidden]
        least = [self._least(each) for each in parts if each in self._hidden]
        return max(LEAST, sum(told) + sum(least) + (self._room if told else 0))

    def _may_grow(self, part: str) -> bool:
        """Whether it may be larger than it is by any number, by what is told."""
        there = self._hidden.intersection(self._tree.parts.get(part, ()))
        is_whole = part not in self._tree.parts
        return not self._is_small(part) and (is_whole or any(map(self._may_grow, there)))

    def _is_small(self, part: str) -> bool:
        """And is told to be."""
        return self._tree.totals[part] < LEAST and not part.endswith(_OWN)

    def _order(self, part: str) -> tuple[bool, bool, str]:
        """First what stands in no table anyway, last what has parts of which one would go too."""
        return not part.endswith(_OWN), part in self._tree.parts, part
