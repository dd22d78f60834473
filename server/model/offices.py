"""The tree of offices. Levels and names change by law, so neither is fixed here (domain.md §0)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.model.scope import EVERYWHERE
from server.model.sequence import moment_of

AT = "@"
_CODE = re.compile(r"[0-9A-Za-z_-]{1,32}(@[0-9]{4}-[0-9]{2}-[0-9]{2})?")


def looks_like_code(code: str) -> bool:
    """Whether a new unit may be called so: its code stands in addresses and names counters."""
    return _CODE.fullmatch(code) is not None


Area = Mapping[str, Any]
"""A GeoJSON geometry: Polygon or MultiPolygon."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a level of the tree is called; ``listed``: forms offer its units as offices."""

    code: str
    vi: str
    en: str
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Office:
    """An office, or a unit of administration that offices stand in.

    ``code`` is what records and grants call it, for ever. A national code that was given again is
    told apart by the day: ``06676@2025-07-01``. ``kind`` names a Kind; ``cluster`` is a free
    grouping; ``place`` is (longitude, latitude) when known. ``valid_from`` and ``valid_to`` are its
    first and last day, '' where not known or not ended. ``successor`` is the unit that took over.
    """

    code: str
    label: str
    kind: str = ""
    cluster: str = ""
    parent: str | None = None
    commune: str = ""
    place: tuple[float, float] | None = None
    valid_from: str = ""
    valid_to: str = ""
    successor: str | None = None

    @property
    def number(self) -> str:
        """The code as the nation has it, which several units may have had."""
        return self.code.partition(AT)[0]

    @property
    def above(self) -> str | None:
        """Who answers for it. What was taken over stands under its successor, so that whoever reads
        that one's records reads its own (docs/decisions/0018)."""
        return self.successor or self.parent

    def stands_on(self, day: str) -> bool:
        return self.valid_from <= day and (not self.valid_to or day <= self.valid_to)

    def stands_between(self, since: str, end: str) -> bool:
        """On any of these days; "" ends never."""
        return (not end or self.valid_from <= end) and (not self.valid_to or since <= self.valid_to)

    def stands_beside(self, other: Office) -> bool:
        """At one time with it."""
        return self.stands_between(other.valid_from, other.valid_to)


def within(code: str | None, offices: Mapping[str, Office]) -> tuple[str, ...]:
    """``*``, then the offices above ``code`` from the top, then ``code`` itself.

    What belongs to no office is within ``*`` alone: only who sees everything sees it.
    """
    above: list[str] = []
    at = code
    while at and at != EVERYWHERE and at not in above:
        above.append(at)
        office = offices.get(at)
        at = office.above if office else None
    return (EVERYWHERE, *reversed(above))


def stands_above_itself(unit: Office, offices: Mapping[str, Office]) -> bool:
    passed, at = {unit.code}, unit.above
    while at and at in offices:
        if at in passed:
            return True
        passed.add(at)
        at = offices[at].above
    return False


def clash(unit: Office, others: Iterable[Office], before: Mapping[str, Office]) -> Office | None:
    """The one of ``others``, which have the same code, that stands at one time with it and did not
    ``before``: a merger that was undone leaves such, and nobody can mend what was."""
    was = before.get(unit.code)
    for other in others:
        beside = before.get(other.code)
        stood_so = was is not None and beside is not None and was.stands_beside(beside)
        if unit.stands_beside(other) and not stood_so:
            return other
    return None


def chains_of(codes: Iterable[str], offices: Mapping[str, Office]) -> tuple[str, ...]:
    """All that stand above one of ``codes``, and they themselves, once each; ``*`` first."""
    chains = (each for code in codes for each in within(code, offices))
    return tuple(dict.fromkeys(chains))


def below(roots: Iterable[str], offices: Mapping[str, Office]) -> tuple[Office, ...]:
    """The offices in the subtrees of ``roots``, in code order, those that ended too."""
    wanted = frozenset(roots)
    if EVERYWHERE in wanted:  # a country's thousands need not be looked at one by one
        return tuple(office for _, office in sorted(offices.items()))
    return tuple(
        office
        for code, office in sorted(offices.items())
        if not wanted.isdisjoint(within(code, offices))
    )


def tops(roots: Iterable[str], offices: Mapping[str, Office]) -> frozenset[str]:
    """``roots`` without those that stand below another: their subtrees do not overlap."""
    wanted = frozenset(roots)
    return frozenset(
        each
        for each in wanted
        if wanted.isdisjoint(above for above in within(each, offices) if above != each)
    )


def current(code: str, offices: Mapping[str, Office]) -> Office | None:
    """The unit that answers today for what was this one's: itself, or the last that took over."""
    passed: set[str] = set()
    found = offices.get(code)
    while found and found.successor and found.code not in passed:
        passed.add(found.code)
        found = offices.get(found.successor, found)
    return found


def clusters_of(offices: Mapping[str, Office]) -> Mapping[str, str]:
    """By unit the group that it is in, or that of the nearest above which has one, else the top of
    its tree. "" where that stands right above and nothing deeper: it may be a commune with its
    schools, and says more than a cluster."""
    chains = {code: _parents(code, offices) for code in offices}
    tall = {chain[-1].code for chain in chains.values() if len(chain) > 2}
    return {
        code: next((each.cluster for each in chain if each.cluster), "")
        or (chain[-1].label if len(chain) > 1 and chain[-1].code in tall else "")
        for code, chain in chains.items()
    }


def _parents(code: str, offices: Mapping[str, Office]) -> Sequence[Office]:
    """The unit itself, and those above it as it was made."""
    chain: list[Office] = []
    at: str | None = code
    while at and at in offices and offices[at] not in chain:
        chain.append(offices[at])
        at = offices[at].parent
    return chain


def name_of(code: str | None, offices: Mapping[str, Office]) -> str:
    """As it was called when it stood, whoever took it over; "" for none."""
    office = offices.get(code or "")
    return office.label if office else ""


def names_in_answers(offices: Mapping[str, Office]) -> frozenset[str]:
    """What an answer that names an office or a commune may hold."""
    names = (name for each in offices.values() for name in (each.code, each.number, each.commune))
    return frozenset(filter(None, names))


@dataclass(frozen=True, slots=True)
class Moving:
    """Something goes from standing within ``before`` to ``chain``, as the tree says ``since``."""

    before: Sequence[str]
    chain: Sequence[str]
    since: datetime

    @classmethod
    def between(
        cls, before: Sequence[str], chain: Sequence[str], changed: Mapping[str, int]
    ) -> Moving:
        """``changed`` has the ``seq`` of each unit's last change: it was one of those that answer
        for it before and after. What others say of theirs at other times says nothing of it."""
        last = max((changed.get(each, 0) for each in before if each in chain), default=0)
        return cls(before, chain, moment_of(last))

    @property
    def left(self) -> list[str]:
        """Who answers for it no more."""
        return [each for each in self.before if each not in self.chain]
