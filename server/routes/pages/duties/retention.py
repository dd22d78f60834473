"""The records of a form that have been kept as long as they were to be: kept longer for a reason,
or erased by two people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import CauNoiError, Clash, NotUnderstood, RecordUnknown
from server.errors.duties import RecordErased
from server.model.approvals import About
from server.model.data_requests import Concern
from server.model.forms import FormEntry, FormKey
from server.model.offices import name_of as office_name
from server.model.records import Record
from server.model.retention import Retention, read_retention
from server.model.sequence import LAST_SEQ
from server.model.withholding import RECORDS
from server.processing.approvals.approved_acts import ERASE, PHOTOS
from server.processing.duties.keep_longer import keep_longer
from server.processing.duties.retention import Over, number_over, over, retention_of
from server.processing.filled_in import wrong
from server.processing.reasons import LEAST_REASON
from server.processing.records.opened import stored_record
from server.processing.records.record_lists import Lists
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.dialects import status_of
from server.routes.noted import showed
from server.routes.pages.duties.retention_words import number_words, photos_words, rule_words
from server.routes.pages.records.asked import page_top
from server.routes.pages.records.records import known_form, name_of, record_href
from server.routes.pages.ways import address
from server.routes.pages.words import day_words, gettext, moment_words, ngettext, problems_of
from server.services import PROJECT

blueprint = Blueprint("retention", __name__)

PAGE = 30
_OF_PHOTOS = "photos"
_ASKING = {False: "retention.ask_to_erase", True: "retention.ask_to_erase_photos"}
_AT_A_GLANCE = 1000
_MOST = 100  # at once: whoever grants it looks at each
_MOST_AGAIN = 300


@dataclass(frozen=True, slots=True)
class Row:
    """``asked``: somebody asked to erase it, and nobody has decided yet."""

    href: str
    value: str
    name: str
    came: str
    office: str
    kept_until: str
    asked: bool
    ticked: bool


@blueprint.get("/records/<seg:form_id>/over")
@allow(Verb.DELETE_RECORDS, by=By.SESSION)
def overview(caller: Caller, form_id: str) -> ResponseReturnValue:
    return _page(caller, form_id)


@blueprint.post("/records/<seg:form_id>/over/keep")
@allow(Verb.DELETE_RECORDS, by=By.SESSION)
def keep(caller: Caller, form_id: str) -> ResponseReturnValue:
    house, given = services(), request.form
    try:
        found = _ticked(caller, form_id)
        until, reason = given.get("until", ""), given.get("reason", "")
        keep_longer(house.stores, caller.scope, caller.actor, found, until, reason, house.clock())
    except (NotUnderstood, Clash, RecordUnknown) as refused:
        return _page(caller, form_id, refused), status_of(refused)
    words = ngettext(
        "%(count)s record is kept until then.", "%(count)s records are kept until then.", len(found)
    )
    return _done(form_id, words)


@blueprint.post("/records/<seg:form_id>/over/erase")
@allow(Verb.DELETE_RECORDS, by=By.SESSION)
def ask_to_erase(caller: Caller, form_id: str) -> ResponseReturnValue:
    return _ask(caller, form_id, ERASE)


@blueprint.post("/records/<seg:form_id>/over/erase-photos")
@allow(Verb.DELETE_RECORDS, by=By.SESSION)
def ask_to_erase_photos(caller: Caller, form_id: str) -> ResponseReturnValue:
    return _ask(caller, form_id, PHOTOS)


def _ask(caller: Caller, form_id: str, act: str) -> ResponseReturnValue:
    """One request for each office: whoever may erase in one may not in all."""
    house, reason = services(), request.form.get("reason", "")
    try:
        found = _ticked(caller, form_id)
        if any(each.erased is not None for each in found):
            raise RecordErased
        for chain, records in _by_office(found):
            about = About(tuple(Concern(RECORDS, form_id, each.instance_id) for each in records))
            house.two_people.ask(caller.actor, act, about, chain, reason, house.clock())
    except (NotUnderstood, Clash, RecordUnknown) as refused:
        return _page(caller, form_id, refused), status_of(refused)
    if act == PHOTOS:
        words = ngettext(
            "Asked to erase the photos of %(count)s record. Another person must grant it.",
            "Asked to erase the photos of %(count)s records. Another person must grant it.",
            len(found),
        )
        return _done(form_id, words)
    words = ngettext(
        "Asked to erase %(count)s record. Another person with the same power must grant it.",
        "Asked to erase %(count)s records. Another person with the same power must grant it.",
        len(found),
    )
    return _done(form_id, words)


@dataclass(frozen=True, slots=True)
class OverForm:
    href: str
    words: str


def over_forms(
    caller: Caller, entries: Sequence[FormEntry], lists: Sequence[Lists]
) -> tuple[OverForm, ...]:
    """For the first page of whoever may have records erased: of which forms some are over.
    ``lists`` are theirs. Only so many records are looked at that nobody waits for it."""
    scope, found = scope_beside(caller, Verb.DELETE_RECORDS), list[OverForm]()
    for each, its_lists in zip(entries, lists, strict=True):
        rule = read_retention(each.retention)
        if rule is None or not scope.sees_form(each.key.form_id):
            continue
        own = its_lists.within(scope)
        for what, words in ((None, number_words), (_OF_PHOTOS, photos_words)):
            number = number_over(own, rule, photos=what is not None, most_read=_AT_A_GLANCE)
            if number.count:
                href = address("retention.overview", form_id=each.key.form_id, what=what)
                found.append(OverForm(href, f"{each.title}: {words(number)}"))
    return tuple(found)


def _page(caller: Caller, form_id: str, refused: CauNoiError | None = None) -> str:
    house, key, given = services(), known_form(caller, form_id), request.form
    photos = request.args.get("what") == _OF_PHOTOS
    what = _OF_PHOTOS if photos else None
    rule, here = retention_of(house.stores, key), {"form_id": form_id, "what": what}
    first = {**here, "before": request.args.get("before")}
    found, on = _found(caller, key, photos=photos)
    showed(each.line for each in found)
    return render_template(
        "pages/retention.html",
        title=gettext("Photos kept long enough") if photos else gettext("Kept long enough"),
        back_href=address("records.record_list", form_id=form_id),
        back_label=house.shelf.entry(key).title,
        rule=rule_words(rule),
        photos=photos,
        other_href=_other_href(rule, form_id, photos),
        rows=tuple(_rows(caller, found)),
        more_href=address("retention.overview", **here, before=on) if on else "",
        keep_action=address("retention.keep", **first),
        erase_action=address(_ASKING[photos], **first),
        least=LEAST_REASON,
        until=given.get("until", ""),
        reason=given.get("reason", ""),
        problems=problems_of(refused, "rows"),
    )


def _found(caller: Caller, key: FormKey, *, photos: bool) -> tuple[list[Over], int | None]:
    """One page, and where the next begins; of a form that is shown again as much as was there of
    it when something was ticked."""
    house = services()
    ticked = set(request.form.getlist("record"))

    def page(top: int) -> tuple[list[Over], int | None]:
        return over(
            house.stores,
            house.shelf,
            caller.scope,
            key,
            house.clock(),
            top=top,
            most=PAGE,
            photos=photos,
        )

    found, on = page(page_top(request.args, LAST_SEQ))
    while on and len(found) < _MOST_AGAIN and ticked - {each.line.instance_id for each in found}:
        more, on = page(on)
        found += more
    return found, on


def _other_href(rule: Retention | None, form_id: str, photos: bool) -> str:
    """The list of photos beside that of records, "" where neither has a rule."""
    if rule is None or not rule.photos:
        return ""
    return address("retention.overview", form_id=form_id, what=None if photos else _OF_PHOTOS)


def _rows(caller: Caller, found: Sequence[Over]) -> Iterator[Row]:
    house, ticked = services(), frozenset(request.form.getlist("record"))
    waiting = house.stores.approvals.asked(caller.scope, house.clock())
    asked = {
        (thing.name, thing.id)
        for each in waiting
        if each.act in (ERASE, PHOTOS)
        for thing in each.about.things
    }
    offices = house.shelf.offices()
    for each in found:
        line = each.line
        yield Row(
            href=record_href(line, {}),
            value=line.instance_id,
            name=name_of(line),
            came=moment_words(line.at),
            office=office_name(line.office, offices),
            kept_until=day_words(each.last_day.isoformat())
            if each.last_day
            else gettext("(hidden)"),
            asked=(line.key.form_id, line.instance_id) in asked,
            ticked=line.instance_id in ticked,
        )


def _ticked(caller: Caller, form_id: str) -> Sequence[Record]:
    """Raises NotUnderstood for none or too many, and RecordUnknown."""
    key, stores = FormKey(PROJECT, form_id), services().stores
    ids = dict.fromkeys(request.form.getlist("record"))
    if not 0 < len(ids) <= _MOST:
        raise wrong(
            "rows", f"hãy đánh dấu từ 1 đến {_MOST} phiếu.", f"tick between 1 and {_MOST} records."
        )
    return [stored_record(stores, caller.scope, key, each) for each in ids]


def _by_office(records: Sequence[Record]) -> Iterator[tuple[tuple[str, ...], list[Record]]]:
    ordered = sorted(records, key=lambda each: each.within)
    for chain, of_it in groupby(ordered, key=lambda each: each.within):
        yield chain, list(of_it)


def _done(form_id: str, words: str) -> ResponseReturnValue:
    flash(words, "done")
    what = request.args.get("what")
    return redirect(address("retention.overview", form_id=form_id, what=what), 303)
