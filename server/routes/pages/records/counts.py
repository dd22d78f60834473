"""How many records came in, by form, month and office: for who reads reports and no records too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.csv_text import csv_bytes
from server.access.verbs import Verb
from server.errors import PageUnknown
from server.model.audit import Act
from server.model.forms import FormEntry
from server.model.offices import Office
from server.model.records import ReviewState
from server.processing.records.told_counts import Line, Reader, month_lines
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.files import in_pieces
from server.routes.pages.accounts.role_words import office_title
from server.routes.pages.duties.audit import CSV, as_file
from server.routes.pages.records.asked import (
    Filter,
    Option,
    office_asked,
    office_filters,
    offices_in,
    review_words,
    words_for_office,
)
from server.routes.pages.records.records import forms_of
from server.routes.pages.ways import address
from server.routes.pages.words import gettext, number

blueprint = Blueprint("counts", __name__)

PAGE = 50  # lines at least, in whole months
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Row:
    """``depth`` is how far the office stands below the highest one here."""

    office: str
    depth: int
    month: str
    total: str
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """``values`` are what of it stands in the address."""

    form: FormEntry
    forms: Sequence[FormEntry]
    reader: Reader
    offices: Sequence[Office]
    office: str
    before: str
    values: Mapping[str, str]

    def months(self, before: str = "") -> Iterator[list[Line]]:
        counters = services().stores.counters
        found = month_lines(counters, self.form.key, self.reader, self.office, before)
        return (lines for lines in found if lines)


@blueprint.get("/counts")
@allow(Verb.READ_COUNTS, by=By.SESSION, quiet="numbers, of nobody")
def overview(caller: Caller) -> ResponseReturnValue:
    asked = _asked(caller)
    lines, goes_on = _page(asked.months(asked.before)) if asked else ([], False)
    more = {**asked.values, "before": lines[-1].month} if asked and goes_on else None
    return render_template(
        "pages/counts.html",
        title=_title(asked),
        filters=_filters(asked) if asked else (),
        reset_href=url_for("counts.overview") if asked and asked.values else None,
        hides=bool(asked and asked.reader.hides),
        states=tuple(map(review_words, ReviewState)),
        rows=tuple(map(_row, lines)),
        more_href=address("counts.overview", **more) if more else None,
        csv_href=address("counts.table", **asked.values) if asked else "",
    )


@blueprint.get("/counts.csv")
@allow(Verb.READ_COUNTS, by=By.SESSION, act=Act.EXPORTED)
def table(caller: Caller) -> Response:
    """The same for all months."""
    asked = _asked(caller)
    if asked is None:
        raise PageUnknown
    states = (each.value for each in ReviewState)
    head = ("form", "month", "office", "office_name", "total", *states)
    form_id = asked.form.key.form_id
    rows = [_cells(form_id, line) for lines in asked.months() for line in lines]
    return as_file(in_pieces(csv_bytes([head, *rows], safe=True), CSV), "counts.csv")


def _asked(caller: Caller) -> Question | None:
    """None where there is no form yet. What nobody can mean is left out."""
    forms = forms_of(caller)
    if not forms:
        return None
    given = request.args
    chosen = next((each for each in forms if each.key.form_id == given.get("form")), None)
    form, values = chosen or forms[0], {}
    if chosen:
        values["form"] = form.key.form_id
    form_id = form.key.form_id
    seen = scope_beside(caller, Verb.READ_RECORDS).on(form_id)
    reader = Reader(services().shelf.offices(), caller.scope.on(form_id), seen)
    offices = offices_in(reader.told, reader.offices)
    office = office_asked(given, offices)
    if office:
        values["office"] = office
    before = given.get("before", "")
    return Question(
        form=form,
        forms=forms,
        reader=reader,
        offices=offices,
        office=office,
        before=before if _MONTH.fullmatch(before) else "",
        values=values,
    )


def _page(months: Iterator[list[Line]]) -> tuple[list[Line], bool]:
    """Whole months, and whether another one follows."""
    lines: list[Line] = []
    for each in months:
        if len(lines) >= PAGE:
            return lines, True
        lines += each
    return lines, False


def _title(asked: Question | None) -> str:
    if asked is None:
        return gettext("Numbers: there is no form yet")
    return gettext("%(form)s: records by month and office", form=asked.form.title)


def _filters(asked: Question) -> tuple[Filter, ...]:
    forms = tuple(Option(each.key.form_id, each.title) for each in asked.forms)
    return (
        Filter("form", gettext("Form"), "select", asked.form.key.form_id, forms),
        *office_filters(asked.office, words_for_office(request.args), asked.offices),
    )


def _row(line: Line) -> Row:
    year, _, month = line.month.partition("-")
    total, *states = _told(line, number)
    return Row(office_title(line.office), line.depth, f"{month}/{year}", total, tuple(states))


def _cells(form_id: str, line: Line) -> tuple[str, ...]:
    return (form_id, line.month, line.office, office_title(line.office), *_told(line, str))


def _told(line: Line, words: Callable[[int], str]) -> tuple[str, ...]:
    """The total, then by review state; ``words`` for what is not hidden."""
    hidden = gettext("hidden")
    total = f"<{line.under}" if line.under else hidden
    if line.total is not None:
        total = words(line.total)
    states = [hidden for _ in ReviewState] if line.states is None else map(words, line.states)
    return (total, *states)
