"""Records, their keys, their order, and who may see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from server.model.calendar import day_bounds, day_of
from server.model.forms import FormKey
from server.model.records import Media
from server.model.sequence import moment_of, new_seq, seq_at
from tests.exports.making import record
from tests.sheets import answers_to

MORNING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


@given(some.text(min_size=1), some.booleans())
def test_a_form_key_is_read_back_as_it_was_written(form_id: str, draft: bool) -> None:
    """Whatever stands in a form's id: slashes, percent signs, the word draft."""
    try:
        form_id.encode()
    except UnicodeEncodeError:
        return  # half a letter: no XML has one
    key = FormKey(1, form_id, draft)
    assert FormKey.parse(key.text) == key
    assert len(key.text.split("/")) == (3 if draft else 2)


def test_a_draft_and_a_form_named_draft_are_not_mixed_up() -> None:
    assert FormKey(1, "x", draft=True).text != FormKey(1, "x/draft").text


# -- order -----------------------------------------------------------------------------------------


def test_what_comes_a_millisecond_later_is_later() -> None:
    later = MORNING + timedelta(milliseconds=1)
    for _ in range(200):
        assert seq_at(MORNING) <= new_seq(MORNING) < seq_at(later)


def test_arrivals_within_one_millisecond_have_places_of_their_own() -> None:
    assert len({new_seq(MORNING) for _ in range(300)}) >= 299


def test_a_place_tells_its_moment() -> None:
    assert moment_of(seq_at(MORNING)) == MORNING
    assert moment_of(new_seq(MORNING)) - MORNING < timedelta(milliseconds=1)


def test_a_place_fits_into_the_database_for_a_long_time() -> None:
    assert new_seq(datetime(2030, 1, 1, tzinfo=UTC)) < 2**63
    assert seq_at(datetime(2040, 1, 1, tzinfo=UTC)) < 2**63


# -- days ------------------------------------------------------------------------------------------


def test_a_day_is_the_one_people_live_in() -> None:
    """Before seven in the morning UTC still has yesterday."""
    assert day_of(datetime(2026, 11, 23, 17, 0, tzinfo=UTC)) == "2026-11-24"
    assert day_of(datetime(2026, 11, 24, 16, 59, tzinfo=UTC)) == "2026-11-24"


@given(some.datetimes(timezones=some.just(UTC), min_value=datetime(1980, 1, 1)))
def test_a_moment_lies_within_its_day(moment: datetime) -> None:
    start, end = day_bounds(day_of(moment))
    assert start <= moment < end
    assert end - start == timedelta(days=1)


@pytest.mark.parametrize("text", ["", "hôm qua", "2026-13-01", "2026-02-30"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        day_bounds(text)


# -- what is missing -------------------------------------------------------------------------------


def test_a_photo_is_missing_until_it_has_come_in_either_spelling() -> None:
    """R15."""
    composed, decomposed = "ảnh.jpg", "a\u0309nh.jpg"
    whole = record(answers_to("x", f"<a>{composed}</a>"))
    expecting = replace(whole, derived=replace(whole.derived, expected=(composed,)))
    assert expecting.missing == (composed,)
    there = Media(decomposed, "0" * 64, 1, "image/jpeg", MORNING)
    assert replace(expecting, media=(there,)).missing == ()
