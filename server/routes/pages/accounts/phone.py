"""One phone: what came from it, a new code, the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.access.granting import may_renew
from server.access.verbs import Verb
from server.model.filters import Filters
from server.model.offices import name_of
from server.model.people import Actor
from server.model.records import Arrived
from server.model.sequence import LAST_SEQ
from server.processing.accounts.people import (
    connect_again,
    disconnect_phone,
    find_phone,
    renew_phone,
)
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.accounts.connecting import Connected, connected
from server.routes.pages.accounts.phones import state_of
from server.routes.pages.accounts.reach import warn_if_out_of_reach
from server.routes.pages.accounts.role_words import phone_role_words
from server.routes.pages.words import ago, gettext, moment_words, ngettext, number
from server.services import PROJECT

blueprint = Blueprint("phone", __name__)


@dataclass(frozen=True, slots=True)
class FromForm:
    """What came of one form: ``sent`` is all that reached the house, ``received`` what became
    records of it; ``lacking`` says of how many files are still to come, "" for none."""

    title: str
    sent: str
    received: str
    aside: str
    lacking: str
    last: str
    last_title: str


@blueprint.get("/phones/<seg:phone_id>")
@allow(Verb.MANAGE_PHONES, by=By.SESSION)
def phone(caller: Caller, phone_id: str) -> ResponseReturnValue:
    return _page(caller, find_phone(services().stores, caller.scope, phone_id))


@blueprint.post("/phones/<seg:phone_id>/renew")
@allow(Verb.MANAGE_PHONES, by=By.SESSION)
def renew(caller: Caller, phone_id: str) -> ResponseReturnValue:
    """The answer shows the new code, once; with the old one the phone is refused from now on."""
    house = services()
    asked = (caller.actor, caller.scope, phone_id, house.clock())
    found, token = renew_phone(house.stores, house.shelf, *asked)
    house.door.forget(found.id)
    return _page(caller, found, connected(found, token))


@blueprint.post("/phones/<seg:phone_id>/reconnect")
@allow(Verb.MANAGE_PHONES, by=By.SESSION)
def reconnect(caller: Caller, phone_id: str) -> ResponseReturnValue:
    """One that was disconnected, under a new code, which the answer shows once."""
    house = services()
    asked = (caller.actor, caller.scope, phone_id, house.clock())
    _, token = connect_again(house.stores, house.shelf, *asked)
    again = find_phone(house.stores, caller.scope, phone_id)
    return _page(caller, again, connected(again, token))


@blueprint.post("/phones/<seg:phone_id>/disconnect")
@allow(Verb.MANAGE_PHONES, by=By.SESSION)
def disconnect(caller: Caller, phone_id: str) -> ResponseReturnValue:
    house = services()
    found = disconnect_phone(house.stores, caller.scope, phone_id, house.clock())
    house.door.forget(found.id)
    flash(gettext("%(name)s is disconnected.", name=found.name), "done")
    return redirect(url_for("phones.phones"), 303)


def _page(caller: Caller, found: Actor, connected: Connected | None = None) -> str:
    warn_if_out_of_reach()
    house = services()
    offices, seen = house.shelf.offices(), found.last_seen_at
    may = may_renew(caller.actor, found, offices)
    return render_template(
        "pages/phone.html",
        title=found.name,
        back_href=url_for("phones.phones"),
        connected=connected,
        office=name_of(found.office, offices),
        state=state_of(found),
        last=ago(seen, house.clock()) if seen else "",
        last_title=moment_words(seen) if seen else "",
        app=found.app,
        since=moment_words(found.created_at) if found.created_at else "",
        ended=moment_words(found.revoked_at) if found.revoked_at else "",
        forms=_forms(caller, found),
        role=phone_role_words(found),
        renew_action=url_for("phone.renew", phone_id=found.id) if may and found.active else "",
        reconnect_action=url_for("phone.reconnect", phone_id=found.id)
        if may and not found.active
        else "",
        disconnect_action=url_for("phone.disconnect", phone_id=found.id) if found.active else "",
    )


def _forms(caller: Caller, found: Actor) -> tuple[FromForm, ...]:
    house = services()
    filters = Filters(top=LAST_SEQ, sender=found.id)
    aside = house.stores.aside.waiting_from(caller.scope, found.id)
    rows = []
    for entry in house.stores.forms.entries(PROJECT):
        arrived = house.stores.submissions.arrivals(caller.scope, entry.key, filters)
        waiting = aside.pop(entry.key.form_id, 0)
        if arrived or waiting:
            rows.append(_row(entry.title, arrived, waiting))
    unread = gettext("Could not be read")
    rows += [_row(form or unread, [], count) for form, count in sorted(aside.items())]
    return tuple(rows)


def _row(title: str, arrived: Sequence[Arrived], aside: int) -> FromForm:
    last = max((each.at for each in arrived), default=None)
    lacking = sum(not each.whole for each in arrived)
    return FromForm(
        title=title,
        sent=number(len(arrived) + aside),
        received=number(len(arrived)),
        aside=ngettext("%(count)s set aside", "%(count)s set aside", aside) if aside else "",
        lacking=ngettext("%(count)s lacks files", "%(count)s lack files", lacking)
        if lacking
        else "",
        last=ago(last, services().clock()) if last else "",
        last_title=moment_words(last) if last else "",
    )
