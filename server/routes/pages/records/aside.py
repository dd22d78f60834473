"""What was refused and set aside: why, from whom, to be taken away, and dealt with by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import AttachmentUnknown
from server.model.aside import SetAside
from server.model.forms import FormKey
from server.model.offices import name_of
from server.model.scope import Scope
from server.model.sequence import LAST_SEQ
from server.processing.intake.set_aside import LONGEST_NOTE, aside_of, settle
from server.routes.allow import By, Caller, allow, services
from server.routes.files import send_kept, send_set_aside
from server.routes.pages.forms.form_titles import form_titles
from server.routes.pages.records.aside_words import why_words
from server.routes.pages.records.asked import page_top
from server.routes.pages.records.record_facts import Fact
from server.routes.pages.ways import address
from server.routes.pages.words import ago, gettext, moment_words, ngettext, size_words
from server.services import PROJECT
from server.xforms.levels import Level

blueprint = Blueprint("aside", __name__)

PAGE = 30
_XML = "application/xml"


@dataclass(frozen=True, slots=True)
class Row:
    href: str
    why: str
    when: str
    when_title: str
    who: str
    office: str
    form: str


@dataclass(frozen=True, slots=True)
class File:
    href: str
    name: str
    size: str


@blueprint.get("/aside")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def overview(caller: Caller) -> ResponseReturnValue:
    settled = request.args.get("settled") == "1"
    top = page_top(request.args, LAST_SEQ)
    found = _page(caller, settled=settled, top=top)
    titles = form_titles()
    more = {"settled": 1} if settled else {}
    return render_template(
        "pages/aside.html",
        title=_title(caller, found, top, settled=settled),
        back_href=url_for("aside.overview" if settled else "records.overview"),
        settled=settled,
        settled_href="" if settled else address("aside.overview", settled=1),
        rows=tuple(_row(each, titles) for each in found[:PAGE]),
        more_href=address("aside.overview", before=found[PAGE - 1].seq, **more)
        if len(found) > PAGE
        else "",
    )


@blueprint.get("/aside/<seg:aside_id>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def show(caller: Caller, aside_id: str) -> ResponseReturnValue:
    found = aside_of(services().stores, _whole(caller), aside_id)
    title, advice = why_words(found.why)
    return render_template(
        "pages/aside_one.html",
        title=title,
        advice=advice,
        back_href=url_for("aside.overview"),
        facts=_facts(found),
        files=_files(found),
        record_href=_record_href(caller, found),
        settle_action="" if found.settled else _settle_action(found),
        longest_note=LONGEST_NOTE,
    )


def _settle_action(found: SetAside) -> str:
    """What comes while somebody reads is not dealt with by that."""
    return url_for("aside.deal_with", aside_id=found.id, seen=len(found.files))


@blueprint.post("/aside/<seg:aside_id>/settle")
@allow(Verb.REVIEW_RECORDS, by=By.SESSION)
def deal_with(caller: Caller, aside_id: str) -> ResponseReturnValue:
    house = services()
    note, seen = request.form.get("note", ""), request.args.get("seen", 0, type=int)
    by, at = caller.actor, house.clock()
    settle(house.stores, _whole(caller), aside_id, note, seen=seen, by=by, at=at)
    flash(gettext("Noted as dealt with. What was sent is still kept."), "done")
    return redirect(url_for("aside.overview"), 303)


@blueprint.get("/aside/<seg:aside_id>/files/<int:number>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def download(caller: Caller, aside_id: str, number: int) -> Response:
    """0 is the XML as it came, then the files in their order; never shown, only taken away."""
    found = aside_of(services().stores, _whole(caller), aside_id)
    if number == 0 and found.xml:
        return send_kept(found.xml, _XML, "submission.xml", found.size, shown=False)
    if not 1 <= number <= len(found.files):
        raise AttachmentUnknown
    return send_set_aside(caller, found, found.files[number - 1])


def _whole(caller: Caller) -> Scope:
    """What was refused is kept as it came, and cannot be shown in part: it is for those who read
    every answer."""
    return caller.scope.reading(Level.SPECIAL)


def waiting_words(caller: Caller) -> str:
    """How many wait, "" for none; of many it says that there are more."""
    return _number_words(_page(caller, settled=False, top=LAST_SEQ))


def _page(caller: Caller, *, settled: bool, top: int) -> Sequence[SetAside]:
    """One more than a page shows says that there is another."""
    return services().stores.aside.page(_whole(caller), settled=settled, top=top, most=PAGE + 1)


def _number_words(found: Sequence[SetAside]) -> str:
    if not found:
        return ""
    if len(found) > PAGE:
        return gettext("More than %(count)s uploads set aside", count=PAGE)
    return ngettext("%(count)s upload set aside", "%(count)s uploads set aside", len(found))


def _title(caller: Caller, found: Sequence[SetAside], top: int, *, settled: bool) -> str:
    """``found`` is what the page shows: of those that wait, all, where it is the first page."""
    if settled:
        return gettext("Dealt with")
    waiting = _number_words(found) if top == LAST_SEQ else waiting_words(caller)
    return waiting or gettext("Nothing is set aside")


def _row(found: SetAside, titles: Mapping[str, str]) -> Row:
    return Row(
        href=url_for("aside.show", aside_id=found.id),
        why=why_words(found.why)[0],
        when=ago(found.at, services().clock()),
        when_title=moment_words(found.at),
        who=found.sender_name,
        office=_office(found),
        form=titles.get(found.form, found.form),
    )


def _facts(found: SetAside) -> tuple[Fact, ...]:
    facts = [
        Fact(gettext("Received at"), moment_words(found.at)),
        Fact(gettext("Sent by"), found.sender_name),
        Fact(gettext("Office"), _office(found)),
        Fact(gettext("Form"), form_titles().get(found.form, found.form)),
        Fact(gettext("Record id"), found.instance_id),
    ]
    if found.settled:
        who = f"{found.settled.by_name}, {moment_words(found.settled.at)}"
        facts += [Fact(gettext("Dealt with"), who), Fact(gettext("Note"), found.settled.note)]
    return tuple(each for each in facts if each.value)


def _files(found: SetAside) -> Sequence[File]:
    def href(number: int) -> str:
        return url_for("aside.download", aside_id=found.id, number=number)

    files = [
        File(href(number), each.name, size_words(each.size))
        for number, each in enumerate(found.files, 1)
    ]
    if found.xml:
        files.insert(0, File(href(0), gettext("The answers (XML)"), size_words(found.size)))
    return files


def _office(found: SetAside) -> str:
    return name_of(found.within[-1], services().shelf.offices())


def _record_href(caller: Caller, found: SetAside) -> str:
    """The record that stands in its place, where the reader may see it."""
    key = FormKey(PROJECT, found.form)
    if not found.instance_id or found.draft:
        return ""
    there = services().stores.submissions.holding(caller.scope, key, [found.instance_id])
    if not there or there[0].deleted:
        return ""
    return url_for("record.show", form_id=found.form, instance_id=there[0].instance_id)
