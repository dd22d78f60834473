"""Numbers below five are hidden, and nobody who adds and subtracts what is shown finds one out."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

import pytest

from server.model.small_counts import LEAST, Quiet, kept_quiet

STATES = 5
TOTAL = STATES  # the place of the total behind the states
NO_BOUND = 10**6

Numbers = dict[str, tuple[int, ...]]
Cell = tuple[str, int]
Sum = dict[Cell, int]
"""What adds up to nothing: cells with how often each counts."""


def numbers_of(own: Mapping[str, tuple[int, ...]], above: Mapping[str, str]) -> Numbers:
    """With all below each."""
    found = {unit: [0] * STATES for unit in (*own, "*")}
    for unit, said in own.items():
        at: str | None = unit
        while at:
            found[at] = [one + other for one, other in zip(found[at], said, strict=True)]
            at = above.get(at)
    return {unit: tuple(said) for unit, said in found.items()}


def flat(**own: Sequence[int]) -> tuple[Numbers, dict[str, str]]:
    """Units right below the centre, with their first states."""
    above = {unit: "*" for unit in own}
    whole = {unit: (*said, *[0] * (STATES - len(said))) for unit, said in own.items()}
    return numbers_of(whole, above), above


def test_a_small_number_and_the_next_that_would_tell_it_are_hidden() -> None:
    numbers, above = flat(a=[3], b=[9], c=[40])
    quiet = kept_quiet(numbers, above, ())
    assert quiet.totals == {"a": LEAST, "b": 0}
    assert quiet.states == {"a", "b"}


def test_where_nothing_is_small_nothing_is_hidden() -> None:
    numbers, above = flat(a=[5, 0, 7], b=[9, 6], c=[40])
    assert kept_quiet(numbers, above, ()) == Quiet({}, frozenset())


def test_a_small_state_hides_the_states_of_another_office_and_no_total() -> None:
    numbers, above = flat(a=[20, 2], b=[9, 8], c=[40, 30])
    quiet = kept_quiet(numbers, above, ())
    assert quiet.totals == {}
    assert quiet.states == {"a", "b"}


def test_two_small_ones_alone_would_tell_each_other() -> None:
    """Their sum is eight: each is four."""
    numbers, above = flat(a=[4], b=[4], c=[30])
    assert kept_quiet(numbers, above, ()).totals.keys() == {"a", "b", "c"}


def test_where_no_other_is_left_the_sum_is_hidden_too() -> None:
    numbers, above = flat(a=[3], b=[4])
    assert kept_quiet(numbers, above, ()).totals.keys() == {"a", "b", "*"}


def test_what_is_hidden_in_one_sum_is_not_told_by_another() -> None:
    """``b`` hides with ``a``; its own parts would add up to it, and of these one would tell it."""
    own = {"a": (2, 0, 0, 0, 0), "b1": (9, 0, 0, 0, 0), "b2": (30, 0, 0, 0, 0)}
    above = {"a": "*", "b": "*", "b1": "b", "b2": "b"}
    numbers = numbers_of({"b": (0,) * 5, **own}, above)
    assert kept_quiet(numbers, above, ()).totals.keys() == {"a", "b", "b1", "b2"}


def test_whoever_sees_the_records_is_told_and_it_protects_nothing_from_them() -> None:
    numbers, above = flat(a=[3], b=[2], c=[9])
    quiet = kept_quiet(numbers, above, ("a",))
    assert quiet.totals == {"b": LEAST, "c": 0}, "a and b alone would not do: a is known"
    assert kept_quiet(numbers, above, ("a", "b", "c")) == Quiet({}, frozenset())
    alone, above = flat(a=[3], b=[1])
    assert kept_quiet(alone, above, ("a",)).totals == {"b": LEAST, "*": LEAST + 3}


@pytest.mark.parametrize(
    ("above", "most", "known"),
    [
        ({"a": "*", "b": "*", "c": "*"}, 20, ()),
        ({"a": "*", "b": "*", "c": "*"}, 18, ("b",)),
        ({"a": "*", "b": "*", "c": "b", "d": "b"}, 10, ()),
    ],
)
def test_nobody_finds_one_who_knows_how_the_others_are_chosen(
    above: Mapping[str, str], most: int, known: tuple[str, ...]
) -> None:
    """All houses that look the same: of whatever is hidden in them and small there are several.
    Without looks that larger houses than these may have too."""
    alike: dict[Looks, list[Numbers]] = {}
    for own in product(range(most), repeat=len(above)):
        whole = {unit: (number, 0, 0, 0, 0) for unit, number in zip(above, own, strict=True)}
        numbers = numbers_of(whole, above)
        alike.setdefault(_looks(numbers, above, known), []).append(numbers)
    for looks, houses in alike.items():
        is_whole = max(sum(each["*"]) for each in houses) < most
        for unit in {each for each, told in looks if isinstance(told, str)}:
            there = {sum(each[unit]) for each in houses}
            assert not is_whole or len(there) > 1 or there.pop() >= LEAST, looks


Looks = tuple[tuple[str, int | str], ...]


def _looks(numbers: Numbers, above: Mapping[str, str], known: tuple[str, ...]) -> Looks:
    """The totals as they are told, without what stands below a small one."""
    quiet = kept_quiet(numbers, above, known)

    def is_told(unit: str) -> bool:
        its = above.get(unit)
        return not its or (is_told(its) and (not quiet.totals.get(its) or unit in known))

    return tuple(
        (unit, f"<{quiet.totals[unit]}" if unit in quiet.totals else sum(said))
        for unit, said in numbers.items()
        if any(said) and is_told(unit)
    )


@pytest.mark.parametrize("turn", range(3))
def test_nobody_who_reckons_finds_a_small_number(turn: int) -> None:
    found = hidden = 0
    for seed in range(turn * 50, turn * 50 + 50):
        numbers, above = _some_house(random.Random(seed))
        quiet = kept_quiet(numbers, above, ())
        for unit, said in numbers.items():
            assert unit in quiet.totals or not 0 < sum(said) < LEAST
            assert unit in quiet.states or not any(0 < each < LEAST for each in said)
        attack = Attack(numbers, above, quiet)
        assert attack.finds() == [], (seed, attack.finds())
        found, hidden = found + len(numbers), hidden + len(quiet.totals)
    assert 0 < hidden < found, "else there is nothing to find, or nothing is told"


def _some_house(chance: random.Random) -> tuple[Numbers, dict[str, str]]:
    above: dict[str, str] = {}
    units = ["*"]
    for at in range(chance.randint(3, 13)):
        above[f"u{at}"] = chance.choice(units[-5:])
        units.append(f"u{at}")

    def some() -> int:
        return 0 if chance.random() < 0.6 else chance.choice((1, 2, 3, 4, 5, 6, 9, 15, 40))

    return numbers_of({each: tuple(some() for _ in range(STATES)) for each in units}, above), above


@dataclass
class Attack:
    """Somebody who knows how the units lie in each other, that what is not told may be anything,
    and where ``<5`` and ``hidden`` stand."""

    numbers: Numbers
    above: Mapping[str, str]
    quiet: Quiet
    true: dict[Cell, int] = field(default_factory=dict)
    low: dict[Cell, int] = field(default_factory=dict)
    high: dict[Cell, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)

    def __post_init__(self) -> None:
        for unit, said in self.numbers.items():
            parts = [each for each, its in self.above.items() if its == unit]
            self._learn(unit, said)
            below = [self.numbers[each] for each in parts]
            own = tuple(n - sum(each[at] for each in below) for at, n in enumerate(said))
            if parts and any(own):  # they are even told where all is of the units below
                self._learn(f"{unit}/", own)
                parts.append(f"{unit}/")
            if parts:
                for at in (*range(STATES), TOTAL):
                    self.sums.append({(unit, at): 1, **{(each, at): -1 for each in parts}})

    def finds(self) -> list[tuple[Cell, int]]:
        self._narrow()
        solved = {each for each in self.true if self.low[each] == self.high[each]}
        solved |= set(self._solved())
        small = {each for each, number in self.true.items() if 0 < number < LEAST}
        return sorted((each, self.true[each]) for each in solved & small)

    def _learn(self, unit: str, said: tuple[int, ...]) -> None:
        for at, number in enumerate((*said, sum(said))):
            self.true[unit, at] = number
            self.low[unit, at], self.high[unit, at] = self._told(unit, at, number)
        self.sums.append({(unit, TOTAL): 1, **{(unit, at): -1 for at in range(STATES)}})

    def _told(self, unit: str, at: int, number: int) -> tuple[int, int]:
        hidden = self.quiet.totals if at == TOTAL else self.quiet.states
        if unit in self.numbers and unit not in hidden:
            return number, number
        if at != TOTAL or unit.endswith("/"):
            return 0, NO_BOUND
        is_shown = self.above.get(unit, "") not in self.quiet.totals
        return (int(is_shown), LEAST - 1) if number < LEAST else (LEAST, NO_BOUND)

    def _narrow(self) -> None:
        """Bounds of what is not told, by the bounds of the others in each sum."""
        is_new = True
        while is_new:
            is_new = False
            for each in self.sums:
                for cell, sign in each.items():
                    rest = [(n * -sign, other) for other, n in each.items() if other != cell]
                    low = sum(n * (self.low if n > 0 else self.high)[it] for n, it in rest)
                    high = sum(n * (self.high if n > 0 else self.low)[it] for n, it in rest)
                    if low > self.low[cell] or high < self.high[cell]:
                        self.low[cell] = max(low, self.low[cell])
                        self.high[cell] = min(high, self.high[cell])
                        is_new = True

    def _solved(self) -> Iterator[Cell]:
        """What the sums alone leave one number for (Gauss and Jordan)."""
        told = {each: self._told(*each, number) for each, number in self.true.items()}
        unknown = {each for each, (low, high) in told.items() if low < high}
        rows: dict[Cell, dict[Cell, Fraction]] = {}
        for each in self.sums:
            row = {cell: Fraction(n) for cell, n in each.items() if cell in unknown}
            for first, known in rows.items():
                _take(row, known, first)
            if row:
                first = next(iter(row))
                row = {cell: n / row[first] for cell, n in row.items()}
                for known in rows.values():
                    _take(known, row, first)
                rows[first] = row
        return (first for first, row in rows.items() if len(row) == 1)


def _take(row: dict[Cell, Fraction], known: Mapping[Cell, Fraction], first: Cell) -> None:
    """``first`` out of ``row``, by what is known of it."""
    times = row.get(first, Fraction(0))
    for cell, n in known.items() if times else ():
        row[cell] = row.get(cell, Fraction(0)) - times * n
        if not row[cell]:
            del row[cell]
