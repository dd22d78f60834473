"""Everything phones sent: by form, and the records of a form, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.formats import EVERY_FORMAT, WITHOUT_NAMES
from exports.source import Options
from server.access.verbs import Verb, may, scope_for
from server.errors import FormUnknown, PageUnknown
from server.exporting import export
from server.model.filters import Filters
from server.model.forms import FormEntry, FormKey, FormState
from server.model.offices import Office
from server.model.offices import name_of as office_name
from server.model.records import RecordLine
from server.processing.records.record_lists import LATE_DAYS, Lists, Numbers, lists_of
from server.routes.allow import By, Caller, allow, services
from server.routes.files import streamed
from server.routes.noted import showed
from server.routes.pages.records.asked import Asked, filter_form, offices_in, read_filters
from server.routes.pages.senders import sender_asked
from server.routes.pages.ways import address, of_record
from server.routes.pages.words import ago, day_words, gettext, moment_words, ngettext, number
from server.routes.taking_out import take_list
from server.services import PROJECT

blueprint = Blueprint("records", __name__)

PAGE = 50


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
    entries = forms_of(caller)
    numbers = [lists(caller, each.key).numbers() for each in entries]
    waiting = sum(each.waiting for each in numbers)
    return render_template(
        "pages/records.html",
        title=ngettext(
            "%(count)s record to review in all forms",
            "%(count)s records to review in all forms",
            waiting,
        ),
        forms=tuple(_form_row(*each) for each in zip(entries, numbers, strict=True)),
    )


@blueprint.get("/records/<seg:form_id>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def record_list(caller: Caller, form_id: str) -> ResponseReturnValue:
    house, key = services(), FormKey(PROJECT, form_id)
    entry, found = house.shelf.entry(key), lists(caller, key)
    asked, scope = asked_of(caller, found), caller.scope.on(form_id)
    lines = found.page(asked.filters, PAGE)
    shown, numbers = lines[:PAGE], found.numbers_above(lines)
    showed(shown)
    here = url_for("records.record_list", form_id=form_id)
    more = {**asked.values, "before": str(shown[-1].seq)} if len(lines) > PAGE else None
    return render_template(
        "pages/record_list.html",
        title=_title(entry, numbers),
        back_href=url_for("records.overview"),
        filters=filter_form(
            asked, offices_in(scope, house.shelf.offices()), house.stores.actors.phones(scope)
        ),
        reset_href=here if asked.values else None,
        rows=tuple(_row(each, house.shelf.offices(), asked.values) for each in shown),
        more_href=address("records.record_list", form_id=form_id, **more) if more else None,
        downloads=taking_out(caller, form_id, asked.values),
        connect_href=connecting_href(caller),
        fill_href=_fill_href(caller, entry),
    )


@blueprint.get("/records/<seg:form_id>/export/<kind>")
@allow(Verb.EXPORT_RECORDS, by=By.SESSION)
def download(caller: Caller, form_id: str, kind: str) -> Response:
    """What the filters show, streamed; a break ends the connection without the last bytes."""
    if kind not in EVERY_FORMAT:
        raise PageUnknown
    key = FormKey(PROJECT, form_id)
    found = lists(caller, key)
    # Without names, of all or nothing: two cuts that differ by one person would tell of that one.
    filters, values = Filters(top=found.top()), dict[str, str]()
    if kind != WITHOUT_NAMES:
        asked = asked_of(caller, found)
        filters, values = asked.filters, dict(asked.values)
    take_list(caller, found, filters, values)
    made = export(services(), caller.scope, key, kind, filters, Options(safe=True))
    return streamed(made)


def forms_of(caller: Caller) -> list[FormEntry]:
    """Those whose records this reader may see any of."""
    entries = services().stores.forms.entries(PROJECT)
    return [each for each in entries if caller.scope.sees_form(each.key.form_id)]


def known_form(caller: Caller, form_id: str) -> FormKey:
    """Raises FormUnknown for a form of others."""
    if not caller.scope.sees_form(form_id):
        raise FormUnknown(form_id=form_id)
    return FormKey(PROJECT, form_id)


def lists(caller: Caller, key: FormKey) -> Lists:
    house = services()
    return lists_of(house.stores, house.shelf, caller.scope, key, house.clock())


def _title(entry: FormEntry, numbers: Numbers) -> str:
    records = ngettext("%(count)s record", "%(count)s records", numbers.total)
    waiting = gettext("%(count)s to review", count=number(numbers.waiting))
    return f"{entry.title}: {records}, {waiting}"


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


def record_href(line: RecordLine, values: Mapping[str, str]) -> str:
    """``values`` are the filters of the list it is opened from: the way back leads there."""
    return of_record("record.show", line, **values)


def doubts_of(line: RecordLine) -> list[str]:
    """What about a record should be looked at."""
    doubts = []
    if line.missing:
        doubts.append(ngettext("%(count)s file missing", "%(count)s files missing", line.missing))
    remarks = len(set(line.issues))
    if remarks:
        doubts.append(
            ngettext("%(count)s thing to look at", "%(count)s things to look at", remarks)
        )
    return doubts


def _row(line: RecordLine, offices: Mapping[str, Office], values: Mapping[str, str]) -> Row:
    return Row(
        href=record_href(line, values),
        name=name_of(line),
        when=ago(line.at, services().clock()),
        when_title=moment_words(line.at),
        who=line.sender.name,
        office=office_name(line.office, offices),
        state=line.review.value,
        flags=tuple(Flag(each, "late") for each in doubts_of(line)),
    )


def _form_row(entry: FormEntry, numbers: Numbers) -> FormRow:
    return FormRow(
        href=url_for("records.record_list", form_id=entry.key.form_id),
        name=entry.title,
        waiting=number(numbers.waiting) if numbers.waiting else "",
        late=late_words(numbers.late),
        total=number(numbers.total),
        last=day_words(numbers.last_day),
        last_title="",
    )


def asked_of(caller: Caller, found: Lists) -> Asked:
    """Among the offices and phones where the reader has this form."""
    scope = caller.scope.on(found.key.form_id)
    offices = offices_in(scope, services().shelf.offices())
    return read_filters(request.args, offices, sender_asked(scope, request.args), found.top())


def connecting_href(caller: Caller) -> str:
    """Where phones are connected; "" for who may not."""
    return url_for("phones.phones") if may(caller.actor, Verb.MANAGE_PHONES) else ""


def _fill_href(caller: Caller, entry: FormEntry) -> str:
    form_id = entry.key.form_id
    sends = scope_for(caller.actor, Verb.SEND_RECORDS).sees_form(form_id)
    takes = entry.state is FormState.OPEN
    return url_for("fill.new", form_id=form_id) if takes and sends else ""


def taking_out(caller: Caller, form_id: str, values: Mapping[str, str]) -> tuple[Download, ...]:
    """All ways in which the list with these filters is taken out; none for who may not."""
    if not scope_for(caller.actor, Verb.EXPORT_RECORDS).sees_form(form_id):
        return ()
    href = url_for("records.download", form_id=form_id, kind=WITHOUT_NAMES)
    unnamed = Download(href, gettext("CSV without names, of the whole form"))
    return (*downloads_of(form_id, values), unnamed)


def downloads_of(form_id: str, values: Mapping[str, str]) -> tuple[Download, ...]:
    """``values`` are the filters of the list."""
    labels = {
        "csv.zip": gettext("CSV with photos (zip)"),
        "csv": gettext("CSV table"),
        "geojson": "GeoJSON",
    }
    return tuple(
        Download(address("records.download", form_id=form_id, kind=kind, **values), label)
        for kind, label in labels.items()
    )
