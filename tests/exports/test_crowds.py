"""No row can be told apart from those of four other people, whatever all or some may know."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from exports.crowds import Crowds, K

_Said = tuple[str, Sequence[str], Sequence[str]]


def _told(said: Sequence[_Said]) -> list[Sequence[str] | None]:
    crowds = Crowds(len(said[0][1]))
    for known, some, people in said:
        crowds.add([known], some, people)
    return list(crowds.told())


def test_five_people_stay_and_four_do_not() -> None:
    five = [("nu", [], [f"c{each}"]) for each in range(5)]
    assert _told(five) == [[]] * 5
    assert _told(five[:4]) == [None] * 4
    assert _told([*five, ("nam", [], ["c9"])]) == [[]] * 5 + [None]


def test_five_visits_to_one_child_are_a_group_of_one() -> None:
    assert _told([("nu", [], ["c1"])] * 5) == [None] * 5
    four = [("nu", [], [f"c{each}"]) for each in range(4)]
    assert _told([*four, *four]) == [None] * 8
    assert _told([*four, ("nu", [], [""])]) == [[]] * 5, "nobody known is somebody else"


def test_children_of_one_household_are_one() -> None:
    assert _told([("nu", [], [f"c{each}", "h1"]) for each in range(5)]) == [None] * 5
    assert _told([("nu", [], [f"c{each}", ""]) for each in range(5)]) == [[]] * 5


def test_what_too_few_share_is_left_empty_and_the_row_stays() -> None:
    said = [("nu", ["2"], [f"a{each}"]) for each in range(6)]
    said += [("nu", ["9"], ["b"]), ("nu", ["8"], ["c"])]
    # Two alone would be known by their silence: others are silent with them.
    assert _told(said) == [[""]] * 8
    said += [("nu", ["3"], [f"d{each}"]) for each in range(5)]
    told = [each[0] for each in _told(said) if each is not None]
    assert told == ["2"] * 6 + [""] * 7, "the smallest of those that could stay"


def test_nobody_is_alone_with_several_answers_together() -> None:
    """Each answer of theirs is common; a neighbour knows all of them."""
    draw = random.Random(20261128)
    said = [
        (draw.choice("ab"), [draw.choice("123"), draw.choice("12"), draw.choice("1234")], [f"{n}"])
        for n in range(400)
    ]
    alike: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for (known, _, people), told in zip(said, _told(said), strict=True):
        assert told is not None
        alike[(known, *told)].update(people)
    assert min(map(len, alike.values())) >= K
    assert len(alike) > 8, "most of it is told"
