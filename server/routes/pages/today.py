"""The first page: what waits for me, most urgent first, and what came since yesterday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.model.calendar import day_bounds, day_of
from server.model.filters import Filters
from server.model.forms import FormEntry
from server.model.records import WAITING, RecordLine
from server.model.sequence import seq_at
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.records import (
    LATE_DAYS,
    Numbers,
    late_words,
    name_of,
    record_href,
    waiting_of,
)
from server.routes.pages.ways import address
from server.routes.pages.words import ago, gettext, moment_words, ngettext, number
from server.services import PROJECT

blueprint = Blueprint("today", __name__)

_SHOWN = 12
_COUNTED = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    href: str
    what: str
    reason: str
    age: str
    age_title: str
    late: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    href: str
    name: str
    count: str


@blueprint.get("/")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def today(caller: Caller) -> ResponseReturnValue:
    entries = services().stores.forms.entries(PROJECT)
    numbers = [waiting_of(each.key, caller) for each in entries]
    pairs = list(zip(entries, numbers, strict=True))
    waiting = sum(each.waiting for each in numbers)
    late = late_words(sum(each.late for each in numbers))
    title = ngettext("%(count)s record to review", "%(count)s records to review", waiting)
    return render_template(
        "pages/today.html",
        title=f"{title}, {late}" if late else title,
        waiting=_waiting(caller, pairs),
        arrivals=_arrivals(caller, pairs),
        all_href=url_for("records.overview") if waiting else "",
        connect_href=url_for("phones.phones"),
    )


def _waiting(caller: Caller, pairs: list[tuple[FormEntry, Numbers]]) -> tuple[Waiting, ...]:
    """Of the newest that wait, those with doubts first, then the longest waiting."""
    house = services()
    top = seq_at(house.clock() + timedelta(seconds=1))
    found: list[tuple[FormEntry, RecordLine]] = []
    for entry, numbers in pairs:
        for state in WAITING:
            filters = Filters(top=top, review=state, known=numbers.newest)
            lines = house.stores.submissions.lines(caller.scope, entry.key, filters, _SHOWN)
            found += [(entry, line) for line in lines]
    found.sort(key=lambda each: (not each[1].issues, each[1].seq))
    return tuple(_item(*each) for each in found[:_SHOWN])


def _item(entry: FormEntry, line: RecordLine) -> Waiting:
    now = services().clock()
    reasons = [entry.title, line.sender.name]
    doubts = len(set(line.issues))
    if doubts:
        reasons.append(
            ngettext("%(count)s thing to look at", "%(count)s things to look at", doubts)
        )
    if line.missing:
        reasons.append(ngettext("%(count)s file missing", "%(count)s files missing", line.missing))
    return Waiting(
        href=record_href(line),
        what=name_of(line),
        reason=" · ".join(reasons),
        age=ago(line.at, now),
        age_title=moment_words(line.at),
        late=now - line.at > timedelta(days=LATE_DAYS),
    )


def _arrivals(caller: Caller, pairs: list[tuple[FormEntry, Numbers]]) -> tuple[Arrival, ...]:
    """Counted on the spot for the days yesterday and today, up to a number nobody reads on."""
    house = services()
    now = house.clock()
    yesterday = day_of(now - timedelta(days=1))
    filters = Filters(
        top=seq_at(now + timedelta(seconds=1)), bottom=seq_at(day_bounds(yesterday)[0])
    )
    arrivals = []
    for entry, _ in pairs:
        lines = house.stores.submissions.lines(caller.scope, entry.key, filters, _COUNTED)
        if lines:
            href = address("records.record_list", form_id=entry.key.form_id, **{"from": yesterday})
            count = number(len(lines)) + ("+" if len(lines) == _COUNTED else "")
            arrivals.append(Arrival(href, entry.title, gettext("%(count)s records", count=count)))
    return tuple(arrivals)
