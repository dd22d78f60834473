"""Everything phones sent: by form, and the records of a form, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.formats import FORMATS
from exports.names import content_disposition
from exports.source import Options
from server.access.verbs import Verb
from server.errors import PageUnknown
from server.exporting import export
from server.model.calendar import day_of
from server.model.forms import FormEntry, FormKey
from server.model.offices import Office
from server.model.people import Actor
from server.model.records import WAITING, RecordLine
from server.model.sequence import seq_at
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.asked import Asked, filter_form, offices_in, read_filters
from server.routes.pages.ways import address
from server.routes.pages.words import ago, gettext, moment_words, ngettext, number
from server.services import PROJECT

blueprint = Blueprint("records", __name__)

PAGE = 50
LATE_DAYS = 5


@dataclass(frozen=True, slots=True)
class FormRow:
    href: str
    name: str
    waiting: str
    late: str
    total: str
    last: str
    last_title: str


@dataclass(frozen=True, slots=True)
class Flag:
    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    href: str
    name: str
    when: str
    when_title: str
    who: str
    office: str
    state: str
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Download:
    href: str
    label: str


@blueprint.get("/records")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def overview(caller: Caller) -> ResponseReturnValue:
    house = services()
    entries = house.stores.forms.entries(PROJECT)
    numbers = [waiting_of(each.key, caller) for each in entries]
    waiting = sum(each.waiting for each in numbers)
    return render_template(
        "pages/records.html",
        title=ngettext(
            "%(count)s record to review in all forms",
            "%(count)s records to review in all forms",
            waiting,
        ),
        forms=tuple(_form_row(*each) for each in zip(entries, numbers, strict=True)),
        connect_href=url_for("phones.phones"),
    )


@blueprint.get("/records/<seg:form_id>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def record_list(caller: Caller, form_id: str) -> ResponseReturnValue:
    house, key = services(), FormKey(PROJECT, form_id)
    entry = house.shelf.entry(key)
    asked, offices, senders = _asked(caller)
    numbers = waiting_of(key, caller)
    filters = replace(asked.filters, known=numbers.newest)
    lines = house.stores.submissions.lines(caller.scope, key, filters, PAGE + 1)
    shown = lines[:PAGE]
    here = url_for("records.record_list", form_id=form_id)
    more = {**asked.values, "before": str(shown[-1].seq)} if len(lines) > PAGE else None
    return render_template(
        "pages/record_list.html",
        title=gettext(
            "%(form)s: %(total)s records, %(waiting)s to review",
            form=entry.title,
            total=number(numbers.total),
            waiting=number(numbers.waiting),
        ),
        back_href=url_for("records.overview"),
        filters=filter_form(asked, offices, senders),
        reset_href=here if asked.values else None,
        rows=tuple(row_of(each, house.shelf.offices()) for each in shown),
        more_href=address("records.record_list", form_id=form_id, **more) if more else None,
        downloads=_downloads(form_id, asked),
        connect_href=url_for("phones.phones"),
    )


@blueprint.get("/records/<seg:form_id>/export/<kind>")
@allow(Verb.EXPORT_RECORDS, by=By.SESSION)
def download(caller: Caller, form_id: str, kind: str) -> Response:
    """What the filters show, streamed; a break ends the connection without the last bytes."""
    if kind not in FORMATS:
        raise PageUnknown
    asked, _, _ = _asked(caller)
    made = export(
        services(),
        caller.scope,
        FormKey(PROJECT, form_id),
        kind,
        asked.filters,
        Options(safe=True),
    )
    answer = Response(made.pieces, content_type=made.media_type)
    answer.headers["Content-Disposition"] = content_disposition(made.file_name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@dataclass(frozen=True, slots=True)
class Numbers:
    """``late`` ones have waited for more than five days; ``newest`` is the last seq counted."""

    total: int
    waiting: int
    late: int
    last_day: str
    newest: int


def waiting_of(key: FormKey, caller: Caller) -> Numbers:
    house = services()
    early = day_of(house.clock() - timedelta(days=LATE_DAYS))
    found = house.stores.counters.summary(key, caller.scope, early)
    return Numbers(
        total=found.totals.total(),
        waiting=sum(found.totals[each.value] for each in WAITING),
        late=sum(found.early[each.value] for each in WAITING),
        last_day=found.last_day,
        newest=found.newest,
    )


def late_words(late: int) -> str:
    if not late:
        return ""
    return ngettext(
        "%(count)s record older than %(days)s days",
        "%(count)s records older than %(days)s days",
        late,
        days=LATE_DAYS,
    )


def name_of(line: RecordLine) -> str:
    """What the form calls the record, else when it came."""
    return line.name or gettext("Record of %(when)s", when=moment_words(line.at))


def row_of(line: RecordLine, offices: Mapping[str, Office]) -> Row:
    office = offices.get(line.office or "")
    return Row(
        href=record_href(line),
        name=name_of(line),
        when=ago(line.at, services().clock()),
        when_title=moment_words(line.at),
        who=line.sender.name,
        office=office.label if office else "",
        state=line.review.value,
        flags=_flags(line),
    )


def record_href(line: RecordLine) -> str:
    return url_for("record.show", form_id=line.key.form_id, instance_id=line.instance_id)


def _flags(line: RecordLine) -> tuple[Flag, ...]:
    flags = []
    if line.missing:
        words = ngettext("%(count)s file missing", "%(count)s files missing", line.missing)
        flags.append(Flag(words, "late"))
    doubts = len(set(line.issues))
    if doubts:
        words = ngettext("%(count)s thing to look at", "%(count)s things to look at", doubts)
        flags.append(Flag(words, "late"))
    if line.edits:
        flags.append(Flag(gettext("Edited"), "closed"))
    return tuple(flags)


def _form_row(entry: FormEntry, numbers: Numbers) -> FormRow:
    last = f"{date.fromisoformat(numbers.last_day):%d/%m/%Y}" if numbers.last_day else ""
    return FormRow(
        href=url_for("records.record_list", form_id=entry.key.form_id),
        name=entry.title,
        waiting=number(numbers.waiting) if numbers.waiting else "",
        late=late_words(numbers.late),
        total=number(numbers.total),
        last=last,
        last_title="",
    )


def _asked(caller: Caller) -> tuple[Asked, Sequence[Office], Sequence[Actor]]:
    house = services()
    offices = offices_in(caller.scope, house.shelf.offices())
    senders = house.stores.actors.phones(caller.scope)
    now = seq_at(house.clock() + timedelta(seconds=1))
    return read_filters(request.args, offices, senders, now), offices, senders


def _downloads(form_id: str, asked: Asked) -> tuple[Download, ...]:
    labels = {
        "csv.zip": gettext("CSV with photos (zip)"),
        "csv": gettext("CSV table"),
        "geojson": "GeoJSON",
    }
    return tuple(
        Download(address("records.download", form_id=form_id, kind=kind, **asked.values), label)
        for kind, label in labels.items()
    )
