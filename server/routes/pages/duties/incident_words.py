"""Incidents with personal data in words: what was done, by when the agency must be told, and the
form in which one is described."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from flask import request

from server.model.calendar import ZONE
from server.model.incidents import Deed, Incident, Told
from server.model.people import Actor
from server.processing.duties.incidents import STEPS, Filled
from server.routes.allow import Caller, services
from server.routes.pages.duties.data_request_words import StateWords
from server.routes.pages.records.asked import Option, by_name
from server.routes.pages.words import N_, gettext, moment_words, ngettext

_DEEDS: Mapping[Deed, str] = {
    Deed.OPENED: N_("opened the incident"),
    Deed.AMENDED: N_("changed what is known of it"),
    Deed.NOTED: N_("noted"),
    Deed.NOTIFIED: N_("told the specialised agency"),
    Deed.CLOSED: N_("closed it"),
}
_TO_DO: Mapping[Deed, str] = {
    Deed.NOTIFIED: N_("The specialised agency was told"),
    Deed.NOTED: N_("Something to remember"),
    Deed.CLOSED: N_("Close the incident"),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """``late``: the agency should have been told."""

    words: str
    late: bool


def deed_words(deed: Deed) -> str:
    return gettext(_DEEDS[deed])


def step_options() -> tuple[Option, ...]:
    """Nothing is chosen for whoever fills it in."""
    return (
        Option("", gettext("Choose one")),
        *(Option(each.value, gettext(_TO_DO[each])) for each in STEPS),
    )


def state_of(incident: Incident) -> StateWords:
    if not incident.is_open:
        return StateWords(gettext("Closed"), "closed")
    if incident.notified_at:
        return StateWords(gettext("Told to the agency"), "done")
    return StateWords(gettext("Not told yet"), "fresh")


def clock_of(incident: Incident, now: datetime) -> Clock:
    told, due = incident.notified_at, incident.due
    if told is not None:
        return Clock(gettext("The agency was told on %(when)s", when=moment_words(told)), False)
    if not incident.is_open:
        return Clock(gettext("Closed without telling the agency"), False)
    by = gettext("Tell the specialised agency by %(when)s", when=moment_words(due))
    hours = ceil(abs(due - now) / timedelta(hours=1))
    if incident.is_late(now):
        left = ngettext("%(count)s hour late", "%(count)s hours late", hours)
    else:
        left = ngettext("%(count)s hour left", "%(count)s hours left", hours)
    return Clock(f"{by}: {left}", incident.is_late(now))


def accounts(caller: Caller) -> list[Actor]:
    """Whoever may be named in an incident: people and phones, those that were ended too."""
    actors = services().stores.actors
    return by_name((*actors.people(caller.scope), *actors.phones(caller.scope)))


def filled() -> Filled:
    given = request.form.get
    return Filled(
        what=given("what", ""),
        place=given("place", ""),
        harm=given("harm", ""),
        measures=given("measures", ""),
        contact=given("contact", ""),
        detected=given("detected", ""),
        who=request.form.getlist("who"),
        since=given("since", ""),
        until=given("until", ""),
    )


def as_filled(told: Told) -> Filled:
    """What the form shows of what is known."""
    return Filled(
        what=told.what,
        place=told.place,
        harm=told.harm,
        measures=told.measures,
        contact=told.contact,
        detected=local(told.detected),
        who=told.who,
        since=local(told.since),
        until=local(told.until) if told.until else "",
    )


def local(moment: datetime) -> str:
    """As a browser's field for a day and time has it."""
    return f"{moment.astimezone(ZONE):%Y-%m-%dT%H:%M}"
