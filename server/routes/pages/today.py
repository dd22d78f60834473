"""The first page: what waits for me, most urgent first, and what came since yesterday."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb, scope_for
from server.model.forms import FormEntry
from server.model.records import WAITING, RecordLine, ReviewState
from server.processing.records.record_lists import Lists, Numbers, is_late, most_urgent
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.noted import showed
from server.routes.pages.approvals.approvals import title_of, waiting_for
from server.routes.pages.duties.data_requests import late_words as late_requests
from server.routes.pages.duties.incidents import untold_words
from server.routes.pages.duties.retention import over_forms
from server.routes.pages.records.aside import waiting_words
from server.routes.pages.records.break_glass import opened_words
from server.routes.pages.records.records import (
    connecting_href,
    doubts_of,
    forms_of,
    late_words,
    lists,
    name_of,
    record_href,
)
from server.routes.pages.ways import address, of_record
from server.routes.pages.words import ago, gettext, moment_words, ngettext

blueprint = Blueprint("today", __name__)

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Waiting:
    href: str
    what: str
    reason: str
    age: str
    age_title: str
    late: bool


@dataclass(frozen=True, slots=True)
class TakenOver:
    href: str
    what: str
    at: str


@dataclass(frozen=True, slots=True)
class Arrival:
    href: str
    name: str
    count: str


@blueprint.get("/")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def today(caller: Caller) -> ResponseReturnValue:
    entries = forms_of(caller)
    found = [lists(caller, each.key) for each in entries]
    numbers = [each.numbers() for each in found]
    own = _own(caller, found)
    mine = [each.numbers() for each in own]
    shown = _waiting(own)
    showed(shown)
    two = waiting_for(caller)
    titles = {each.key.form_id: each.title for each in entries}
    return render_template(
        "pages/today.html",
        title=_title(mine, numbers, all_of_it=len(own) == len(found)),
        decides=bool(own),
        any_came=any(each.total for each in numbers),
        waiting=tuple(_item(titles[each.key.form_id], each) for each in shown),
        arrivals=_arrivals(entries, found, numbers),
        all_href=url_for("records.overview") if _waiting_in(mine) > _SHOWN else "",
        connect_href=connecting_href(caller),
        taken_over=tuple(_taken_over(caller, titles)),
        aside=waiting_words(caller),
        aside_href=url_for("aside.overview"),
        requests=late_requests(scope_for(caller.actor, Verb.MANAGE_DUTIES)),
        requests_href=url_for("data_requests.overview"),
        two="" if two is None else title_of(two),
        two_href=url_for("approvals.overview"),
        two_waits=bool(two),
        incidents=untold_words(scope_for(caller.actor, Verb.READ_AUDIT)),
        incidents_href=url_for("incidents.overview"),
        over=over_forms(caller, entries, found),
        opened=opened_words(caller),
        opened_href=url_for("break_glass.overview"),
    )


def _own(caller: Caller, found: Sequence[Lists]) -> list[Lists]:
    """What of these lists this person decides on: nothing waits for whoever only reads."""
    reaches = scope_beside(caller, Verb.REVIEW_RECORDS).reaches
    deciding = replace(caller.scope, reaches=caller.scope.reaches & reaches)
    own = []
    for each in found:
        form_id = each.key.form_id
        if deciding.on(form_id).reaches == caller.scope.on(form_id).reaches:
            own.append(each)
        elif deciding.sees_form(form_id):
            own.append(each.within(deciding))
    return own


def _waiting_in(numbers: Sequence[Numbers]) -> int:
    return sum(each.waiting for each in numbers)


def _title(mine: Sequence[Numbers], numbers: Sequence[Numbers], *, all_of_it: bool) -> str:
    """``mine`` are of what this person decides on: where that is not ``all_of_it``, the list of
    all records counts what waits for others too."""
    if not mine:
        came = sum(each.since_yesterday for each in numbers)
        return ngettext(
            "%(count)s record since yesterday", "%(count)s records since yesterday", came
        )
    waiting = _waiting_in(mine)
    if all_of_it:
        title = ngettext("%(count)s record to review", "%(count)s records to review", waiting)
    else:
        title = ngettext(
            "%(count)s record for you to review", "%(count)s records for you to review", waiting
        )
    late = late_words(sum(each.late for each in mine))
    return f"{title}, {late}" if late else title


def _taken_over(caller: Caller, titles: Mapping[str, str]) -> Iterator[TakenOver]:
    """What a colleague who left was to correct."""
    for each in services().stores.charges.taken_over(caller.scope, caller.actor.id):
        form_id = each.key.form_id
        href = of_record("record.show", each)
        yield TakenOver(href, titles.get(form_id, form_id), moment_words(each.at))


def _waiting(found: Sequence[Lists]) -> list[RecordLine]:
    lines = [
        line for each in found for state in WAITING for line in each.longest_waiting(state, _SHOWN)
    ]
    return most_urgent(lines, services().clock())[:_SHOWN]


def _item(form: str, line: RecordLine) -> Waiting:
    now = services().clock()
    reasons = [form, line.sender.name]
    if line.review is ReviewState.EDITED:
        reasons.append(gettext("sent again after an edit"))
    return Waiting(
        href=record_href(line, {}),
        what=name_of(line),
        reason=" · ".join([*reasons, *doubts_of(line)]),
        age=ago(line.at, now),
        age_title=moment_words(line.at),
        late=is_late(line, now),
    )


def _arrivals(
    entries: Sequence[FormEntry], found: Sequence[Lists], numbers: Sequence[Numbers]
) -> tuple[Arrival, ...]:
    arrivals = []
    for entry, each, its in zip(entries, found, numbers, strict=True):
        count = its.since_yesterday
        if count:
            since = {"form_id": entry.key.form_id, "from": each.yesterday()}
            words = ngettext("%(count)s record", "%(count)s records", count)
            arrivals.append(Arrival(address("records.record_list", **since), entry.title, words))
    return tuple(arrivals)
