"""Units merged, divided and renamed: what the tree says afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from server.errors import NotUnderstood, OfficeUnknown
from server.model.offices import Office, current, within
from server.model.scope import EVERYWHERE, WHOLE_HOUSE, Scope
from server.model.succession import Heir, Succession, Wish, plan_succession

DAY, EVE, TODAY = "2026-11-01", "2026-10-31", "2026-11-24"
TREE = {
    each.code: each
    for each in (
        Office("TT", "Trung tâm", "tinh"),
        Office("H", "Hạ Long", "huyen", parent="TT"),
        Office("A", "Xã A", "xa", cluster="Hạ Long", parent="H"),
        Office("B", "Xã B", "xa", parent="H"),
        Office("S", "Trường của A", "truong", parent="A"),
        Office("C", "Xã C", "xa", parent="H"),
    )
}


def plan(
    ends: list[str],
    *heirs: Heir,
    day: str = DAY,
    parent: str = "",
    tree: Mapping[str, Office] = TREE,
    scope: Scope = WHOLE_HOUSE,
) -> Succession:
    return plan_succession(Wish(ends, heirs, day, parent), tree, scope, TODAY)


def after(succession: Succession) -> dict[str, Office]:
    return {**TREE, **{each.code: each for each in succession.offices}}


def test_two_communes_merge_and_the_new_one_answers_for_both() -> None:
    tree = after(plan(["A", "B"], Heir("M", "Xã M")))
    assert tree["M"] == Office("M", "Xã M", "xa", "Hạ Long", "H", valid_from=DAY)
    for code in ("A", "B"):
        assert (tree[code].valid_to, tree[code].label) == (EVE, TREE[code].label)
        assert within(code, tree) == (EVERYWHERE, "TT", "H", "M", code)
        assert current(code, tree) == tree["M"]
    assert within("S", tree) == (EVERYWHERE, "TT", "H", "M", "A", "S"), "and for its school"
    assert within("C", tree) == within("C", TREE)


def test_one_that_stands_takes_another_in() -> None:
    tree = after(plan(["A"], Heir("B")))
    assert within("A", tree) == (EVERYWHERE, "TT", "H", "B", "A")
    assert tree["B"] == TREE["B"]


def test_of_two_that_divide_one_the_first_gets_the_records() -> None:
    tree = after(plan(["A"], Heir("M", "Xã M"), Heir("N", "Xã N"), parent="TT"))
    assert within("A", tree) == (EVERYWHERE, "TT", "M", "A")
    assert within("N", tree) == (EVERYWHERE, "TT", "N")


def test_a_code_that_is_given_again_is_told_apart_by_its_day() -> None:
    """Phường Cao Thắng's number is Phường Hà Lầm's since July 2025."""
    tree = after(plan(["A"], Heir("A", "Xã A mới")))
    assert tree["A"].label == "Xã A"
    assert tree["A"].successor == f"A@{DAY}"
    assert tree[f"A@{DAY}"].number == "A"
    again = plan_succession(
        Wish([f"A@{DAY}"], [Heir("A", "Xã A lần ba")], "2026-11-20"), tree, WHOLE_HOUSE, TODAY
    )
    assert [each.code for each in again.heirs] == ["A@2026-11-20"]
    last = {**tree, **{each.code: each for each in again.offices}}
    assert within("A", last)[-3:] == ("A@2026-11-20", f"A@{DAY}", "A")


def test_a_district_is_dissolved_into_what_stands_above_it() -> None:
    tree = after(plan(["H"], Heir("TT")))
    assert within("A", tree) == (EVERYWHERE, "TT", "H", "A")
    assert tree["H"].valid_to == EVE


@pytest.mark.parametrize("ends", [["A", "B"], ["A", "S"], ["H"], ["S"], ["A", "B", "C"]])
@pytest.mark.parametrize("heir", [Heir("M", "M"), Heir("A", "A")])
def test_nobody_who_answered_for_something_ceases_to(ends: list[str], heir: Heir) -> None:
    """What they said stays in force, and an edit that was taken is taken again by a replay."""
    tree = after(plan(ends, heir if heir.code in ends else replace(heir, code="M")))
    for code in TREE:
        assert set(within(code, TREE)) <= set(within(code, tree)), code
        assert within(code, tree)[-1] == code


@pytest.mark.parametrize(
    ("ends", "heirs", "said"),
    [
        ([], [Heir("M", "M")], {}),
        (["A"], [], {}),
        (["A"], [Heir("A")], {}),
        (["A"], [Heir("M", "M"), Heir("M", "M")], {}),
        (["A"], [Heir("B", "Tên khác")], {}),
        (["A"], [Heir("M.M", "M")], {}),
        (["A"], [Heir("M", "M")], {"day": "hôm nay"}),
        (["A"], [Heir("M", "M")], {"day": "2026-11-25"}),
        (["A"], [Heir("M", "M")], {"parent": "S"}),
        (["H"], [Heir("A")], {}),
        (["TT"], [Heir("M", "M")], {}),
    ],
)
def test_what_cannot_be_meant_is_said(
    ends: list[str], heirs: list[Heir], said: dict[str, str]
) -> None:
    with pytest.raises(NotUnderstood):
        plan(ends, *heirs, **said)  # type: ignore[arg-type]


def test_one_that_ended_does_not_end_again() -> None:
    with pytest.raises(NotUnderstood):
        plan(["A"], Heir("N", "N"), tree=after(plan(["A"], Heir("M", "M"))))


def test_nobody_changes_units_of_others() -> None:
    own = Scope.of(["A", "C"])
    for ends, heir, parent in (
        (["B"], Heir("M", "M"), "A"),
        (["A"], Heir("B"), "C"),
        (["A"], Heir("M", "M"), "H"),
        (["A"], Heir("M", "M"), ""),
        (["X"], Heir("M", "M"), ""),
    ):
        with pytest.raises(OfficeUnknown):
            plan(ends, heir, parent=parent, scope=own)
