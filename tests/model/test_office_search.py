"""Units looked for in a tree of all the nation's communes."""

from __future__ import annotations

from server.model.office_search import found_by, numbers_below, right_below
from server.model.offices import Office
from server.model.scope import WHOLE_HOUSE, Scope
from server.processing.offices.national_units import nation, units_of

TREE = {
    unit.code: unit
    for province in nation().provinces
    for unit in units_of(province, "", with_old=True)
}
QUANG_NINH = Scope.of(["22"])


def test_a_commune_is_found_as_it_is_typed_in_a_hurry() -> None:
    first, *_ = found_by("ha lam", TREE, WHOLE_HOUSE)
    assert first.label == "Phường Hà Lầm", "before those that have the two words apart"
    hits = found_by("phường HÀ LẦM", TREE, QUANG_NINH)
    assert [each.code for each in hits] == ["06676@2025-07-01", "06670"], "who stands comes first"
    assert [each.label for each in found_by("06676@", TREE, QUANG_NINH)] == ["Phường Hà Lầm"]
    assert found_by("06676 ha lam", TREE, Scope.of(["25"])) == []
    assert found_by("ha lam", TREE, Scope.of(())) == []


def test_right_below_is_who_answers_today_and_those_that_ended_come_last() -> None:
    assert [each.code for each in right_below(None, TREE, WHOLE_HOUSE)][:2] == ["01", "04"]
    assert [each.code for each in right_below(None, TREE, QUANG_NINH)] == ["22"]
    below = right_below(TREE["22"], TREE, WHOLE_HOUSE)
    assert len(below) == 54, "the old ones stand under those that took them over"
    under = right_below(TREE["06676@2025-07-01"], TREE, WHOLE_HOUSE)
    assert under
    assert all(each.valid_to for each in under)


def test_what_stands_below_is_counted_down_to_the_last() -> None:
    assert numbers_below(["22", "06649"], TREE) == {"22": 54 + 171, "06649": 0}
    circle = {"A": Office("A", "A", parent="B"), "B": Office("B", "B", parent="A")}
    assert numbers_below(["A"], circle) == {"A": 1}
    assert right_below(circle["A"], circle, WHOLE_HOUSE) == [circle["B"]]
