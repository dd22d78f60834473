"""One record: its answers as on the phone, its evidence, its history; and the review of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb, scope_for
from server.errors import Clash, NotUnderstood
from server.model.forms import FormKey
from server.model.records import REVIEWER_STATES, WAITING, Record, ReviewState
from server.model.withholding import RECORDS, Target
from server.processing.offices.office_places import grounds_of
from server.processing.records.opened import Opened, open_record
from server.processing.records.reading import reading_of
from server.processing.records.review import Judgement, review
from server.processing.registers.register_names import names_of_chosen
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.offices.grounds import drawn, grounds_signs
from server.routes.pages.records.answers import Reader
from server.routes.pages.records.asked import as_asked
from server.routes.pages.records.erased_words import erased_words
from server.routes.pages.records.places import places
from server.routes.pages.records.record_facts import about, history, state_line
from server.routes.pages.records.record_files import attached_to, other_files
from server.routes.pages.records.record_keeping import kept_longer_words
from server.routes.pages.records.record_side import doubts_beside, points, signs
from server.routes.pages.records.record_worker import working_on
from server.routes.pages.records.records import Download, asked_of, lists, record_href
from server.routes.pages.records.sheets import MOST_SHEETS, Layout, Sheet
from server.routes.pages.ways import address, of_record
from server.routes.pages.withheld_words import kept_back_words
from server.routes.pages.words import gettext, moment_words, reader, wrong_words
from server.services import PROJECT

blueprint = Blueprint("record", __name__)

_MOST_OTHERS = 5


@dataclass(frozen=True, slots=True)
class Form:
    """The review form: what was typed stays when it did not work. ``wrong`` is the id of the field
    that ``error`` is about."""

    action: str
    seen: str
    decision: str
    reason: str
    error: str
    wrong: str
    may_approve: bool


@blueprint.get("/records/<seg:form_id>/<seg:instance_id>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def show(caller: Caller, form_id: str, instance_id: str) -> ResponseReturnValue:
    opened = _open(caller, form_id, instance_id)
    return _page(caller, opened, done=request.args.get("done") == "1")


@blueprint.get("/records/<seg:form_id>/next/<int:after>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def next_waiting(caller: Caller, form_id: str, after: int) -> ResponseReturnValue:
    """Looked for when it is wanted: the page of a record must not pay for it."""
    found = lists(caller, FormKey(PROJECT, form_id))
    asked = asked_of(caller, found)
    line = found.next_waiting(asked.filters, after)
    if line is not None:
        return redirect(record_href(line, asked.values), 303)
    flash(gettext("No other record waits here."), "done")
    return redirect(address("records.record_list", form_id=form_id, **asked.values), 303)


@blueprint.post("/records/<seg:form_id>/<seg:instance_id>")
@allow(Verb.REVIEW_RECORDS, by=By.SESSION)
def judge(caller: Caller, form_id: str, instance_id: str) -> ResponseReturnValue:
    house, key = services(), FormKey(PROJECT, form_id)
    judgement = Judgement(
        state=request.form.get("decision", ""),
        reason=request.form.get("reason", ""),
        seen=request.form.get("seen", ""),
    )
    try:
        review(house.stores, caller.scope, caller.actor, key, instance_id, judgement, house.clock())
    except (NotUnderstood, Clash) as refused:
        words = wrong_words(refused)
        if isinstance(refused, Clash):
            # Nothing that was typed is wrong: the page below shows what is new.
            flash(words, "late")
            words = ""
        opened = _open(caller, form_id, instance_id)
        return _page(caller, opened, judgement=judgement, error=words), status_of(refused)
    flash(gettext("The decision is saved."), "done")
    here = {"form_id": form_id, "instance_id": instance_id, **as_asked(request.args)}
    return redirect(address("record.show", **here, done=1), 303)


def _open(caller: Caller, form_id: str, instance_id: str) -> Opened:
    house, key = services(), FormKey(PROJECT, form_id)
    return open_record(house.stores, house.shelf, caller.scope, key, instance_id)


def _page(
    caller: Caller,
    opened: Opened,
    *,
    done: bool = False,
    judgement: Judgement | None = None,
    error: str = "",
) -> str:
    record, title = opened.record, opened.on_hand.form.title
    by, by_title = state_line(record)
    sheets = sheets_of(caller, opened)
    house, where = services(), points(record)
    grounds = grounds_of(house.stores, house.shelf.offices(), record.office) if where else ()
    deleting = scope_for(caller.actor, Verb.DELETE_RECORDS)
    may_delete = deleting.sees(record.within, record.key.form_id)
    may_erase = may_delete and not record.erased
    back: dict[str, Any] = {"form_id": record.key.form_id, **as_asked(request.args)}
    return render_template(
        "pages/record.html",
        title=record.derived.name or f"{title}, {moment_words(record.at)}",
        back_href=address("records.record_list", **back),
        back_label=title,
        state=record.review.value,
        state_line=by,
        state_title=by_title,
        reason="" if _is_fresh(record) else record.reviews[-1].reason,
        kept_back=kept_back_words(Target(RECORDS, record.key.text, record.instance_id)),
        next_href=_next(caller, record),
        done=done,
        about=about(record, title, house.shelf.offices()),
        sheets=sheets,
        remark=remark_on(opened, len(sheets)),
        evidence=signs(opened, reader(), _others(caller, record), grounds_signs(grounds, where)),
        points=where,
        areas=drawn(grounds),
        review=_form(caller, record, judgement, error),
        history=history(record, house.clock()),
        downloads=_downloads(record),
        working=working_on(caller, record),
        open_href=_open_href(caller, record),
        seen_href=_seen_href(caller, record),
        delete_href=of_record("approval_ask.deletion", record) if may_delete else "",
        kept_longer=kept_longer_words(record),
        keep_href=of_record("record_keeping.form", record) if may_erase else "",
        erase_href=of_record("approval_ask.erasure", record) if may_erase else "",
        erased=erased_words(record),
        edit_href="" if opened.encrypted or record.erased else _edit_href(caller, record),
    )


def sheets_of(caller: Caller, opened: Opened) -> tuple[Sheet, ...]:
    """What was answered, then the files that no answer names."""
    before, house = opened.before, services()
    names = names_of_chosen(house.stores, caller.scope, opened)
    words = Reader(house.labels, opened.on_hand, reader(), names)
    layout = Layout(
        reader=words,
        attached=attached_to(opened.record),
        before=None if before is None else {place: text for place, _, text in places(before)},
        doubts=doubts_beside(opened.record, reader()),
    )
    others = other_files(opened)
    return (*layout.sheets(opened.tree), *((others,) if others else ()))


def remark_on(opened: Opened, sheets: int) -> str:
    """Why there is less to read than a reader expects; "" when there is not."""
    if opened.encrypted:
        return gettext(
            "This record is encrypted: only whoever has the key can read it. "
            "Everything that was sent is kept."
        )
    if opened.record.hidden:
        return gettext("Your role does not read all answers of this form: some are hidden.")
    if sheets >= MOST_SHEETS:
        return gettext("This record is too long for a page: the data below hold all of it.")
    return "" if sheets else gettext("This record has no answers.")


def _is_fresh(record: Record) -> bool:
    """Never reviewed, or edited since the last review: its reason is of yesterday."""
    return not record.reviews or record.review is ReviewState.EDITED


def _form(caller: Caller, record: Record, judgement: Judgement | None, error: str) -> Form | None:
    scope = scope_for(caller.actor, Verb.REVIEW_RECORDS)
    if record.erased is not None or not scope.sees(record.within, record.key.form_id):
        return None
    decided = judgement is not None and judgement.state in {each.value for each in REVIEWER_STATES}
    return Form(
        action=of_record("record.judge", record, **as_asked(request.args)),
        seen=record.current.instance_id,
        decision=judgement.state if judgement else "",
        reason=judgement.reason if judgement else "",
        error=error,
        wrong="reason" if decided else "decision-approved",
        may_approve=record.review is not ReviewState.APPROVED,
    )


def _open_href(caller: Caller, record: Record) -> str:
    """Where what is hidden can be opened with a reason."""
    scope = scope_for(caller.actor, Verb.BREAK_GLASS)
    if not record.hidden or not scope.sees(record.within, record.key.form_id):
        return ""
    return of_record("break_glass.ask", record)


def _edit_href(caller: Caller, record: Record) -> str:
    scope = scope_for(caller.actor, Verb.EDIT_RECORDS)
    reading = reading_of(services().shelf, scope, record.key)
    if not scope.sees(record.within, record.key.form_id) or not reading.mask(record).hides_nothing:
        return ""
    return of_record("fill.edit", record)


def _seen_href(caller: Caller, record: Record) -> str:
    if not scope_for(caller.actor, Verb.READ_AUDIT).sees_office(record.within):
        return ""
    return address("audit.overview", record=f"{record.key.text}/{record.instance_id}")


def _others(caller: Caller, record: Record) -> dict[str, str]:
    """Where the records are that remarks name: those that this reader may open. None is read for
    it."""
    named = dict.fromkeys(str(each.facts.get("record", "")) for each in record.all_issues)
    wanted = [each for each in named if each][:_MOST_OTHERS]
    if not wanted:
        return {}
    found = services().stores.submissions.holding(caller.scope, record.key, wanted)
    there = {id for each in found if not each.deleted for id in each.digests}
    form_id = record.key.form_id
    return {
        each: address("record.show", form_id=form_id, instance_id=each)
        for each in wanted
        if each in there
    }


def _next(caller: Caller, record: Record) -> str:
    """Where the next one that waits is looked for; "" when none is counted beside this one."""
    if not caller.scope.sees_form(record.key.form_id):  # opened with a reason
        return ""
    waiting = lists(caller, record.key).numbers().waiting - (record.review in WAITING)
    if waiting < 1:
        return ""
    here = {"form_id": record.key.form_id, "after": record.seq}
    return address("record.next_waiting", **here, **as_asked(request.args))


def _downloads(record: Record) -> tuple[Download, ...]:
    href = of_record("record_data.data", record)
    return (Download(href, gettext("The data of this record (JSON)")),)
