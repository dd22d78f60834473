"""Clocks of the law run on working days: over Tết, over Saturdays that are worked, over the
centre's own days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from server.model.working_days import SpecialDay, WorkCalendar
from server.processing.duties.work_calendar import national_days

COUNTRY = WorkCalendar.of(national_days())


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 27), 2, date(2026, 12, 1)),  # over a weekend
        (date(2026, 11, 23), 1, date(2026, 11, 25)),  # the 24th is a holiday since 2026
        (date(2026, 2, 13), 5, date(2026, 2, 27)),  # over Tết
        (date(2026, 8, 21), 1, date(2026, 8, 22)),  # a Saturday worked for 31 August
        (date(2026, 8, 28), 2, date(2026, 9, 4)),
        (date(2026, 1, 1), 1, date(2026, 1, 5)),  # 2 January was swapped
        (date(2026, 1, 9), 1, date(2026, 1, 10)),  # for this Saturday
        (date(2024, 4, 26), 3, date(2024, 5, 4)),
        (date(2026, 11, 28), 0, date(2026, 11, 28)),
    ],
)
def test_a_clock_of_so_many_working_days_ends_on(start: date, count: int, end: date) -> None:
    assert COUNTRY.after(start, count) == end
    assert COUNTRY.between(start, end) == count


def test_what_the_centre_says_of_a_day_stands_before_what_the_country_says() -> None:
    """A storm closes it on a Monday; it works on a holiday."""
    storm = SpecialDay(date(2026, 11, 30), False, "Bão số 15", "Bão số 15", own=True)
    duty = SpecialDay(date(2026, 11, 24), True, "Trực", "Trực", own=True)
    centre = WorkCalendar.of(national_days(), (storm, duty))
    assert centre.after(date(2026, 11, 27), 1) == date(2026, 12, 1)
    assert centre.after(date(2026, 11, 23), 1) == date(2026, 11, 24)


def test_a_calendar_without_any_working_day_ends_all_the_same() -> None:
    closed = WorkCalendar.of(
        SpecialDay(date(2026, 1, 1) + timedelta(days=each), False, "", "") for each in range(900)
    )
    assert closed.after(date(2026, 1, 1), 2) < date(2028, 1, 1)


@pytest.mark.parametrize("year", range(2024, 2037))
def test_each_year_has_the_days_that_the_labour_code_names(year: int) -> None:
    """Eleven days of rest in the law, twelve with the Culture Day; whoever falls on a weekend is
    made up for."""
    found = [each for each in national_days() if each.day.year == year]
    assert len({each.day for each in found}) == len(found)
    rests = [each for each in found if not each.works and each.vi != "Nghỉ hoán đổi"]
    workdays = [each for each in rests if each.day.weekday() < 5]
    assert len(workdays) == (11 if year < 2026 else 12), [str(each.day) for each in workdays]
    assert all(each.day.weekday() == 5 for each in found if each.works)
    swapped = [each for each in found if each.vi == "Nghỉ hoán đổi"]
    assert len(swapped) == len([each for each in found if each.works])
