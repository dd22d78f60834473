"""What has been said of an entity so far, and what of it an author cannot have known.

Who had a list at its version ``reach`` knew what the first ``reach`` arrivals said, and of later
ones only what was said in their own name: in their own record, or along their own offline chain.
Each question is answered from what is kept by rank and by author, so that an entity with thousands
of words costs little more for each than one with ten.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

_MAKER = 0  # everybody who says something of an entity knew that it was made


class Author(NamedTuple):
    """``rank`` is the place of the source among all arrivals, from 1; ``name`` the chain, else the
    source; ``reach`` the highest rank of a stranger whose words were known."""

    name: str
    rank: int
    reach: int


class _Word(NamedTuple):
    at: int
    value: str


@dataclass(slots=True)
class _Words:
    """What was said of one property. ``ranks`` rise, and with them the places of ``heard``: a word
    after which an earlier arrival spoke is the last word for nobody but its own author."""

    ranks: list[int] = field(default_factory=list)
    heard: list[_Word] = field(default_factory=list)
    by_name: dict[str, _Word] = field(default_factory=dict)
    by_rank: dict[int, _Word] = field(default_factory=dict)

    def add(self, author: Author, word: _Word) -> None:
        while self.ranks and self.ranks[-1] >= author.rank:
            self.ranks.pop()
            self.heard.pop()
        self.ranks.append(author.rank)
        self.heard.append(word)
        self.by_name[author.name] = word
        self.by_rank[author.rank] = word

    def last_for(self, author: Author) -> str:
        known = bisect_right(self.ranks, author.reach)
        words = (
            self.heard[known - 1] if known else None,
            self.by_name.get(author.name),
            self.by_rank.get(author.rank),
        )
        return max((each for each in words if each), default=_Word(0, "")).value


class Knowledge:
    """Filled in the order in which words hold."""

    def __init__(self, made: Mapping[str, str]) -> None:
        self._said = 0
        self._ranks: list[int] = []
        self._of_name: defaultdict[str, list[int]] = defaultdict(list)
        self._of_rank: Counter[int] = Counter()
        self._of_both: Counter[tuple[str, int]] = Counter()
        self._words: defaultdict[str, _Words] = defaultdict(_Words)
        self._keep(Author("", _MAKER, _MAKER), made)

    def add(self, author: Author, said: Mapping[str, str]) -> None:
        insort(self._ranks, author.rank)
        insort(self._of_name[author.name], author.rank)
        self._of_rank[author.rank] += 1
        self._of_both[author.name, author.rank] += 1
        self._keep(author, said)

    def lacks(self, author: Author) -> bool:
        """Whether something was said that the author cannot have known."""
        own = _above(self._of_name.get(author.name, ()), author.reach)
        if author.rank > author.reach:
            own += self._of_rank[author.rank] - self._of_both[author.name, author.rank]
        return _above(self._ranks, author.reach) > own

    def last_for(self, author: Author, name: str) -> str:
        """What the property was for all that the author knew."""
        words = self._words.get(name)
        return words.last_for(author) if words else ""

    def _keep(self, author: Author, said: Mapping[str, str]) -> None:
        self._said += 1
        for name, value in said.items():
            self._words[name].add(author, _Word(self._said, value))


def _above(ranks: list[int] | tuple[()], reach: int) -> int:
    return len(ranks) - bisect_right(ranks, reach)
