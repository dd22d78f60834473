"""The tree of offices, and what somebody of one of them sees."""

from __future__ import annotations

from server.model.offices import Office, below, clusters_of, within
from server.model.scope import EVERYWHERE, WHOLE_HOUSE, Reach, Scope
from server.processing.first_run import read_offices
from server.xforms.levels import Level
from tests.javarosa.filler import FORMS

OFFICES = {each.code: each for each in read_offices(FORMS / "shared" / "van_phong.csv")}


def test_the_sixteen_offices_stand_under_one_centre() -> None:
    assert len(OFFICES) == 17
    assert [each.code for each in OFFICES.values() if each.parent is None] == ["TT"]


def test_an_office_stands_within_those_above_it() -> None:
    assert within("VP02", OFFICES) == (EVERYWHERE, "TT", "VP01", "VP02")
    assert within("TT", OFFICES) == (EVERYWHERE, "TT")


def test_what_belongs_to_no_office_is_seen_by_who_sees_everything() -> None:
    for code in (None, "", EVERYWHERE):
        chain = within(code, OFFICES)
        assert chain == (EVERYWHERE,), "once: it is counted by each office it is within"
        assert WHOLE_HOUSE.sees_office(chain)
        assert not Scope.of(["VP01"]).sees_office(chain)


def test_a_case_manager_sees_her_office_and_those_below_and_no_other() -> None:
    lan = Scope.of(["VP01"])
    seen = {code for code in OFFICES if lan.sees_office(within(code, OFFICES))}
    assert seen == {"VP01", "VP02", "VP03", "VP04", "VP05", "VP06"}
    assert {each.code for each in below(["VP01"], OFFICES)} == seen


def test_nobody_sees_anything_through_an_empty_scope() -> None:
    nothing = Scope.of(())
    assert not any(nothing.sees_office(within(code, OFFICES)) for code in OFFICES)
    assert below((), OFFICES) == ()


def test_offices_that_stand_above_each_other_in_a_circle_end_nobody_s_work() -> None:
    """A slip in the tree must not hang the server."""
    circle = {
        "A": Office("A", "A", parent="B"),
        "B": Office("B", "B", parent="A"),
    }
    assert within("A", circle) == (EVERYWHERE, "B", "A")


def test_an_office_that_was_removed_still_has_its_records() -> None:
    assert within("CU", OFFICES) == (EVERYWHERE, "CU")


def test_each_reach_of_a_scope_counts_for_its_own_forms_and_offices() -> None:
    """The home visits of Hạ Long, and the reports of Tiên Yên: neither the reports of Hạ Long nor
    the visits of Tiên Yên."""
    scope = Scope(
        frozenset(
            (
                Reach("VP01", frozenset(["vang_gia"]), Level.SENSITIVE),
                Reach("VP09", frozenset(["bao_cao_thang"]), Level.NORMAL),
            )
        )
    )
    here, there = (EVERYWHERE, "VP01", "VP02"), (EVERYWHERE, "VP09")
    assert scope.sees(here, "vang_gia")
    assert scope.sees(there, "bao_cao_thang")
    assert not scope.sees(there, "vang_gia")
    assert not scope.sees(here, "bao_cao_thang")
    assert scope.clearance(here, "vang_gia") is Level.SENSITIVE
    assert scope.clearance(there, "vang_gia") is Level.NOTHING
    assert scope.on("vang_gia").offices == {"VP01"}
    assert not scope.sees_form("ke_hoach")
    assert WHOLE_HOUSE.sees(there, "vang_gia")
    assert WHOLE_HOUSE.clearance(there, "vang_gia") is Level.SPECIAL


def test_a_scope_holds_what_is_no_more_than_one_of_its_reaches() -> None:
    scope = Scope(frozenset([Reach("VP01", frozenset(["vang_gia", "ke_hoach"]), Level.SENSITIVE)]))
    here = (EVERYWHERE, "VP01", "VP02")
    assert scope.holds(here, Reach("VP02", frozenset(["vang_gia"]), Level.SENSITIVE))
    assert not scope.holds(here, Reach("VP02", frozenset(["vang_gia"]), Level.SPECIAL))
    assert not scope.holds(here, Reach("VP02", None, Level.NORMAL))
    assert not scope.holds((EVERYWHERE, "VP09"), Reach("VP09", frozenset(), Level.NOTHING))


def test_nothing_below_a_cluster_is_told_where_names_may_not_be() -> None:
    tree = {
        each.code: each
        for each in (
            Office("25", "Tỉnh Phú Thọ"),
            Office("x1", "Xã Một", cluster="Vĩnh Yên", parent="25"),
            Office("x2", "Xã Hai", parent="25"),
            Office("t1", "Trường Một", parent="x1"),
            Office("t2", "Trường Hai", parent="x2"),
            Office("x9", "Xã Chín"),
            Office("t9", "Trường Chín", parent="x9"),
            Office("a", "Vòng", parent="b"),
            Office("b", "Vòng", parent="a"),
        )
    }
    assert clusters_of(tree) == {
        "25": "",
        "x1": "Vĩnh Yên",
        "x2": "Tỉnh Phú Thọ",
        "t1": "Vĩnh Yên",
        "t2": "Tỉnh Phú Thọ",
        "x9": "",
        "t9": "",
        "a": "",
        "b": "",
    }
