"""The working days of this house: the country's calendar, and what the centre says of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from server.errors import NotUnderstood
from server.model.working_days import SpecialDay, WorkCalendar
from server.storage.stores import Stores

LONGEST_NAME = 100
_WORKED = "swapped_work"
_GIVEN = Path(__file__).with_name("public_holidays.toml")


@cache
def national_days() -> tuple[SpecialDay, ...]:
    """As ``public_holidays.toml`` has them, by day."""
    given = tomllib.loads(_GIVEN.read_text(encoding="utf-8"))
    found = (
        SpecialDay(day, key == _WORKED, **given["names"][key])
        for year in given["days"].values()
        for key, days in year.items()
        for day in days
    )
    return tuple(sorted(found, key=lambda each: each.day))


def work_calendar(stores: Stores) -> WorkCalendar:
    return WorkCalendar.of(national_days(), stores.own_days.all())


def set_own_day(stores: Stores, day: str, name: str, *, works: bool) -> SpecialDay:
    """What the centre does on that day, in place of what was said before. Raises NotUnderstood."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise NotUnderstood(
            why_vi=f"hãy ghi lý do, tối đa {LONGEST_NAME} ký tự.",
            why_en=f"say why, in {LONGEST_NAME} characters at most.",
        )
    own = SpecialDay(_read_day(day), works, name, name, own=True)
    stores.own_days.put(own)
    return own


def drop_own_day(stores: Stores, day: str) -> None:
    """The country's calendar holds again."""
    stores.own_days.drop(_read_day(day))


def days_of_year(stores: Stores, year: int) -> Sequence[SpecialDay]:
    days = work_calendar(stores).special.values()
    return sorted((each for each in days if each.day.year == year), key=lambda each: each.day)


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotUnderstood(why_vi="hãy chọn một ngày.", why_en="choose a day.") from None
