"""Who is connected; connecting and disconnecting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import NotUnderstood, OfficeUnknown
from server.model.people import Actor
from server.processing.people import connect_phone, disconnect_phone
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.asked import Option, by_name, offices_in
from server.routes.pages.reach import root, warn_if_out_of_reach
from server.routes.pages.words import (
    ago,
    centre_name,
    gettext,
    moment_words,
    ngettext,
    number,
    wrong_words,
)
from server.services import PROJECT
from server.wire.collect_settings import CollectSettings, qr_picture

blueprint = Blueprint("phones", __name__)

SILENT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Connected:
    name: str
    qr: str
    server_url: str


@dataclass(frozen=True, slots=True)
class Phone:
    name: str
    office: str
    last: str
    last_title: str
    state: str
    revoke_action: str


@dataclass(frozen=True, slots=True)
class Create:
    action: str
    name: str
    office: str
    offices: tuple[Option, ...]
    name_problem: str
    office_problem: str


@blueprint.get("/phones")
@allow(Verb.MANAGE_PHONES, by=By.SESSION)
def phones(caller: Caller) -> ResponseReturnValue:
    return _page(caller)


@blueprint.post("/phones")
@allow(Verb.MANAGE_PHONES, by=By.SESSION)
def connect(caller: Caller) -> ResponseReturnValue:
    """The answer shows the code, once: it is on no page with an address of its own."""
    house = services()
    name, office = request.form.get("name", ""), request.form.get("office", "")
    try:
        phone, token = connect_phone(
            house.stores, house.shelf, caller.scope, name, office, house.clock()
        )
    except (NotUnderstood, OfficeUnknown) as refused:
        return _page(caller, refused=refused), status_of(refused)
    server_url = f"{root()}/v1/key/{token}/projects/{PROJECT}"
    settings = CollectSettings(server_url, centre_name(), phone.name)
    return _page(caller, Connected(phone.name, qr_picture(settings), root()))


@blueprint.post("/phones/<seg:phone_id>/disconnect")
@allow(Verb.MANAGE_PHONES, by=By.SESSION)
def disconnect(caller: Caller, phone_id: str) -> ResponseReturnValue:
    house = services()
    phone = disconnect_phone(house.stores, caller.scope, phone_id, house.clock())
    house.door.forget(phone.id)
    flash(gettext("%(name)s is disconnected.", name=phone.name), "done")
    return redirect(url_for("phones.phones"), 303)


def _page(
    caller: Caller,
    connected: Connected | None = None,
    refused: NotUnderstood | OfficeUnknown | None = None,
) -> str:
    warn_if_out_of_reach()
    house = services()
    phones = by_name(house.stores.actors.phones(caller.scope))
    found = sorted(phones, key=lambda each: not each.active)
    return render_template(
        "pages/phones.html",
        title=_title(found),
        connected=connected,
        rows=tuple(_phone(each) for each in found),
        create=_create(caller, refused),
    )


def _title(found: Sequence[Actor]) -> str:
    active = [each for each in found if each.active]
    title = ngettext("%(count)s phone is connected", "%(count)s phones are connected", len(active))
    early = services().clock() - timedelta(days=SILENT_DAYS)
    silent = sum(1 for each in active if each.last_seen_at and each.last_seen_at < early)
    if not silent:
        return title
    words = gettext(
        "%(count)s silent for more than %(days)s days", count=number(silent), days=SILENT_DAYS
    )
    return f"{title}, {words}"


def _phone(phone: Actor) -> Phone:
    house = services()
    office = house.shelf.offices().get(phone.office or "")
    seen = phone.last_seen_at
    state = "connected" if seen else "new"
    return Phone(
        name=phone.name,
        office=office.label if office else "",
        last=ago(seen, house.clock()) if seen else "",
        last_title=moment_words(seen) if seen else "",
        state=state if phone.active else "revoked",
        revoke_action=url_for("phones.disconnect", phone_id=phone.id) if phone.active else "",
    )


def _create(caller: Caller, refused: NotUnderstood | OfficeUnknown | None) -> Create:
    offices = offices_in(caller.scope, services().shelf.offices())
    words = wrong_words(refused) if refused else ""
    return Create(
        action=url_for("phones.connect"),
        name=request.form.get("name", "") if refused else "",
        office=request.form.get("office", "") if refused else "",
        offices=tuple(Option(each.code, each.label) for each in offices),
        name_problem=words if isinstance(refused, NotUnderstood) else "",
        office_problem=words if isinstance(refused, OfficeUnknown) else "",
    )
