"""Codes for a form that is sent without a name: made, printed on slips, counted and revoked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import CauNoiError, FormUnknown, NotUnderstood, OfficeUnclear, OfficeUnknown
from server.model.calendar import day_of
from server.model.feedback import CodeBatch
from server.model.offices import name_of
from server.processing.accounts.feedback import (
    MOST_CODES,
    USUAL_DAYS,
    Asked,
    batches_of,
    given_by_code,
    make_codes,
    revoke_codes,
)
from server.processing.forms.shelf import OnHand
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.accounts.reach import root, warn_if_out_of_reach
from server.routes.pages.offices.office_choice import (
    OfficeBox,
    office_box,
    office_given,
    standing_units,
)
from server.routes.pages.words import day_words, gettext, ngettext, number, problems_of
from server.services import PROJECT
from server.wire.collect_settings import qr_of

blueprint = Blueprint("feedback_codes", __name__)


@dataclass(frozen=True, slots=True)
class Slip:
    """One code on paper."""

    qr: str
    address: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The slips of codes that were just made."""

    title: str
    office: str
    until: str
    slips: tuple[Slip, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Codes that were made together. Which record came of which is known to nobody."""

    office: str
    made: str
    by: str
    until: str
    used: str
    state: str
    revoke_action: str


@dataclass(frozen=True, slots=True)
class Create:
    action: str
    offices: OfficeBox
    count: str
    days: str
    problems: dict[str, str]


@blueprint.get("/phones/codes/<seg:form_id>")
@allow(Verb.MANAGE_PHONES, by=By.SESSION)
def codes(caller: Caller, form_id: str) -> ResponseReturnValue:
    return _page(caller, _form(caller, form_id))


@blueprint.post("/phones/codes/<seg:form_id>")
@allow(Verb.MANAGE_PHONES, by=By.SESSION)
def make(caller: Caller, form_id: str) -> ResponseReturnValue:
    """The answer shows the slips, once: they are on no page with an address of its own."""
    house, on_hand = services(), _form(caller, form_id)
    try:
        asked = Asked(
            office_given(standing_units(caller), request.form),
            request.form.get("count", ""),
            request.form.get("days", ""),
        )
        batch, made = make_codes(
            house.stores,
            house.shelf,
            caller.scope,
            on_hand.entry.key,
            asked,
            caller.actor,
            house.clock(),
        )
    except (NotUnderstood, OfficeUnclear, OfficeUnknown) as refused:
        return _page(caller, on_hand, refused=refused), status_of(refused)
    return _page(caller, on_hand, _sheet(on_hand, batch, made))


@blueprint.post("/phones/codes/<seg:form_id>/<seg:batch_id>/revoke")
@allow(Verb.MANAGE_PHONES, by=By.SESSION)
def revoke(caller: Caller, form_id: str, batch_id: str) -> ResponseReturnValue:
    house, key = services(), _form(caller, form_id).entry.key
    asked = (caller.scope, key, batch_id, caller.actor, house.clock())
    revoke_codes(house.stores, house.shelf, *asked)
    flash(gettext("These codes open nothing any more."), "done")
    return redirect(url_for("feedback_codes.codes", form_id=form_id), 303)


def _form(caller: Caller, form_id: str) -> OnHand:
    """Raises FormUnknown, also for one that is not given out by codes."""
    given = given_by_code(services().shelf, PROJECT, caller.scope)
    found = next((each for each in given if each.entry.key.form_id == form_id), None)
    if found is None:
        raise FormUnknown(form_id=form_id)
    return found


def _page(
    caller: Caller, on_hand: OnHand, sheet: Sheet | None = None, refused: CauNoiError | None = None
) -> str:
    warn_if_out_of_reach()
    house, form_id = services(), on_hand.entry.key.form_id
    found = batches_of(house.stores, house.shelf, caller.scope, on_hand.entry.key)
    typed = request.form if refused else {}
    return render_template(
        "pages/feedback_codes.html",
        title=gettext("Codes for “%(form)s”", form=on_hand.version.title),
        back_href=url_for("phones.phones"),
        sheet=sheet,
        rows=tuple(map(_row, found)),
        create=Create(
            action=url_for("feedback_codes.make", form_id=form_id),
            offices=office_box(standing_units(caller), typed),
            count=typed.get("count", "20"),
            days=typed.get("days", str(USUAL_DAYS)),
            problems=problems_of(refused, "office"),
        ),
        most=MOST_CODES,
    )


def _sheet(on_hand: OnHand, batch: CodeBatch, codes: tuple[str, ...]) -> Sheet:
    addresses = [f"{root()}{url_for('feedback.form', code_token=each)}" for each in codes]
    return Sheet(
        title=on_hand.version.title,
        office=name_of(batch.office, services().shelf.offices()),
        until=day_words(day_of(batch.ends_at)),
        slips=tuple(Slip(qr_of(each), each) for each in addresses),
    )


def _row(batch: CodeBatch) -> Row:
    house, made = services(), len(batch.codes)
    if batch.revoked_at is not None:
        state = gettext("revoked")
    else:
        state = gettext("open") if batch.is_open(house.clock()) else gettext("over")
    action = url_for("feedback_codes.revoke", form_id=batch.key.form_id, batch_id=batch.id)
    return Row(
        office=name_of(batch.office, house.shelf.offices()),
        made=day_words(day_of(batch.at)),
        by=batch.by_name,
        until=day_words(day_of(batch.ends_at)),
        used=ngettext(
            "%(count)s code, %(used)s used",
            "%(count)s codes, %(used)s used",
            made,
            used=number(len(batch.used)),
        ),
        state=state,
        revoke_action=action if batch.is_open(house.clock()) else "",
    )
