"""A form's draft: what it makes, what it will change, the trial on a phone, and publishing it.

What it will change is a page of its own, which the draft's page shows within it: the collected
answers are counted for it, and the rest need not wait for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import Clash
from server.model.filters import Filters
from server.model.forms import FormEntry, FormKey, FormVersion
from server.model.records import RecordLine
from server.processing.forms.changes import published_otherwise, what_will_change
from server.processing.forms.drafts import (
    Decision,
    clear_test_records,
    discard_draft,
    draft_version,
    next_number,
    publish_draft,
    reach_of_trials,
)
from server.processing.records.record_lists import lists_of
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.accounts.reach import root, warn_if_out_of_reach
from server.routes.pages.forms.changes import changes_part
from server.routes.pages.forms.draft_facts import facts_of, media_of, missing_words
from server.routes.pages.records.asked import page_top
from server.routes.pages.records.records import name_of
from server.routes.pages.ways import address
from server.routes.pages.words import ago, gettext, moment_words, ngettext, reader
from server.services import PROJECT
from server.wire.collect_settings import draft_settings, qr_picture
from server.xforms.plain_words import finding
from server.xforms.read_form import read_form

blueprint = Blueprint("draft", __name__)

PAGE = 20
_LONGEST_NOTES = 2000


@dataclass(frozen=True, slots=True)
class TestRecord:
    href: str
    name: str
    when: str
    when_title: str
    version: str
    flag: str


@dataclass(frozen=True, slots=True)
class Trial:
    """The designer's phone, and what it sent."""

    qr: str
    server_url: str
    fill_href: str
    records: tuple[TestRecord, ...]
    more_href: str
    clear_action: str


@dataclass(frozen=True, slots=True)
class Publishing:
    """``version`` is proposed: the draft's own, else one that is free. What was typed stays."""

    action: str
    discard_action: str
    version: str
    taken: str
    notes: str
    problem: str


@blueprint.get("/forms/<seg:form_id>/draft")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def show(caller: Caller, form_id: str) -> ResponseReturnValue:
    return _page(caller, _key(form_id))


@blueprint.get("/forms/<seg:form_id>/draft/changes")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def changes(caller: Caller, form_id: str) -> ResponseReturnValue:
    house = services()
    _, draft = draft_version(house.stores, _key(form_id))
    found = what_will_change(house.stores, house.shelf, draft, house.clock())
    return render_template(
        "pages/draft_changes.html",
        title=gettext("What the draft of “%(title)s” will change", title=draft.title),
        back_href=address("draft.show", form_id=form_id),
        changes=changes_part(found),
    )


@blueprint.post("/forms/<seg:form_id>/draft/publish")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def publish(caller: Caller, form_id: str) -> ResponseReturnValue:
    house, key = services(), _key(form_id)
    house.guard()
    typed = Decision(
        request.form.get("notes", "")[:_LONGEST_NOTES], request.form.get("version", "").strip()
    )
    try:
        published = publish_draft(
            house.stores,
            house.shelf,
            key,
            typed,
            by=caller.actor.id,
            at=house.clock(),
        )
    except Clash as refused:
        return _page(caller, key, typed, refused.words(reader())), status_of(refused)
    title, version = published.version.title, published.version.version
    flash(
        gettext("“%(title)s” %(version)s is published.", title=title, version=version),
        "done",
    )
    return redirect(url_for("forms.overview"), 303)


@blueprint.post("/forms/<seg:form_id>/draft/clear")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def clear(caller: Caller, form_id: str) -> ResponseReturnValue:
    gone = clear_test_records(services().stores, _key(form_id))
    words = ngettext("%(count)s test record deleted", "%(count)s test records deleted", gone)
    flash(words, "done")
    return redirect(url_for("draft.show", form_id=form_id), 303)


@blueprint.post("/forms/<seg:form_id>/draft/discard")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def discard(caller: Caller, form_id: str) -> ResponseReturnValue:
    house = services()
    discard_draft(house.stores, house.shelf, _key(form_id))
    flash(gettext("The draft is thrown away. Phones keep what they have."), "done")
    return redirect(url_for("forms.overview"), 303)


def _key(form_id: str) -> FormKey:
    return FormKey(PROJECT, form_id, draft=True)


def _page(caller: Caller, key: FormKey, typed: Decision | None = None, problem: str = "") -> str:
    house = services()
    entry, draft = draft_version(house.stores, key)
    form = read_form(draft.xml)
    media = media_of(draft, form)
    warn_if_out_of_reach()
    return render_template(
        "pages/draft.html",
        title=gettext("Draft of “%(title)s”", title=draft.title),
        back_href=url_for("forms.overview"),
        version=draft.version,
        facts=facts_of(draft, form),
        media=media,
        missing=missing_words(media),
        warnings=tuple(finding(each).words(reader()) for each in draft.warnings),
        changes_href=address("draft.changes", form_id=key.form_id),
        trial=_trial(caller, entry, request.args),
        publishing=_publishing(draft, typed, problem),
        upload_action=url_for("form_upload.upload"),
    )


def _trial(caller: Caller, entry: FormEntry, asked: Mapping[str, str]) -> Trial:
    house, key, here = services(), entry.key, {"form_id": entry.key.form_id}
    name = gettext("Draft: %(title)s", title=entry.title)
    settings = draft_settings(root(), PROJECT, key.form_id, entry.draft_token or "", name)
    reach = reach_of_trials(caller.scope)
    found = lists_of(house.stores, house.shelf, reach, key, house.clock())
    lines = found.page(Filters(top=page_top(asked, found.top())), PAGE)
    more = len(lines) > PAGE
    return Trial(
        qr=qr_picture(settings),
        server_url=settings.server_url,
        fill_href=address("fill.trial", **here),
        records=tuple(_record(key, each) for each in lines[:PAGE]),
        more_href=address("draft.show", before=lines[PAGE - 1].seq, **here) if more else "",
        clear_action=address("draft.clear", **here),
    )


def _record(key: FormKey, line: RecordLine) -> TestRecord:
    missing = line.missing
    return TestRecord(
        href=address("draft_record.show", form_id=key.form_id, instance_id=line.instance_id),
        name=name_of(line),
        when=ago(line.at, services().clock()),
        when_title=moment_words(line.at),
        version=line.form_version,
        flag=ngettext("%(count)s file missing", "%(count)s files missing", missing)
        if missing
        else "",
    )


def _publishing(draft: FormVersion, typed: Decision | None, problem: str) -> Publishing:
    house, here = services(), {"form_id": draft.key.form_id}
    taken = published_otherwise(house.stores, draft)
    return Publishing(
        action=address("draft.publish", **here),
        discard_action=address("draft.discard", **here),
        version=typed.version if typed else _free_number(draft) if taken else draft.version,
        taken=draft.version if taken else "",
        notes=typed.notes if typed else draft.notes,
        problem=problem,
    )


def _free_number(draft: FormVersion) -> str:
    house = services()
    published = house.stores.forms.hashes(FormKey(PROJECT, draft.key.form_id))
    return next_number(published.keys(), house.clock())
