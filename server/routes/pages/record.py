"""One record: its answers as on the phone, its evidence, its history; and the review of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb, scope_for
from server.errors import Clash, NotUnderstood, RecordUnknown
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.records import WAITING, Record, ReviewState
from server.model.sequence import seq_at
from server.processing.review import Judgement, review
from server.processing.shelf import OnHand
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.answers import Reader
from server.routes.pages.record_facts import Event, Fact, about, history, state_line
from server.routes.pages.record_files import attached_to
from server.routes.pages.record_side import points, signs
from server.routes.pages.records import record_href
from server.routes.pages.sheets import Layout, Sheet, places
from server.routes.pages.words import gettext, moment_words, reader
from server.services import PROJECT
from server.xforms.envelope import read_envelope
from server.xforms.record import RecordTree, read_record
from server.xforms.values import typed

blueprint = Blueprint("record", __name__)


@dataclass(frozen=True, slots=True)
class Form:
    """The review form: what was typed stays when it did not work."""

    action: str
    seen: str
    decision: str
    reason: str
    error: str
    may_approve: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A record with its form version and its answers (none when it is encrypted)."""

    record: Record
    on_hand: OnHand
    tree: RecordTree


@blueprint.get("/records/<seg:form_id>/<seg:instance_id>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def show(caller: Caller, form_id: str, instance_id: str) -> ResponseReturnValue:
    opened = _open(caller, form_id, instance_id)
    return _page(caller, opened, done=request.args.get("done") == "1")


@blueprint.get("/records/<seg:form_id>/<seg:instance_id>/data.json")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def data(caller: Caller, form_id: str, instance_id: str) -> ResponseReturnValue:
    """The page's answers for a program: place, label, text as sent, typed value."""
    opened = _open(caller, form_id, instance_id)
    fields = {node.field.path: node.field for node in opened.tree.walk()}
    answers = [
        {"place": place, "text": text, "value": typed(field, text).value, "label": label}
        for place, text, field, label in (
            (place, text, fields[path], fields[path].label.in_(reader()))
            for place, text, path in places(opened.tree)
            if text.strip()
        )
    ]
    return jsonify(
        instance_id=opened.record.instance_id,
        form_id=form_id,
        form_version=opened.record.current.form_version,
        received_at=opened.record.at.isoformat(),
        review=opened.record.review.value,
        answers=answers,
        files=[{"name": each.name, "sha256": each.sha256} for each in opened.record.media],
        missing=list(opened.record.missing),
    )


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
        opened = _open(caller, form_id, instance_id)
        page = _page(caller, opened, judgement=judgement, error=refused.words(reader()))
        return page, status_of(refused)
    flash(gettext("The decision is saved."), "done")
    here = url_for("record.show", form_id=form_id, instance_id=instance_id, done=1)
    return redirect(here, 303)


def _open(caller: Caller, form_id: str, instance_id: str) -> Opened:
    """Raises RecordUnknown, out of scope too."""
    house, key = services(), FormKey(PROJECT, form_id)
    record = house.stores.submissions.find(caller.scope, key, instance_id)
    if record is None:
        raise RecordUnknown
    on_hand = house.shelf.on_hand(key, record.current.form_version)
    return Opened(record, on_hand, _tree(record.current.xml, on_hand))


def _tree(xml: bytes, on_hand: OnHand) -> RecordTree:
    envelope = read_envelope(xml)
    if envelope.encrypted:
        return RecordTree((), ())
    return read_record(on_hand.form, envelope.root)


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
    return render_template(
        "pages/record.html",
        title=record.derived.name or f"{title}, {moment_words(record.at)}",
        back_href=url_for("records.record_list", form_id=record.key.form_id),
        back_label=title,
        state=record.review.value,
        state_line=by,
        state_title=by_title,
        reason=record.reviews[-1].reason if record.reviews and not _fresh(record) else "",
        next_href=_next(caller, record),
        done=done,
        about=_about(opened),
        sheets=_sheets(opened),
        evidence=signs(record),
        points=points(record),
        review=_form(caller, opened, judgement, error),
        history=_history(record),
        downloads=(),
    )


def _sheets(opened: Opened) -> tuple[Sheet, ...]:
    house, record = services(), opened.record
    language = reader()
    before: dict[str, str] = {}
    if len(record.versions) > 1:
        earlier = _tree(record.versions[-2].xml, opened.on_hand)
        before = {place: text for place, text, _ in places(earlier)}
    layout = Layout(
        reader=Reader(house.labels, opened.on_hand.version, language),
        language=language,
        attached=attached_to(record),
        before=before,
    )
    return layout.sheets(opened.tree)


def _about(opened: Opened) -> tuple[Fact, ...]:
    return about(opened.record, opened.on_hand.form.title, services().shelf.offices())


def _history(record: Record) -> tuple[Event, ...]:
    return history(record, services().clock())


def _fresh(record: Record) -> bool:
    """Edited since the last review: its reason is of yesterday."""
    return record.review is ReviewState.EDITED


def _form(caller: Caller, opened: Opened, judgement: Judgement | None, error: str) -> Form | None:
    record = opened.record
    scope = scope_for(caller.actor, Verb.REVIEW_RECORDS)
    if not scope.sees_office(record.within):
        return None
    return Form(
        action=url_for("record.judge", form_id=record.key.form_id, instance_id=record.instance_id),
        seen=record.current.instance_id,
        decision=judgement.state if judgement else "",
        reason=judgement.reason if judgement else "",
        error=error,
        may_approve=record.review is not ReviewState.APPROVED,
    )


def _next(caller: Caller, record: Record) -> str:
    """The next older record that waits, else the newest one that does."""
    house, stores = services(), services().stores
    top = seq_at(house.clock()) + 1
    known = stores.counters.summary(record.key, caller.scope).newest
    for filters in (Filters(top=record.seq), Filters(top=top, known=known)):
        for state in WAITING:
            asked = Filters(filters.top, review=state, known=filters.known)
            for line in stores.submissions.lines(caller.scope, record.key, asked, 2):
                if line.instance_id != record.instance_id:
                    return record_href(line)
    return ""
