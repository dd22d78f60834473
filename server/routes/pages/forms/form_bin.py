"""The bin of forms: what was deleted, until when, and how it comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.model.forms import FormEntry, FormKey
from server.processing.forms.bin import BIN_DAYS, restore_form
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.records.records import lists
from server.routes.pages.words import gettext, moment_words, ngettext, number
from server.services import PROJECT

blueprint = Blueprint("form_bin", __name__)


@dataclass(frozen=True, slots=True)
class Binned:
    """``until`` is "" for a form that stays since it has records."""

    name: str
    form_id: str
    deleted: str
    total: str
    until: str
    restore_action: str


@blueprint.get("/bin")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def show(caller: Caller) -> ResponseReturnValue:
    rows = tuple(_row(caller, each) for each in services().stores.forms.binned(PROJECT))
    return render_template(
        "pages/form_bin.html",
        title=ngettext("%(count)s form in the bin", "%(count)s forms in the bin", len(rows)),
        back_href=url_for("forms.overview"),
        rows=rows,
    )


@blueprint.post("/bin/<seg:form_id>/restore")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def restore(caller: Caller, form_id: str) -> ResponseReturnValue:
    house = services()
    restore_form(house.stores, house.shelf, FormKey(PROJECT, form_id))
    flash(gettext("The form is back, as it was."), "done")
    return redirect(url_for("form.show", form_id=form_id), 303)


def _row(caller: Caller, entry: FormEntry) -> Binned:
    total = lists(caller, entry.key).numbers().total
    at = entry.deleted_at
    until = moment_words(at + timedelta(days=BIN_DAYS))[:10] if at and not total else ""
    return Binned(
        name=entry.title,
        form_id=entry.key.form_id,
        deleted=moment_words(at) if at else "",
        total=number(total),
        until=until,
        restore_action=url_for("form_bin.restore", form_id=entry.key.form_id),
    )
