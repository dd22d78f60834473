"""How many records came in, by month and office, as a reader may be told: exactly where they may
see the records one by one, else without what numbers say of single people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.model.alphabet import alphabetical
from server.model.counts import CountedMonth
from server.model.forms import FormKey
from server.model.offices import Office, tops, within
from server.model.scope import EVERYWHERE, Scope
from server.model.small_counts import Quiet, kept_quiet
from server.storage.counters import Counters

_MONTHS = 12  # read at a time


@dataclass(frozen=True, slots=True)
class Line:
    """A unit with all below it; ``depth`` says how far it stands below the highest of the lines. A
    ``total`` of None is hidden; ``under`` is a number that it is told to be below, 0 for none.
    ``states`` are None where they are hidden, else by review state in their order."""

    month: str
    office: str
    depth: int
    total: int | None
    under: int
    states: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose question it is: ``told`` is where they are told numbers, ``seen`` where they may look
    at the records."""

    offices: Mapping[str, Office]
    told: Scope
    seen: Scope

    @property
    def hides(self) -> bool:
        """Whether anything may be hidden."""
        return not all(self.seen.sees_office(self.chain(each)) for each in self.told.offices)

    def roots(self, office: str) -> frozenset[str]:
        """The highest units that are asked for; ``office`` alone, if that is told."""
        if office and self.told.sees_office(self.chain(office)):
            return frozenset((office,))
        return tops(self.told.offices, self.offices)

    def chain(self, unit: str) -> tuple[str, ...]:
        return within(unit, self.offices)


def month_lines(
    counters: Counters, key: FormKey, reader: Reader, office: str, before: str
) -> Iterator[list[Line]]:
    """Month by month, the newest first; ``before`` is the month behind the first, "" for all."""
    roots = reader.roots(office)
    while months := counters.months(key, before, _MONTHS):
        for each in months:
            yield list(_lines(each, reader, roots))
        before = months[-1].month


def _lines(month: CountedMonth, reader: Reader, roots: Collection[str]) -> Iterator[Line]:
    """From the highest units down, by name."""
    numbers = {unit: month.states(unit) for unit in month.counts}
    chains = {unit: reader.chain(unit) for unit in numbers}
    above = {unit: _above(its, numbers) for unit, its in chains.items() if unit != EVERYWHERE}
    known = {unit for unit, its in chains.items() if reader.seen.sees_office(its)}
    quiet = kept_quiet(numbers, above, known)
    below: dict[str, list[str]] = {}
    for unit, its in above.items():
        below.setdefault(its, []).append(unit)

    def name(unit: str) -> tuple[object, ...]:
        office = reader.offices.get(unit)
        return (alphabetical(office.label if office else unit), unit)

    def from_(unit: str, depth: int) -> Iterator[Line]:
        line = _line(month.month, unit, depth, numbers[unit], quiet)
        if line.total != 0:
            yield line
        for each in sorted(below.get(unit, ()), key=name):
            # Of fewer than five, whether one of them is here or there is not told.
            if not line.under or each in known:
                yield from from_(each, depth + 1)

    def is_among_few(unit: str) -> bool:
        """Whoever asks for it alone is told no more than of all."""
        around = (each for each in chains[unit][:-1] if reader.told.sees_office(reader.chain(each)))
        return unit not in known and any(map(quiet.totals.get, around))

    for root in sorted(roots, key=name):
        if root in numbers and not is_among_few(root):
            yield from from_(root, 0)


def _above(chain: Sequence[str], numbers: Collection[str]) -> str:
    """The next one above that was counted: the tree may have changed since."""
    return next((each for each in reversed(chain[:-1]) if each in numbers), EVERYWHERE)


def _line(month: str, unit: str, depth: int, said: tuple[int, ...], quiet: Quiet) -> Line:
    return Line(
        month=month,
        office=unit,
        depth=depth,
        total=None if unit in quiet.totals else sum(said),
        under=quiet.totals.get(unit, 0),
        states=None if unit in quiet.states else said,
    )
