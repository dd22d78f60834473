"""How many records there are, and where a list may expect them."""

from __future__ import annotations

from server.model.counts import Counts, count_day
from server.model.records import WAITING, ReviewState

HA_LONG, TIEN_YEN, ALL = frozenset(("VP01",)), frozenset(("VP09",)), frozenset(("*",))


def records(
    n: int, office: str, review: str = "received", first: int = 0
) -> list[tuple[int, tuple[str, ...], str]]:
    return [(first + at, ("*", office), review) for at in range(n)]


def test_a_case_manager_is_told_the_numbers_of_her_own_offices() -> None:
    counts = Counts(
        (
            count_day("2026-11-24", records(3, "VP01") + records(2, "VP09", "approved", 10)),
            count_day("2026-11-20", records(4, "VP01", "edited") + records(1, "VP09", first=10)),
        )
    )
    assert counts.number(HA_LONG) == 7
    assert counts.number(TIEN_YEN, WAITING) == 1
    assert counts.number(ALL) == 10
    assert counts.number(HA_LONG, WAITING, before="2026-11-24") == 4
    assert counts.number(HA_LONG, since="2026-11-21") == 3
    assert counts.last_day(TIEN_YEN) == "2026-11-24"
    assert counts.last_day(frozenset(("VP99",))) == ""


def test_cuts_lie_about_a_page_apart_for_whoever_sees_few_too() -> None:
    """Of each ten records nine are Hạ Long's."""
    mixed = [(at, ("*", "VP09" if at % 10 == 0 else "VP01"), "received") for at in range(3000)]
    counts = Counts((count_day("2026-11-24", mixed),))
    for roots, step in ((ALL, 1), (TIEN_YEN, 10)):
        cuts = counts.cuts(roots, ReviewState, 60)
        assert list(cuts) == sorted(cuts, reverse=True)
        apart = [one - other for one, other in zip((3000, *cuts), cuts, strict=False)]
        assert all(60 * step <= each <= 120 * step for each in apart), apart


def test_an_empty_house_has_no_cuts_and_a_day_without_records_no_marks() -> None:
    assert Counts().cuts(ALL, ReviewState, 60) == ()
    assert Counts().newest == 0
    empty = count_day("2026-11-24", [])
    assert (empty.newest, empty.marks) == (0, ())


def test_marks_of_a_busy_day_stay_few() -> None:
    busy = count_day("2026-11-24", records(50_000, "VP01"))
    assert len(busy.marks) <= 201
    assert busy.marks[-1] == 0
    assert busy.newest == 49_999
