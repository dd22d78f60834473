"""What takes two people: what waits for me, what I asked for, what came of it; and one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb, may
from server.errors import CauNoiError, NotUnderstood
from server.errors.two_people import ApprovalDecided, AskerMayNoMore, KeptSince, SecondTooNew
from server.model.approvals import Approval, State
from server.model.scope import EVERYWHERE, Scope
from server.model.withholding import RECORDS
from server.processing.approvals.approved_acts import ACTS, DELETE, EXPORT
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.approvals.approval_words import (
    MEANING,
    Thing,
    about_words,
    act_words,
    state_words,
    thing_of,
)
from server.routes.pages.duties.data_request_words import StateWords
from server.routes.pages.forms.form_titles import form_titles
from server.routes.pages.records.asked import filter_words, page_before
from server.routes.pages.records.record_facts import Event, Fact, event_at
from server.routes.pages.records.records import Download, downloads_of
from server.routes.pages.senders import sender_asked
from server.routes.pages.words import ago, gettext, moment_words, ngettext, wrong_words

blueprint = Blueprint("approvals", __name__)

PAGE = 30


@dataclass(frozen=True, slots=True)
class Row:
    href: str
    act: str
    about: str
    office: str
    who: str
    when: str
    when_title: str
    state: StateWords


@blueprint.get("/approvals")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def overview(caller: Caller) -> ResponseReturnValue:
    rule, now, titles = services().two_people, services().clock(), form_titles()
    waiting = rule.waiting_for(caller.actor, now)
    own = services().stores.approvals.own(caller.actor.id, now, PAGE)
    before = page_before(request.args, now)
    found = rule.decided(caller.actor, before, PAGE + 1, now)
    return render_template(
        "pages/approvals.html",
        title=title_of(len(waiting)),
        waiting=_rows(waiting, titles, now),
        own=_rows(own, titles, now),
        decided=_rows(found[:PAGE], titles, now),
        new_href=url_for("approval_ask.new") if may(caller.actor, Verb.EXPORT_RECORDS) else "",
        more_href=url_for("approvals.overview", before=found[PAGE - 1].asked_at.isoformat())
        if len(found) > PAGE
        else "",
    )


@blueprint.get("/approvals/<seg:approval_id>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def show(caller: Caller, approval_id: str) -> ResponseReturnValue:
    return _page(caller, services().two_people.seen_by(caller.actor, approval_id))


@blueprint.post("/approvals/<seg:approval_id>/grant")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def grant(caller: Caller, approval_id: str) -> ResponseReturnValue:
    return _decided(caller, approval_id, services().two_people.grant, _words())


@blueprint.post("/approvals/<seg:approval_id>/refuse")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def refuse(caller: Caller, approval_id: str) -> ResponseReturnValue:
    return _decided(caller, approval_id, services().two_people.refuse, _words())


@blueprint.post("/approvals/<seg:approval_id>/take-back")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def take_back(caller: Caller, approval_id: str) -> ResponseReturnValue:
    return _decided(caller, approval_id, services().two_people.take_back)


def title_of(waiting: int) -> str:
    if not waiting:
        return gettext("What takes two people")
    return ngettext(
        "%(count)s thing waits for you as the second person",
        "%(count)s things wait for you as the second person",
        waiting,
    )


def waiting_for(caller: Caller) -> int | None:
    """For the first page: how many wait for this person; None for who decides nothing."""
    house = services()
    if not any(may(caller.actor, act.verb) for act in ACTS.values()):
        return None
    return len(house.two_people.waiting_for(caller.actor, house.clock()))


def _decided(
    caller: Caller, approval_id: str, decide: Callable[..., Approval], *words: str
) -> ResponseReturnValue:
    try:
        after = decide(caller.actor, approval_id, *words, services().clock())
    except (NotUnderstood, ApprovalDecided, AskerMayNoMore, KeptSince, SecondTooNew) as refused:
        found = services().two_people.seen_by(caller.actor, approval_id)
        return _page(caller, found, refused), status_of(refused)
    flash(_done_words(after.state(services().clock())), "done")
    return redirect(url_for("approvals.show", approval_id=approval_id), 303)


def _words() -> str:
    return request.form.get("words", "")


def _done_words(state: State) -> str:
    match state:
        case State.CARRIED_OUT:
            return gettext("Granted and done.")
        case State.GRANTED:
            return gettext("Granted.")
        case State.TAKEN_BACK:
            return gettext("Taken back.")
        case _:
            return gettext("Refused.")


def _rows(found: Sequence[Approval], titles: Mapping[str, str], now: datetime) -> tuple[Row, ...]:
    return tuple(_row(each, titles, now) for each in found)


def _row(found: Approval, titles: Mapping[str, str], now: datetime) -> Row:
    return Row(
        href=url_for("approvals.show", approval_id=found.id),
        act=act_words(found.act),
        about=about_words(found, titles),
        office=_office(found),
        who=found.asked_by_name,
        when=ago(found.asked_at, now),
        when_title=moment_words(found.asked_at),
        state=state_words(found, now),
    )


def _office(found: Approval) -> str:
    office = services().shelf.offices().get(found.office)
    return office.label if office else gettext("All offices")


def _page(caller: Caller, found: Approval, refused: CauNoiError | None = None) -> str:
    now = services().clock()
    state, is_own = found.state(now), found.asked_by == caller.actor.id
    lasts = state is State.GRANTED and bool(found.about.days)
    titles = form_titles()
    return render_template(
        "pages/approval.html",
        title=act_words(found.act),
        back_href=url_for("approvals.overview"),
        state=state_words(found, now),
        things=_things(found, state, titles),
        facts=_facts(found, now),
        reason=found.reason,
        alone=is_own and state is State.ASKED and not services().two_people.has_second(found),
        meaning=gettext(MEANING.get(found.act, "")) if state is State.ASKED else "",
        grant_action=url_for("approvals.grant", approval_id=found.id)
        if state is State.ASKED and not is_own
        else "",
        refuse_action=url_for("approvals.refuse", approval_id=found.id)
        if (state is State.ASKED or lasts) and not is_own
        else "",
        ends=lasts,
        back_action=url_for("approvals.take_back", approval_id=found.id)
        if (state is State.ASKED or lasts) and is_own
        else "",
        downloads=_downloads(found) if lasts and is_own else (),
        history=_history(found, now),
        words=_words() if refused else "",
        problem=wrong_words(refused) if refused else "",
    )


def _facts(found: Approval, now: datetime) -> tuple[Fact, ...]:
    days = found.about.days
    facts = (
        Fact(gettext("Office"), _office(found)),
        Fact(gettext("Only"), _filters(found)),
        Fact(
            gettext("For how long"),
            ngettext("%(count)s day", "%(count)s days", days) if days else "",
        ),
        Fact(gettext("Asked by"), found.asked_by_name),
        Fact(
            gettext("Lapses"),
            moment_words(found.lapses_at) if found.state(now) is State.ASKED else "",
        ),
    )
    return tuple(each for each in facts if each.value)


def _things(found: Approval, state: State, titles: Mapping[str, str]) -> tuple[Thing, ...]:
    """What is gone leads nowhere: a record that was deleted, an entry whose person was erased."""
    things = (thing_of(each, titles) for each in found.about.things)
    gone = state is State.CARRIED_OUT and (
        found.act == DELETE or any(each.kind != RECORDS for each in found.about.things)
    )
    return tuple(replace(each, href="") if gone else each for each in things)


def _filters(found: Approval) -> str:
    if not found.about.filters:
        return ""
    filters = dict(found.about.filters)
    return filter_words(filters, sender_asked(Scope.of([found.office]), filters))


def _downloads(found: Approval) -> tuple[Download, ...]:
    """Of registers only programs take out all."""
    if found.act != EXPORT:
        return ()
    office = {} if found.office == EVERYWHERE else {"office": found.office}
    values = {**office, **dict(found.about.filters)}
    forms = [each.name for each in found.about.things if each.kind == RECORDS]
    return tuple(each for form_id in forms for each in downloads_of(form_id, values))


def _history(found: Approval, now: datetime) -> tuple[Event, ...]:
    """Newest first."""
    events = [event_at(found.asked_at, now, found.asked_by_name, gettext("asked for it"))]
    if found.decision is not None:
        decision = found.decision
        what = {
            State.GRANTED: gettext("granted it"),
            State.REFUSED: gettext("refused it"),
            State.TAKEN_BACK: gettext("took it back"),
        }[decision.state]
        events.append(event_at(decision.at, now, decision.by_name, what, decision.words))
    return tuple(reversed(events))
