"""Until when a form's records are kept as they are."""

from __future__ import annotations

from datetime import date

import pytest

from server.model.retention import Retention, read_retention

CAME = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "last"),
    [("60", date(2029, 2, 28)), ("24", date(2026, 2, 28)), (" 1 ", date(2024, 3, 29))],
)
def test_months_are_counted_from_the_day_it_came(text: str, last: date) -> None:
    rule = read_retention(text)
    assert rule is not None
    assert rule.text == text.strip()
    assert rule.last_day(CAME, None) == last


def test_a_child_s_file_is_kept_until_some_years_after_the_eighteenth_birthday() -> None:
    rule = read_retention("18+5 g_tre/ngay_sinh")
    assert rule == Retention(born="g_tre/ngay_sinh", years=5)
    assert rule.text == "18+5 g_tre/ngay_sinh"
    assert rule.last_day(CAME, "2016-02-29") == date(2039, 2, 28)


@pytest.mark.parametrize("said", [None, "", "không rõ", 2016])
def test_who_was_born_nobody_knows_when_is_never_over(said: object) -> None:
    assert Retention(born="sinh", years=5).last_day(CAME, said) is None


@pytest.mark.parametrize(
    "text", ["", "0", "-3", "năm năm", "18+5", "21+5 sinh", "1000", "photos 0", "x photos 24"]
)
def test_what_says_neither_is_no_rule(text: str) -> None:
    assert read_retention(text) is None


@pytest.mark.parametrize("text", ["60 photos 24", "18+5 g_tre/ngay_sinh photos 24", "photos 24"])
def test_photos_have_months_of_their_own(text: str) -> None:
    rule = read_retention(text)
    assert rule is not None
    assert rule.text == text
    assert rule.of_photos.last_day(CAME, None) == date(2026, 2, 28)
    assert (rule.last_day(CAME, "2016-02-29") is None) is text.startswith("photos")
