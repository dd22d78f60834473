"""The designers' list of forms: which there are, what each has collected, what is being tried."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import FormUnknown, NotUnderstood
from server.model.forms import FormEntry, FormKey, FormState
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.forms.form import state_words
from server.routes.pages.records.asked import Option
from server.routes.pages.records.records import lists
from server.routes.pages.words import day_words, gettext, ngettext, number
from server.services import PROJECT

blueprint = Blueprint("forms", __name__)


@dataclass(frozen=True, slots=True)
class FormRow:
    """``state`` is "draft" for what was never published."""

    href: str
    name: str
    form_id: str
    version: str
    state: str
    total: str
    last: str
    draft_href: str
    draft_version: str
    state_action: str


@blueprint.get("/forms")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def overview(caller: Caller) -> ResponseReturnValue:
    forms = services().stores.forms
    entries = forms.entries(PROJECT)
    drafts = {each.key.form_id: each for each in forms.drafts(PROJECT)}
    live = {each.key.form_id for each in entries}
    rows = [_row(caller, each, drafts.get(each.key.form_id)) for each in entries]
    open_now = sum(1 for each in entries if each.state is FormState.OPEN)
    return render_template(
        "pages/forms.html",
        title=_title(len(entries), open_now, len(drafts)),
        rows=(*(_only_draft(each) for at, each in drafts.items() if at not in live), *rows),
        states=tuple(Option(each.value, state_words(each)) for each in FormState),
        upload_href=url_for("form_upload.form"),
        bin_href=url_for("form_bin.show"),
    )


@blueprint.post("/forms/<seg:form_id>/state")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def set_state(caller: Caller, form_id: str) -> ResponseReturnValue:
    house = services()
    try:
        state = FormState(request.form.get("state", ""))
    except ValueError:
        raise NotUnderstood(
            why_vi="hãy chọn một trạng thái.", why_en="choose one of the states."
        ) from None
    if not house.stores.forms.set_state(FormKey(PROJECT, form_id), state):
        raise FormUnknown(form_id=form_id)
    house.shelf.forget()
    flash(_said(state), "done")
    return redirect(url_for("forms.overview"), 303)


def _said(state: FormState) -> str:
    match state:
        case FormState.OPEN:
            return gettext("The form is open: phones get it and may send records.")
        case FormState.CLOSING:
            return gettext("The form is closing: phones get it no more; records still come in.")
        case FormState.CLOSED:
            return gettext("The form is closed: what still comes in is marked as late.")


def _title(forms: int, open_now: int, drafts: int) -> str:
    title = ngettext("%(count)s form", "%(count)s forms", forms)
    title += ", " + gettext("%(count)s open", count=number(open_now))
    if drafts:
        title += ", " + ngettext("%(count)s draft", "%(count)s drafts", drafts)
    return title


def _row(caller: Caller, entry: FormEntry, draft: FormEntry | None) -> FormRow:
    form_id = entry.key.form_id
    numbers = lists(caller, entry.key).numbers()
    return FormRow(
        href=url_for("form.show", form_id=form_id),
        name=entry.title,
        form_id=form_id,
        version=entry.version,
        state=entry.state.value,
        total=number(numbers.total),
        last=day_words(numbers.last_day),
        draft_href=url_for("draft.show", form_id=form_id) if draft else "",
        draft_version=draft.version if draft else "",
        state_action=url_for("forms.set_state", form_id=form_id),
    )


def _only_draft(draft: FormEntry) -> FormRow:
    here = url_for("draft.show", form_id=draft.key.form_id)
    return FormRow(
        href=here,
        name=draft.title,
        form_id=draft.key.form_id,
        version=draft.version,
        state="draft",
        total="",
        last="",
        draft_href="",
        draft_version="",
        state_action="",
    )
