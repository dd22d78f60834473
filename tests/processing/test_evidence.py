"""What a record's evidence is taken to say, and what it is never taken to say."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.model.records import Issue
from server.processing.photos.picture_facts import PictureFacts, Place, Problem
from server.processing.records.evidence import Evidence, ExpectedFile, Point, judge, metres_between
from server.processing.records.issues import Code, words

VIETNAM = timezone(timedelta(hours=7))
START = datetime(2026, 11, 20, 9, 0, tzinfo=VIETNAM)
END = START + timedelta(minutes=40)
HOME = Place(107.0843, 20.9517, 14.0)
PHOTO = PictureFacts(
    kind="image/jpeg",
    taken_at=START + timedelta(minutes=5),
    place=Place(107.0844, 20.9518),
    dhash="f0e1d2c3b4a59687",
)
VISIT = Evidence(
    received_at=END + timedelta(hours=3),
    started_at=START,
    ended_at=END,
    zone=VIETNAM,
    clock_ahead=timedelta(seconds=20),
    points=(Point("vi_tri", HOME, 8.0),),
    expected=(ExpectedFile("anh_nha", "1700000000000.jpg"),),
    present=frozenset({"1700000000000.jpg"}),
    pictures={"1700000000000.jpg": PHOTO},
    offices=(HOME,),
)


def _codes(evidence: Evidence) -> list[str]:
    return [issue.code for issue in judge(evidence)]


def _with_photo(photo: PictureFacts) -> Evidence:
    return replace(VISIT, pictures={"1700000000000.jpg": photo})


def _north(metres: float) -> Place:
    return Place(HOME.longitude, HOME.latitude + metres / 111_195)


def test_an_honest_visit_raises_no_remark() -> None:
    assert judge(VISIT) == ()


def test_a_record_of_which_nothing_else_is_known_raises_no_remark() -> None:
    assert judge(Evidence(received_at=END)) == ()


def test_a_photo_with_no_time_and_no_place_is_not_held_against_anybody() -> None:
    assert judge(_with_photo(PictureFacts(kind="image/jpeg", width=1, height=1))) == ()


# -- files


def test_a_photo_still_on_the_phone_is_missed_by_its_question() -> None:
    waiting = replace(VISIT, present=frozenset(), pictures={})
    assert judge(waiting) == (Issue(Code.MISSING_FILE, "anh_nha", {"name": "1700000000000.jpg"}),)


def test_a_photo_whose_name_is_spelled_in_two_unicode_forms_is_not_missed() -> None:
    """R15"""
    name = "ảnh nhà số 5.jpg"
    whole, apart = (unicodedata.normalize(form, name) for form in ("NFC", "NFD"))
    empty = PictureFacts(kind="application/octet-stream", problems=(Problem.EMPTY,))
    for written, sent in ((whole, apart), (apart, whole)):
        visit = replace(
            VISIT,
            expected=(ExpectedFile("anh_nha", written),),
            present=frozenset({sent}),
            pictures={sent: empty},
        )
        assert judge(visit) == (Issue(Code.PICTURE_EMPTY, "anh_nha", {"name": sent}),)


def test_one_photo_in_two_questions_is_missed_in_both_or_in_none() -> None:
    """R11"""
    two = (ExpectedFile("anh_1", "a.jpg"), ExpectedFile("anh_2", "a.jpg"))
    there = replace(VISIT, expected=two, present=frozenset({"a.jpg"}), pictures={"a.jpg": PHOTO})
    away = replace(there, present=frozenset(), pictures={})
    assert judge(there) == ()
    assert [issue.field for issue in judge(away)] == ["anh_1", "anh_2"]


def test_of_twenty_photos_each_empty_one_is_named() -> None:
    """R14"""
    names = [f"{number}.jpg" for number in range(20)]
    empty = PictureFacts(kind="application/octet-stream", problems=(Problem.EMPTY,))
    visit = replace(
        VISIT,
        expected=tuple(ExpectedFile(f"anh_{name}", name) for name in names),
        present=frozenset(names),
        pictures={name: empty if name in ("3.jpg", "17.jpg") else PHOTO for name in names},
    )
    assert [issue.facts["name"] for issue in judge(visit)] == ["3.jpg", "17.jpg"]


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (Problem.NOT_A_PICTURE, Code.NOT_A_PICTURE),
        (Problem.TRUNCATED, Code.PICTURE_TRUNCATED),
        (Problem.UNREADABLE, Code.PICTURE_UNREADABLE),
        (Problem.TOO_MANY_PIXELS, Code.PICTURE_TOO_LARGE),
        (Problem.TOO_MANY_BYTES, Code.PICTURE_TOO_LARGE),
        (Problem.HEIC_UNSUPPORTED, Code.PICTURE_NOT_SHOWN),
    ],
)
def test_what_is_wrong_with_a_photo_is_said_at_its_question(problem: Problem, code: Code) -> None:
    found = judge(_with_photo(replace(PHOTO, problems=(problem,))))
    assert found == (Issue(code, "anh_nha", {"name": "1700000000000.jpg"}),)


def test_broken_labels_inside_a_good_photo_are_nobodys_fault() -> None:
    assert judge(_with_photo(replace(PHOTO, problems=(Problem.EXIF_BROKEN,)))) == ()


def test_a_photo_that_another_record_has_too_is_shown_with_that_record() -> None:
    (found,) = judge(replace(VISIT, seen_before={"1700000000000.jpg": "uuid:another"}))
    assert (found.code, found.field) == (Code.SAME_PICTURE, "anh_nha")
    assert found.facts["record"] == "uuid:another"
    (untold,) = judge(replace(VISIT, seen_before={"1700000000000.jpg": ""}))
    assert untold.facts == {"name": "1700000000000.jpg"}


# -- places


@pytest.mark.parametrize(("metres", "remarked"), [(0, False), (499, False), (520, True)])
def test_a_photo_taken_elsewhere_is_remarked(metres: float, remarked: bool) -> None:
    exact = replace(VISIT, points=(Point("vi_tri", HOME, 0.5),))
    photo = replace(PHOTO, place=_north(metres))
    found = judge(replace(exact, pictures={"1700000000000.jpg": photo}))
    assert [issue.code for issue in found] == [Code.PICTURE_PLACE_FAR] * remarked
    for issue in found:
        assert issue.facts["metres"] == pytest.approx(metres, abs=3)


def test_a_weak_signal_in_a_valley_does_not_make_a_photo_far() -> None:
    weak = replace(VISIT, points=(Point("vi_tri", HOME, 300.0),))
    visit = replace(weak, pictures={"1700000000000.jpg": replace(PHOTO, place=_north(700))})
    assert _codes(visit) == [Code.ACCURACY_POOR]


def test_a_photo_near_any_of_the_records_points_is_near() -> None:
    there = Point("truong_hoc", _north(5000), 5.0)
    visit = replace(VISIT, points=(*VISIT.points, there))
    assert judge(replace(visit, pictures={"a.jpg": replace(PHOTO, place=_north(5100))})) == ()


@pytest.mark.parametrize(("accuracy", "remarked"), [(None, False), (50.0, False), (50.1, True)])
def test_a_place_known_only_roughly_is_remarked(accuracy: float | None, remarked: bool) -> None:
    rough = replace(VISIT, points=(Point("vi_tri", HOME, accuracy),))
    assert _codes(rough) == [Code.ACCURACY_POOR] * remarked


def test_a_place_chosen_on_the_map_is_told_from_one_that_was_measured() -> None:
    chosen = replace(VISIT, points=(Point("vi_tri", replace(HOME, altitude=0.0), 0.0),))
    untold = replace(VISIT, points=(Point("vi_tri", replace(HOME, altitude=None), None),))
    assert judge(chosen) == (Issue(Code.POINT_BY_HAND, "vi_tri"),)
    assert judge(untold) == ()


def test_a_place_far_from_every_office_of_its_unit_is_remarked() -> None:
    """By the nearest; where none is known, nothing is said."""
    assert judge(replace(VISIT, offices=(_north(29_000),))) == ()
    assert judge(replace(VISIT, offices=(_north(90_000), _north(5000)))) == ()
    assert judge(replace(VISIT, offices=())) == ()
    far = replace(VISIT, offices=(_north(90_000), _north(40_000)))
    (found,) = judge(far)
    assert (found.code, found.field) == (Code.POINT_FAR_FROM_OFFICE, "vi_tri")
    assert found.facts["metres"] == pytest.approx(40_000, rel=0.01)
    assert "40,0 km" in words(found, "vi")


def test_distances_over_the_ground_are_right() -> None:
    hanoi, saigon = Place(105.8342, 21.0278), Place(106.6297, 10.8231)
    assert metres_between(hanoi, saigon) == pytest.approx(1_138_000, rel=0.005)
    assert metres_between(Place(179.999, 0), Place(-179.999, 0)) < 300
    assert metres_between(Place(0, 0), Place(180, 0)) == pytest.approx(20_015_000, rel=0.001)


# -- times


@pytest.mark.parametrize(
    ("taken_at", "remarked"),
    [
        (START - timedelta(hours=23), False),
        (START - timedelta(hours=25), True),
        (END + timedelta(minutes=9), False),
        (END + timedelta(minutes=11), True),
        ((START - timedelta(hours=25)).replace(tzinfo=None), True),
        ((START + timedelta(minutes=5)).replace(tzinfo=None), False),
        ((END + timedelta(minutes=11)).astimezone(UTC), True),
    ],
)
def test_a_photo_of_another_day_is_remarked(taken_at: datetime, remarked: bool) -> None:
    found = _codes(_with_photo(replace(PHOTO, taken_at=taken_at)))
    assert found == [Code.PICTURE_OLD] * remarked


def test_a_photo_in_local_time_proves_nothing_when_the_zone_is_unknown() -> None:
    old = replace(PHOTO, taken_at=datetime(2019, 1, 1, 12, 0))
    assert judge(replace(_with_photo(old), zone=None)) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"ended_at": VISIT.received_at + timedelta(minutes=11)},
        {"started_at": datetime(2015, 1, 1, tzinfo=VIETNAM)},
        {"ended_at": datetime(9999, 12, 31, 23, 59, tzinfo=UTC)},
        {"clock_ahead": timedelta(hours=-2)},
    ],
    ids=["from the future", "from before there were phones", "the last day", "two hours behind"],
)
def test_a_wrong_clock_is_remarked_once_and_dates_no_photo(wrong: dict[str, datetime]) -> None:
    old = _with_photo(replace(PHOTO, taken_at=START - timedelta(days=400)))
    assert _codes(replace(old, **wrong)) == [Code.CLOCK_WRONG]  # type: ignore[arg-type]


def test_a_clock_a_few_minutes_fast_is_an_ordinary_clock() -> None:
    fast = replace(VISIT, received_at=END - timedelta(minutes=9), clock_ahead=timedelta(minutes=9))
    assert judge(fast) == ()


def test_a_form_filled_in_under_a_minute_is_remarked() -> None:
    quick = replace(VISIT, ended_at=START + timedelta(seconds=59), pictures={})
    calm = replace(VISIT, ended_at=START + timedelta(seconds=60), pictures={})
    back = replace(VISIT, ended_at=START - timedelta(seconds=1), pictures={})
    assert judge(quick) == (Issue(Code.FILLED_TOO_FAST, None, {"seconds": 59}),)
    assert judge(calm) == ()
    assert judge(back) == ()


def test_a_record_that_comes_down_from_the_mountain_after_nine_days_is_remarked() -> None:
    late = replace(VISIT, received_at=END + timedelta(days=9, hours=5))
    assert judge(late) == (Issue(Code.VERY_LATE, None, {"days": 9}),)
    assert judge(replace(VISIT, received_at=END + timedelta(days=6))) == ()


def test_times_are_told_in_the_zone_of_the_visit() -> None:
    utc = datetime(2026, 11, 18, 1, 5, tzinfo=UTC)
    (old,) = judge(_with_photo(replace(PHOTO, taken_at=utc)))
    assert old.facts["taken_at"] == "2026-11-18T08:05+07:00"


# -- anything at all

ZONES: st.SearchStrategy[Any] = st.sampled_from(
    [None, UTC, VIETNAM, timezone(timedelta(hours=-14))]
)
MOMENTS = st.none() | st.datetimes(timezones=ZONES)
PLACES = st.builds(
    Place, st.floats(-180, 180), st.floats(-90, 90), st.none() | st.floats(-1e9, 1e9)
)
PICTURES = st.builds(
    PictureFacts,
    kind=st.just("image/jpeg"),
    taken_at=st.none()
    | st.datetimes(datetime(1990, 1, 1), datetime(2199, 12, 31), timezones=ZONES),
    place=st.none() | PLACES,
    dhash=st.none() | st.just("00"),
    problems=st.lists(st.sampled_from(Problem), max_size=3).map(tuple),
)
ANY = st.builds(
    Evidence,
    received_at=st.just(VISIT.received_at),
    started_at=MOMENTS,
    ended_at=MOMENTS,
    zone=ZONES,
    clock_ahead=st.none() | st.timedeltas(timedelta(days=-9999), timedelta(days=9999)),
    points=st.lists(
        st.builds(Point, st.just("p"), PLACES, st.none() | st.floats()), max_size=3
    ).map(tuple),
    expected=st.lists(st.builds(ExpectedFile, st.just("f"), st.text()), max_size=2).map(tuple),
    present=st.frozensets(st.text(), max_size=2),
    pictures=st.dictionaries(st.text(), PICTURES, max_size=2),
    offices=st.lists(PLACES, max_size=2).map(tuple),
    seen_before=st.dictionaries(st.text(), st.sampled_from(("", "uuid:another")), max_size=2),
)


@settings(deadline=None)
@given(ANY)
def test_any_evidence_is_judged_in_plain_values_and_told_in_words(evidence: Evidence) -> None:
    for issue in judge(evidence):
        json.dumps(dict(issue.facts), allow_nan=False)
        assert all(abs(value) < 2**53 for value in issue.facts.values() if isinstance(value, int))
        assert words(issue, "vi")
        assert words(issue, "en")
