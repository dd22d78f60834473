"""A designer hands in a spreadsheet: what is wrong with it is said, else it is a draft."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from server.access.verbs import Verb
from server.errors import BadInput, Clash, FormUnreadable
from server.model.forms import FormKey
from server.processing.forms.drafts import Upload, clear_test_records, save_draft
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.words import gettext, reader
from server.services import PROJECT

blueprint = Blueprint("form_upload", __name__)


@blueprint.get("/forms/upload")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def form(caller: Caller) -> ResponseReturnValue:
    return _page()


@blueprint.post("/forms/upload")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def upload(caller: Caller) -> ResponseReturnValue:
    house = services()
    house.guard()
    given = request.files.get("form")
    if given is None or not given.filename:
        return _page(problems=(gettext("Choose the form's file."),)), 400
    handed_in = Upload(_name(given), given.read(), _files(request.files.getlist("media")))
    try:
        saved = save_draft(
            house.stores,
            house.shelf,
            PROJECT,
            handed_in,
            by=caller.actor.id,
            at=house.clock(),
        )
    except FormUnreadable as refused:
        at = 0 if reader() == "vi" else 1
        problems = tuple(each[at] for each in refused.problems)
        return _page(handed_in.file_name, problems), status_of(refused)
    except (BadInput, Clash) as refused:
        return _page(handed_in.file_name, (refused.words(reader()),)), status_of(refused)
    form_id = saved.version.key.form_id
    if request.form.get("clear"):
        clear_test_records(house.stores, FormKey(PROJECT, form_id, draft=True))
    flash(gettext("The draft is saved. Phones keep what they have until it is published."), "done")
    if saved.unused:
        names = ", ".join(saved.unused)
        flash(
            gettext("Not used, since the form names no such file: %(names)s", names=names), "late"
        )
    return redirect(url_for("draft.show", form_id=form_id), 303)


def _page(file_name: str = "", problems: tuple[str, ...] = ()) -> str:
    title = gettext("Upload a form")
    if problems:
        title = gettext("The form cannot be used yet")
    return render_template(
        "pages/form_upload.html",
        title=title,
        back_href=url_for("forms.overview"),
        action=url_for("form_upload.upload"),
        file_name=file_name,
        problems=problems,
    )


def _name(file: FileStorage) -> str:
    """A label: whatever path a browser puts before it is not ours."""
    return (file.filename or "").replace("\\", "/").rpartition("/")[2]


def _files(given: Iterable[FileStorage]) -> dict[str, bytes]:
    return {_name(each): each.read() for each in given if each.filename}
