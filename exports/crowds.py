"""Who is one of many: rows of which none can be told apart from those of ``K`` others.

What all may know of somebody splits rows into groups; a group of too few people is left out. What
only some may know splits the groups further as long as enough people share each answer: where too
few do, the answer is left empty. So rows that are told are alike in all of this for ``K`` people.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

K = 5
_MOST = 2**16 - 1  # different answers to one question; of more, further ones are rare and go

_Group = Sequence[int]
"""Numbers of rows."""


class Codes:
    """A column of words as small numbers, 0 for none: a hundred thousand rows of sixty columns wait
    in memory until it is known who is alone."""

    def __init__(self, most: int = 2**32 - 1) -> None:
        self._numbers = {"": 0}
        self._most = most
        self.rows = array("H" if most <= _MOST else "L")

    def add(self, word: str) -> None:
        known = self._numbers
        at = known.get(word)
        if at is None:
            at = known[word] = len(known) if len(known) <= self._most else 0
        self.rows.append(at)

    def words(self) -> Sequence[str]:
        return list(self._numbers)


class Crowds:
    """``some`` is how many columns only some may know."""

    def __init__(self, some: int) -> None:
        self._groups: dict[tuple[str, ...], array[int]] = {}
        self._some = [Codes(_MOST) for _ in range(some)]
        self._people: list[Codes] = []
        self._rows = 0

    def add(self, all_know: Iterable[str], some_know: Sequence[str], people: Sequence[str]) -> None:
        """``people`` are whom a row is about, each in a way of their own (a child, a household), ""
        for nobody known; as many of them in all rows. Who is not known is another each time."""
        row, self._rows = self._rows, self._rows + 1
        self._groups.setdefault(tuple(all_know), array("L")).append(row)
        for column, word in zip(self._some, some_know, strict=True):
            column.add(word)
        if not self._people:
            self._people = [Codes() for _ in people]
        for column, who in zip(self._people, people, strict=True):
            column.add(who or f"#{row}")

    def told(self) -> Iterator[Sequence[str] | None]:
        """Of each row in the order of adding what is told of what some may know; None for a row
        that is left out."""
        stay = bytearray(self._rows)
        groups: list[_Group] = [each for each in self._groups.values() if self._enough(each)]
        for group in groups:
            for row in group:
                stay[row] = 1
        for column in self._some:
            groups = [part for each in groups for part in self._parts(each, column.rows)]
        words = [(each.rows, each.words()) for each in self._some]
        for row in range(self._rows):
            yield [known[rows[row]] for rows, known in words] if stay[row] else None

    def _parts(self, group: _Group, answers: array[int]) -> list[_Group]:
        """By answer; those of too few people together, with none."""
        by_answer: dict[int, list[int]] = {}
        for row in group:
            by_answer.setdefault(answers[row], []).append(row)
        if len(by_answer) == 1:
            return [group]
        silent = by_answer.pop(0, [])
        many: list[_Group] = []
        hidden: list[int] = []
        for part in sorted(by_answer.values(), key=len, reverse=True):
            if self._enough(part):
                many.append(part)
            else:
                hidden += part
        while (silent or hidden) and many and not self._enough(silent + hidden):
            hidden += many.pop()
        for row in hidden:
            answers[row] = 0
        return [*many, silent + hidden] if silent or hidden else many

    def _enough(self, group: _Group) -> bool:
        if len(group) < K:
            return False
        return all(_are_many(each.rows[row] for row in group) for each in self._people)


def _are_many(people: Iterable[int]) -> bool:
    different: set[int] = set()
    for each in people:
        different.add(each)
        if len(different) >= K:
            return True
    return False
