"""Who may close what is open about an entry."""

from __future__ import annotations

from dataclasses import replace

from server.model.entities import Entity, EntityList, ListKey, Order
from server.model.entity_state import state_of
from server.model.scope import WHOLE_HOUSE, Reach, Scope
from server.processing.registers.settle import Decider, Matter, matter_of
from server.xforms.levels import Level
from tests.model.test_entity_state import WITHIN, create, of, said, update

LIST = EntityList(ListKey(1, "ton_tai"), reserved=("han",))
LAN, MINH, CENTRE = Scope.of(["VP01"]), Scope.of(["VP09"]), Scope.of(["TT"])


def entity(*second: Order) -> Entity:
    """Two records of VP02 did not know of each other; the second says all this."""
    givers = (
        of("VP02", 0, said("a", create(muc="thap", han="2026-12-01"))),
        of("VP02", 1, said("b", replace(update(1, 1, muc="tb"), made="1"))),
        replace(of("VP02", 2, said("c", *second)), reserved=LIST.reserved),
    )
    return Entity(LIST.key, "x", givers, state_of(givers), office="VP02", within=WITHIN["VP02"])


def seen_by(scope: Scope, its: Entity) -> Matter:
    return matter_of(scope, LIST, its)


def test_who_reviews_an_office_s_records_chooses_between_them() -> None:
    its = entity(replace(update(1, 1, muc="cao"), made="2"))
    assert seen_by(LAN, its).choices[0].values == ("cao", "tb", "thap")
    assert (seen_by(MINH, its).is_open, seen_by(MINH, its).others) == (False, {Decider.REVIEWER})


def test_who_reviews_only_records_of_forms_that_do_not_touch_it_settles_nothing() -> None:
    its = entity(replace(update(1, 1, muc="cao"), made="2"))
    for lists, is_open in ((("ton_tai",), True), ((), False)):
        reach = Reach("VP01", frozenset(["khac"]), Level.SPECIAL, frozenset(lists))
        assert seen_by(Scope(frozenset([reach])), its).is_open is is_open


def test_who_does_not_read_what_records_differ_about_leaves_it_to_who_does() -> None:
    its = entity(replace(update(1, 1, muc="cao"), made="2"))
    blind = matter_of(LAN, LIST, its, {"muc"})
    assert (blind.is_open, blind.choices, blind.others) == (False, (), {Decider.READER})
    assert matter_of(LAN, LIST, its, {"khac"}) == seen_by(LAN, its)
    held = entity(replace(update(1, 1, han="2027-01-01"), made="2"))
    assert not matter_of(CENTRE, LIST, held, {"han"}).held, "nor is a word let in unread"
    assert matter_of(CENTRE, LIST, held).held


def test_a_saying_is_closed_by_who_may_close_all_of_it() -> None:
    """One record says two things of an entry: one is in conflict, one is for the centre."""
    its = entity(
        replace(update(1, 1, muc="cao"), made="2", place="tt[1]"),
        replace(update(1, 1, han="2027-01-01"), made="3", place="tt[2]"),
    )
    assert (seen_by(LAN, its).is_open, seen_by(LAN, its).others) == (False, {Decider.CENTRE})
    for scope in (CENTRE, WHOLE_HOUSE):
        matter = seen_by(scope, its)
        assert (len(matter.conflicts), len(matter.held), matter.others) == (1, 1, frozenset())
