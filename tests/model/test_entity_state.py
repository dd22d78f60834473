"""A child's entry is what everybody said about it, in whatever order their phones got through."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from server.model.entities import Conflict, Contribution, EntityState, Order, Origin
from server.model.entity_state import state_of

AT = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
CHAIN = "0f0e0d0c-0b0a-4908-8706-050403020100"


def said(source: str, *orders: Order, count: int = 1, **more: object) -> Contribution:
    creates = any(each.create for each in orders)
    made = Contribution(source, Origin.RECORD, orders, count, AT, "Máy của Hồng", creates=creates)
    return replace(made, **more)


def create(label: str = "Bé Na", made: str = "2026-11-01", **data: str) -> Order:
    return Order(True, False, label, data, made=made)


def update(trunk: int | None, base: int | None, branch: str = "", **data: str) -> Order:
    label = data.pop("label", "")
    return Order(False, True, label, data, trunk, base, branch, made=data.get("ngay", ""))


def offline(base: int, **data: str) -> Order:
    return update(None, base, CHAIN, **data)


def arriving(each: Iterable[Contribution]) -> EntityState:
    """What is known after each arrival replaces what its source said before, as storage does."""
    held: dict[str, Contribution] = {}
    for one in each:
        before = held.get(one.source)
        held[one.source] = one if before is None or one.count >= before.count else before
    return state_of(held.values())


def test_any_order_of_arrival_ends_the_same() -> None:
    """Made offline, changed three times, one of them sent twice, and the first record edited."""
    chain = [
        said("a", create(thon="Khu 1", muc="thap")),
        said("a", create(label="Bé Na (2015)", thon="Khu 2", muc="thap"), count=2),
        said("b", offline(1, muc="tb")),
        said("c", offline(2, muc="cao", di_hoc="khong")),
        said("d", offline(3, di_hoc="co")),
        said("d", offline(3, di_hoc="co")),
    ]
    states = {repr(arriving(each)) for each in itertools.permutations(chain)}
    assert len(states) == 1
    state = arriving(chain)
    assert (state.label, state.version, state.conflict) == ("Bé Na (2015)", 5, None)
    assert state.data == {"thon": "Khu 2", "muc": "cao", "di_hoc": "co"}
    assert [each.source for each in state.steps] == ["a", "b", "c", "d"]


def test_two_phones_and_a_settlement_end_the_same_in_any_order() -> None:
    both = [
        said("a", create(muc="thap", xa="06676")),
        said("b", offline(1, muc="tb")),
        said("c", update(1, 1, "x", muc="cao", ngay="3")),
        said("d", update(1, 2, "x", xa="06685", ngay="4")),
        said("e", update(3, 3, "y", muc="thap", ngay="5")),
        said("f", update(5, 5, muc="cao"), origin=Origin.SETTLED),
        said("g", Order(True, True, "Bé Na", {"xa": "06700"}, made="2026-10-01")),
    ]
    chance, states = random.Random(1), set()
    for _ in range(500):
        chance.shuffle(both)
        states.add(repr(arriving(both)))
    assert len(states) == 1


def test_after_every_arrival_the_version_has_risen() -> None:
    """A phone takes a line for new only when its version is higher."""
    first = said("a", create(muc="thap"))
    second, third = said("b", offline(1, muc="tb")), said("c", update(1, 1, muc="cao"))
    edited, gone = said("a", create(muc="khong"), count=2), said("c", count=2)
    versions = [
        state_of(known).version
        for known in (
            [first],
            [first, third],
            [first, second, third],
            [edited, second, third],
            [edited, second, gone],
        )
    ]
    assert versions == [1, 2, 3, 4, 5]


def test_a_change_waits_for_what_it_changes() -> None:
    state = state_of([said("b", offline(1, muc="tb"))])
    assert (state.exists, state.gone, state.version) == (False, False, 0)


def test_a_later_link_of_a_chain_does_not_wait_for_the_one_between() -> None:
    state = state_of([said("a", create(muc="thap")), said("c", offline(2, muc="cao"))])
    assert state.data == {"muc": "cao"}


@pytest.mark.parametrize(
    ("second", "conflict", "clashing"),
    [
        ({"muc": "cao"}, Conflict.HARD, ("muc",)),
        ({"xa": "06685"}, Conflict.SOFT, ()),
        ({"muc": "tb"}, Conflict.SOFT, ()),
    ],
)
def test_who_did_not_know_of_the_other_is_in_conflict(
    second: dict[str, str], conflict: Conflict, clashing: tuple[str, ...]
) -> None:
    """Central's rule: hard where something is said otherwise that was changed meanwhile."""
    state = state_of(
        [
            said("a", create(muc="thap", xa="06676")),
            said("b", replace(update(1, 1, muc="tb"), made="1")),
            said("c", replace(update(1, 1, **second), made="2")),
        ]
    )
    assert state.conflict is conflict
    assert state.steps[-1].clashing == clashing
    assert state.data == {"muc": "tb", "xa": "06676"} | second


def test_a_chain_made_offline_conflicts_with_what_another_phone_said_meanwhile() -> None:
    known = [
        said("a", create(muc="thap")),
        said("b", offline(1, muc="tb")),
        said("c", update(1, 1, "x", muc="cao")),
    ]
    assert state_of(known).conflict is Conflict.HARD


def test_who_had_seen_the_other_is_in_no_conflict() -> None:
    known = [
        said("a", create(muc="thap")),
        said("b", update(1, 1, "x", muc="tb")),
        said("c", update(2, 2, "y", muc="cao")),
    ]
    assert state_of(known).conflict is None


def test_a_settled_conflict_is_one_no_more_until_there_is_another() -> None:
    known = [
        said("a", create(muc="thap")),
        said("b", replace(update(1, 1, muc="tb"), made="1")),
        said("c", replace(update(1, 1, muc="cao"), made="2")),
    ]
    settled = said("s", replace(update(3, 3, muc="tb"), settles=("c",)), origin=Origin.SETTLED)
    state = state_of([*known, settled])
    assert (state.conflict, state.data["muc"]) == (None, "tb")
    late = said("d", replace(update(1, 1, muc="khong"), made="3"))
    state = state_of([*known, settled, late])
    assert (state.conflict, state.data["muc"]) == (Conflict.HARD, "tb")


def test_an_entity_waits_for_the_approval_of_what_makes_it() -> None:
    made = said("a", create(muc="thap"), needs_approval=True)
    assert not state_of([made]).exists
    assert state_of([replace(made, approved=True)]).exists


def test_what_made_it_withdrawn_it_is_gone() -> None:
    state = state_of([said("a", count=2, creates=True), said("b", offline(1, muc="tb"))])
    assert (state.exists, state.gone) == (False, True)


def test_a_second_making_of_the_same_is_refused_and_one_that_may_change_it_changes_it() -> None:
    twin = said("b", create(label="Khác", made="2026-11-02"))
    state = state_of([said("a", create(muc="thap")), twin])
    assert (state.label, state.steps[-1].refused) == ("Bé Na", True)
    either = said("b", Order(True, True, "Khác", {"muc": "cao"}, made="2026-11-02"))
    state = state_of([said("a", create(muc="thap")), either])
    assert (state.label, state.data) == ("Khác", {"muc": "cao"})


def test_a_label_that_is_not_said_stays_and_an_empty_answer_empties() -> None:
    state = state_of([said("a", create(muc="thap")), said("b", update(1, 1, muc=""))])
    assert (state.label, state.data) == ("Bé Na", {"muc": ""})
