"""What numbers say of single people, and so are not told to who reads no records: those below five,
and those by which one of these could be had by taking others away (docs/decisions/0027).

A unit's numbers are those of all below it too, one for each review state. So its total is the sum
of its states, and each of them the sum of the units right below and of what is its own alone. Such
a sum with one unknown in it tells it: where one is hidden another is too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

LEAST = 5
# So far what hides with a small number can be from what it is: it may be any from one to four.
_ROOM = LEAST - 2
_OWN = "/"  # behind a unit's code: what is its own alone; no code has it


@dataclass(frozen=True, slots=True)
class Quiet:
    """The units of which the total is hidden, and of which the states are."""

    totals: frozenset[str]
    states: frozenset[str]


def kept_quiet(
    numbers: Mapping[str, tuple[int, ...]], above: Mapping[str, str], known: Collection[str]
) -> Quiet:
    """``numbers`` by unit, ``above`` each the unit right above it; ``known`` are those of which the
    reader may see each record, with all below them."""
    tree = _Tree(numbers, above)
    seen = tree.known_by(known)
    small = {each for each, total in tree.totals.items() if 0 < total < LEAST} - seen
    totals = _Cover(tree, seen, small, _ROOM).all()
    some = {each for each, said in tree.said.items() if any(0 < n < LEAST for n in said)} - seen
    states = _Cover(tree, seen, totals | some, 0).all()
    units = numbers.keys()
    return Quiet(frozenset(totals & units), frozenset(states & units))


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

    def known_by(self, known: Collection[str]) -> set[str]:
        """Of whatever the parts are known the sum is, too."""
        seen = {each for each in self.said if each.removesuffix(_OWN) in known}
        for unit in self.upwards:
            if seen.issuperset(self.parts[unit]):
                seen.add(unit)
        return seen

    def _depth(self, unit: str) -> int:
        depth, at = 0, unit
        while (at := self._above.get(at, "")) and depth < len(self._above):
            depth += 1
        return depth


class _Cover:
    """Hides with what is ``hidden`` so much that no sum tells it, from the lowest units upwards.

    ``room`` is by how much what hides with it in one sum must be able to give way, without going
    below what is told of it.
    """

    def __init__(self, tree: _Tree, seen: set[str], hidden: Iterable[str], room: int) -> None:
        self._tree, self._seen, self._hidden, self._room = tree, seen, set(hidden), room

    def all(self) -> set[str]:
        for unit in self._tree.upwards:
            self._settle(unit)
        return self._hidden

    def _settle(self, unit: str) -> None:
        while not self._is_safe(unit):
            offered = list(self._offered(unit))
            if offered:
                chosen = self._least_missed(offered)
                self._hidden.add(chosen)
                if chosen in self._tree.parts:
                    self._settle(chosen)
            elif unit in self._hidden:
                return  # what is above it gives way
            else:
                self._hidden.add(unit)

    def _is_safe(self, unit: str) -> bool:
        gone = [each for each in self._tree.parts[unit] if each in self._hidden]
        is_hidden = unit in self._hidden
        if unit in self._seen or not (gone or is_hidden):
            return True
        if is_hidden and gone and self._tree.totals[unit] < LEAST:
            return True
        return len(gone) + is_hidden > 1 and self._way(unit) >= self._room

    def _way(self, unit: str) -> int:
        """How far its hidden parts can give way without it."""
        return sum(map(self._gives, self._tree.parts[unit]))

    def _gives(self, part: str) -> int:
        if part not in self._hidden:
            return 0
        way = max(0, self._tree.totals[part] - LEAST)
        return min(way, self._way(part)) if part in self._tree.parts else way

    def _offered(self, unit: str) -> Iterator[str]:
        for each in self._tree.parts[unit]:
            if each not in self._hidden and each not in self._seen:
                yield each

    def _least_missed(self, offered: Collection[str]) -> str:
        """What stands in no table anyway, else the smallest that is large enough."""
        totals = self._tree.totals
        enough = [each for each in offered if totals[each] >= LEAST + _ROOM]
        if not enough:
            return max(offered, key=lambda each: (totals[each], each))
        return min(enough, key=lambda each: (not each.endswith(_OWN), totals[each], each))
