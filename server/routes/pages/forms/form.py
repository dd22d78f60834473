"""One form: what it collects, who uses which version of it, and what a designer may do with it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import BadInput, Clash, FormUnknown
from server.model.forms import FormEntry, FormKey, FormState
from server.model.retention import read_retention
from server.processing.forms.bin import BIN_DAYS, delete_form
from server.processing.forms.shelf import OnHand
from server.processing.forms.versions import duplicate, return_to
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.dialects import status_of
from server.routes.pages.duties.retention_words import kept_for
from server.routes.pages.forms.draft_facts import facts_of
from server.routes.pages.forms.form_facts import days_of, files_of, parts_of, used_versions
from server.routes.pages.forms.form_versions import version_rows
from server.routes.pages.records.record_facts import Fact
from server.routes.pages.records.records import lists, taking_out
from server.routes.pages.ways import address
from server.routes.pages.words import gettext, ngettext, wrong_words
from server.services import PROJECT

blueprint = Blueprint("form", __name__)


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Copy:
    """What was typed for a copy stays; ``problem`` is "" when nothing is wrong."""

    action: str
    form_id: str
    title: str
    problem: str


@blueprint.get("/forms/<seg:form_id>")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def show(caller: Caller, form_id: str) -> ResponseReturnValue:
    return _page(caller, FormKey(PROJECT, form_id))


@blueprint.post("/forms/<seg:form_id>/return")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def go_back(caller: Caller, form_id: str) -> ResponseReturnValue:
    house, key = services(), FormKey(PROJECT, form_id)
    house.guard()
    wanted = request.form.get("version", "")
    published = return_to(
        house.stores,
        house.shelf,
        key,
        wanted,
        by=caller.actor.id,
        at=house.clock(),
    )
    flash(
        gettext(
            "Phones get the questions of version %(old)s again, as version %(new)s.",
            old=wanted,
            new=published.version.version,
        ),
        "done",
    )
    return redirect(url_for("form.show", form_id=form_id), 303)


@blueprint.post("/forms/<seg:form_id>/duplicate")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def copy(caller: Caller, form_id: str) -> ResponseReturnValue:
    house, key = services(), FormKey(PROJECT, form_id)
    house.guard()
    new_id, title = request.form.get("new_id", ""), request.form.get("new_title", "")
    try:
        made = duplicate(
            house.stores, house.shelf, key, new_id, title, by=caller.actor.id, at=house.clock()
        )
    except (BadInput, Clash) as refused:
        return _page(caller, key, refused), status_of(refused)
    flash(gettext("The copy is a draft: phones do not get it until it is published."), "done")
    return redirect(url_for("draft.show", form_id=made.version.key.form_id), 303)


@blueprint.post("/forms/<seg:form_id>/delete")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def delete(caller: Caller, form_id: str) -> ResponseReturnValue:
    house = services()
    delete_form(house.stores, house.shelf, FormKey(PROJECT, form_id), house.clock())
    flash(
        gettext("The form lies in the bin for %(days)s days. Its records are kept.", days=BIN_DAYS),
        "done",
    )
    return redirect(url_for("form_bin.show"), 303)


def _page(caller: Caller, key: FormKey, refused: BadInput | Clash | None = None) -> str:
    house = services()
    current = house.shelf.current(key)
    entry, version = current.entry, current.version
    if entry.deleted_at is not None:
        raise FormUnknown(form_id=key.form_id)
    found = lists(caller, key)
    numbers = found.numbers()
    return render_template(
        "pages/form.html",
        title=_title(entry, numbers.total),
        back_href=url_for("forms.overview"),
        actions=_actions(key),
        facts=(
            Fact(gettext("State"), state_words(entry.state)),
            *facts_of(version, current.form),
            Fact(gettext("Retention"), kept_for(read_retention(entry.retention))),
        ),
        parts=parts_of(current.form),
        days=days_of(found),
        records_href=_records_href(caller, key.form_id),
        retention_href=address("form_retention.show", form_id=key.form_id),
        over_href=_over_href(caller, key.form_id),
        used=used_versions(found, version.version),
        files=files_of(version, current.form),
        exports=taking_out(caller, key.form_id, {}),
        versions=version_rows(house.stores.forms.versions(key), version.version),
        copy=_copy(current, refused),
        delete_action=url_for("form.delete", form_id=key.form_id),
        bin_days=BIN_DAYS,
    )


def state_words(state: FormState) -> str:
    return {
        FormState.OPEN: gettext("Open: phones get it"),
        FormState.CLOSING: gettext("Closing: phones get it no more, records still come in"),
        FormState.CLOSED: gettext("Closed: what still comes in is marked as late"),
    }[state]


def _title(entry: FormEntry, total: int) -> str:
    records = ngettext("%(count)s record", "%(count)s records", total)
    return gettext(
        "%(title)s: version %(version)s, %(records)s",
        title=entry.title,
        version=entry.version,
        records=records,
    )


def _actions(key: FormKey) -> tuple[Link, ...]:
    draft = services().stores.forms.entry(FormKey(PROJECT, key.form_id, draft=True))
    here = {"form_id": key.form_id}
    links = [Link(url_for("form_upload.form"), gettext("Upload a new version"))]
    if draft:
        links.insert(0, Link(address("draft.show", **here), gettext("Open the draft")))
    return (*links, Link(address("paper.sheet", **here), gettext("Print the questionnaire")))


def _copy(current: OnHand, refused: BadInput | Clash | None) -> Copy:
    form_id = current.entry.key.form_id
    return Copy(
        action=url_for("form.copy", form_id=form_id),
        form_id=request.form.get("new_id", "") if refused else f"{form_id}_2",
        title=request.form.get("new_title", "") if refused else f"{current.version.title} (2)",
        problem=wrong_words(refused) if refused else "",
    )


def _records_href(caller: Caller, form_id: str) -> str:
    may = scope_beside(caller, Verb.READ_RECORDS).sees_form(form_id)
    return address("records.record_list", form_id=form_id) if may else ""


def _over_href(caller: Caller, form_id: str) -> str:
    may = scope_beside(caller, Verb.DELETE_RECORDS).sees_form(form_id)
    return address("retention.overview", form_id=form_id) if may else ""
