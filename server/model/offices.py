"""The tree of offices. Levels and names change by law, so neither is fixed here (domain.md §0)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.model.scope import EVERYWHERE


@dataclass(frozen=True, slots=True)
class Office:
    """``kind`` is free text of the centre (tinh, huyen, xa, truong); ``cluster`` a free grouping.

    ``place`` is (longitude, latitude) when known.
    """

    code: str
    label: str
    kind: str = ""
    cluster: str = ""
    parent: str | None = None
    commune: str = ""
    place: tuple[float, float] | None = None


def within(code: str | None, offices: Mapping[str, Office]) -> tuple[str, ...]:
    """``*``, then the offices above ``code`` from the top, then ``code`` itself.

    What belongs to no office is within ``*`` alone: only who sees everything sees it.
    """
    above: list[str] = []
    at = code
    while at and at != EVERYWHERE and at not in above:
        above.append(at)
        office = offices.get(at)
        at = office.parent if office else None
    return (EVERYWHERE, *reversed(above))


def chains_of(codes: Iterable[str], offices: Mapping[str, Office]) -> tuple[str, ...]:
    """All that stand above one of ``codes``, and they themselves, once each; ``*`` first."""
    chains = (each for code in codes for each in within(code, offices))
    return tuple(dict.fromkeys(chains))


def below(roots: Iterable[str], offices: Mapping[str, Office]) -> tuple[Office, ...]:
    """The offices in the subtrees of ``roots``, in code order."""
    wanted = frozenset(roots)
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
