"""A child's entry is what everybody said about it, in whatever order their phones got through."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.model.entities import Conflict, Contribution, EntityState, Held, Order, Origin
from server.model.entity_state import state_of

AT = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
WITHIN = {
    "TT": ("*", "TT"),
    "VP01": ("*", "TT", "VP01"),
    "VP02": ("*", "TT", "VP01", "VP02"),
    "VP03": ("*", "TT", "VP01", "VP03"),
    "VP10": ("*", "TT", "VP09", "VP10"),
}
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


def of(office: str, minute: int, each: Contribution) -> Contribution:
    """As an office sent it."""
    at = AT + timedelta(minutes=minute)
    return replace(each, office=office, within=WITHIN[office], at=at)


def settling(*sayings: str, admits: tuple[str, ...] = (), **data: str) -> Contribution:
    order = replace(update(9, 9, **data), settles=sayings, admits=admits)
    later = AT + timedelta(hours=1)
    return said("s", order, origin=Origin.SETTLED, entitled=True, at=later)


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
    settled = said("s", replace(update(3, 3, muc="tb"), settles=("c@1",)), origin=Origin.SETTLED)
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


def test_who_comes_late_on_an_old_version_does_not_vanish_unseen() -> None:
    """D knew what stood there when it fetched the list; C came in after it did."""
    known = [
        said("a", create(muc="thap")),
        said("b", update(1, 1, "x", muc="tb")),
        said("d", update(2, 2, "y", muc="cao"), at=AT + timedelta(minutes=1)),
        said("c", update(1, 1, "z", muc="khong"), at=AT + timedelta(minutes=2)),
    ]
    state = state_of(known)
    assert (state.data["muc"], state.conflict) == ("cao", Conflict.HARD)
    assert [each.source for each in state.steps if each.open] == ["c", "d"]
    assert state_of(known[:3]).conflict is None


def test_nobody_knew_what_came_in_after_his_own_whatever_version_he_claims() -> None:
    known = [
        said("a", create(muc="thap")),
        said("b", update(999, 999, "x", muc="tb"), at=AT + timedelta(minutes=1)),
        said("c", update(1, 1, "y", muc="cao"), at=AT + timedelta(minutes=2)),
    ]
    assert state_of(known).conflict is Conflict.HARD


def test_a_settled_word_that_is_edited_later_is_looked_at_again() -> None:
    first = said("a", create(muc="thap"))
    second = said("b", replace(update(1, 1, muc="tb"), made="1"))
    third = said("c", replace(update(1, 1, muc="cao"), made="2"))
    settled = settling("c@1", muc="tb")
    assert state_of([first, second, third, settled]).conflict is None
    edited = replace(third, count=2, orders=(replace(third.orders[0], data={"muc": "khong"}),))
    assert state_of([first, second, edited, settled]).conflict is Conflict.HARD


def test_thousands_of_words_that_did_not_know_of_each_other_are_placed() -> None:
    """Where each is looked at against each, this does not come to its end."""
    crowd = [
        said(f"{each:05}", replace(update(1, 1, muc=str(each % 7)), made=f"{each:05}"))
        for each in range(1, 3_000)
    ]
    state = state_of([said("00000", create(muc="thap")), *crowd])
    assert sum(each.conflict is not None for each in state.steps) == len(crowd) - 1
    assert state.data == {"muc": str(crowd[-1].orders[0].data["muc"])}


# -- whose it is ----------------------------------------------------------------------------------


def test_another_office_neither_takes_nor_changes_an_entity_by_its_uuid() -> None:
    """It made it too, by its own clock long before, and changed it: both wait for a person."""
    ours = of("VP02", 0, said("a", create(muc="thap")))
    taken = of("VP10", 1, said("b", Order(True, True, "Khác", {"muc": "x"}, made="2001-01-01")))
    changed = of("VP10", 2, said("c", update(1, 1, muc="cao")))
    states = [arriving(each) for each in itertools.permutations((ours, taken, changed))]
    assert len({repr(each) for each in states}) == 1
    state = states[0]
    assert (state.label, state.data, state.home) == ("Bé Na", {"muc": "thap"}, "a")
    assert (state.conflict, state.held, state.version) == (Conflict.SOFT, Held.FOREIGN, 3)
    assert {each.source for each in state.steps if each.open} == {"b", "c"}


def test_who_came_first_has_made_it_whatever_a_phone_s_clock_says() -> None:
    first = of("VP02", 0, said("a", create(made="2026-11-05")))
    second = of("VP02", 1, said("b", create(label="Bé Nụ", made="2001-01-01")))
    assert (state_of([second, first]).maker, state_of([second, first]).label) == ("a", "Bé Na")


@pytest.mark.parametrize(
    ("office", "holds"),
    [("VP02", True), ("VP01", True), ("TT", True), ("VP03", False), ("VP10", False)],
)
def test_the_office_and_those_above_it_change_an_entity(office: str, *, holds: bool) -> None:
    """The centre's staff visit a child of a commune, the commune's neighbours do not."""
    ours = of("VP02", 0, said("a", create(muc="thap")))
    state = state_of([ours, of(office, 1, said("b", update(1, 1, muc="cao")))])
    assert (state.data["muc"] == "cao", state.held is None) == (holds, holds)


def test_where_every_phone_has_the_list_every_office_changes_it() -> None:
    ours = of("TT", 0, said("a", create(muc="thap")))
    theirs = of("VP10", 1, said("b", update(1, 1, muc="cao"), entitled=True))
    assert state_of([ours, theirs]).data == {"muc": "cao"}


def test_an_entity_whose_maker_took_it_back_stays_with_its_office() -> None:
    """What another office said of it does not come to life by that."""
    withdrawn = of("VP02", 0, said("a", creates=True, count=2))
    theirs = of("VP10", 1, said("b", Order(True, True, "Khác", {"muc": "x"})))
    state = state_of([withdrawn, theirs])
    assert (state.exists, state.gone, state.home) == (False, True, "a")
    waiting = of("VP02", 0, said("a", create(), needs_approval=True))
    assert (state_of([waiting, theirs]).exists, state_of([waiting, theirs]).home) == (False, "a")


def test_a_person_lets_in_what_was_held_or_leaves_it_out() -> None:
    ours = of("VP02", 0, said("a", create(muc="thap")))
    theirs = of("VP10", 1, said("b", update(1, 1, muc="cao")))
    let_in = state_of([ours, theirs, settling("b@1", admits=("b@1",))])
    assert (let_in.data, let_in.conflict, let_in.held) == ({"muc": "cao"}, None, None)
    left_out = state_of([ours, theirs, settling("b@1")])
    assert (left_out.data, left_out.conflict, left_out.held) == ({"muc": "thap"}, None, None)
    edited = replace(theirs, count=2)
    again = state_of([ours, edited, settling("b@1", admits=("b@1",))])
    assert (again.data, again.held) == ({"muc": "thap"}, Held.FOREIGN)


def test_what_only_the_centre_may_say_is_held() -> None:
    ours = of("VP02", 0, said("a", create(trang_thai="moi", han="2026-12-01")))
    reserved = ("han", "trang_thai=xac_nhan")
    fixed = of("VP02", 1, said("b", update(1, 1, trang_thai="cho_xn", han="2026-12-01")))
    closed = of("VP02", 2, said("c", update(2, 2, trang_thai="xac_nhan", han="2026-12-01")))
    longer = of("VP02", 3, said("d", update(2, 2, trang_thai="dang", han="2027-01-01")))
    bound = [replace(each, reserved=reserved) for each in (fixed, closed, longer)]
    state = state_of([ours, *bound])
    assert state.data == {"trang_thai": "cho_xn", "han": "2026-12-01"}
    assert [each.source for each in state.steps if each.held is Held.RESERVED] == ["c", "d"]
    assert state_of([ours, fixed, replace(closed, central=True)]).data["trang_thai"] == "xac_nhan"
    let_in = state_of([ours, *bound, settling("c@1", "d@1", admits=("c@1",))])
    assert let_in.data == {"trang_thai": "xac_nhan", "han": "2026-12-01"}
    assert let_in.conflict is None


def test_nothing_is_born_with_a_word_that_only_the_centre_may_say() -> None:
    """A shortfall that its maker calls confirmed is made without that; its deadline is said."""
    reserved = ("han", "trang_thai=xac_nhan")
    words = {"trang_thai": "xac_nhan", "han": "2026-12-01"}
    born = replace(of("VP02", 0, said("a", create(**words))), reserved=reserved)
    state = state_of([born])
    assert (state.data, state.held) == ({"han": "2026-12-01"}, Held.RESERVED)
    assert state.steps[-1].changed == {"trang_thai": ("", "xac_nhan")}
    assert state_of([replace(born, central=True)]).data == words
    let_in = state_of([born, settling("a@1", admits=("a@1",))])
    assert (let_in.data, let_in.conflict) == (words, None)
    left_out = state_of([born, settling("a@1")])
    assert (left_out.data, left_out.conflict) == ({"han": "2026-12-01"}, None)
