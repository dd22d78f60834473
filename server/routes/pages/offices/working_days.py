"""Which days the centre works: the country's calendar, and its own days off and on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import NotUnderstood
from server.model.calendar import day_of
from server.model.working_days import SpecialDay
from server.processing.duties.work_calendar import (
    days_of_year,
    drop_own_day,
    national_days,
    set_own_day,
)
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.records.asked import Option
from server.routes.pages.ways import address
from server.routes.pages.words import day_words, gettext, reader, weekday_words, wrong_words

blueprint = Blueprint("working_days", __name__)

_WORKS, _RESTS = "works", "rests"


@dataclass(frozen=True, slots=True)
class Row:
    day: str
    weekday: str
    what: str
    works: bool
    drop_action: str


@dataclass(frozen=True, slots=True)
class Add:
    action: str
    day: str
    kind: str
    kinds: tuple[Option, ...]
    name: str
    problem: str


@blueprint.get("/admin/working-days")
@allow(Verb.MANAGE_DUTIES, by=By.SESSION)
def show(caller: Caller) -> ResponseReturnValue:
    return _page()


@blueprint.post("/admin/working-days")
@allow(Verb.MANAGE_DUTIES, by=By.SESSION)
def add(caller: Caller) -> ResponseReturnValue:
    given = request.form.get
    works = given("kind") == _WORKS
    try:
        own = set_own_day(services().stores, given("day", ""), given("name", ""), works=works)
    except NotUnderstood as refused:
        return _page(refused), status_of(refused)
    words = day_words(own.day.isoformat())
    flash(gettext("%(day)s is noted. Clocks that run are counted anew.", day=words), "done")
    return redirect(address("working_days.show", year=own.day.year), 303)


@blueprint.post("/admin/working-days/<day>/drop")
@allow(Verb.MANAGE_DUTIES, by=By.SESSION)
def drop(caller: Caller, day: str) -> ResponseReturnValue:
    drop_own_day(services().stores, day)
    flash(gettext("The country's calendar holds for that day again."), "done")
    return redirect(address("working_days.show", year=day[:4]), 303)


def _page(refused: NotUnderstood | None = None) -> str:
    year = _year()
    days = days_of_year(services().stores, year)
    return render_template(
        "pages/working_days.html",
        title=gettext("Days off and working Saturdays of %(year)s", year=year),
        back_href=url_for("data_requests.overview"),
        rows=tuple(_row(each) for each in days),
        known=any(each.day.year == year for each in national_days()),
        before_href=address("working_days.show", year=year - 1),
        before=year - 1,
        after_href=address("working_days.show", year=year + 1),
        after=year + 1,
        add=_add(refused),
    )


def _year() -> int:
    """What is no year of a calendar is this year."""
    given = request.args.get("year", "")
    this = int(day_of(services().clock())[:4])
    year = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else this
    return min(max(year, date.min.year + 1), date.max.year - 1)


def _row(special: SpecialDay) -> Row:
    day = special.day.isoformat()
    return Row(
        day=day_words(day),
        weekday=weekday_words(special.day),
        what=special.vi if reader() == "vi" else special.en,
        works=special.works,
        drop_action=url_for("working_days.drop", day=day) if special.own else "",
    )


def _add(refused: NotUnderstood | None) -> Add:
    given = request.form.get
    return Add(
        action=url_for("working_days.add"),
        day=given("day", "") if refused else "",
        kind=given("kind", _RESTS) if refused else _RESTS,
        kinds=(
            Option(_RESTS, gettext("The centre rests")),
            Option(_WORKS, gettext("The centre works")),
        ),
        name=given("name", "") if refused else "",
        problem=wrong_words(refused) if refused else "",
    )
