"""Opening an incident with personal data, and what is done about it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from server.errors.duties import IncidentChanged, IncidentUnknown
from server.model.calendar import ZONE
from server.model.incidents import Act, Deed, Incident, Told
from server.model.offices import Office, within
from server.model.people import Actor
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.sequence import later, new_seq
from server.processing.filled_in import (
    LONGEST_NAME,
    LONGEST_WORDS,
    chosen,
    chosen_office,
    written,
    wrong,
)
from server.storage.incidents import read_journalled
from server.storage.stores import Stores

MOST_WHO = 20
LONGEST_WINDOW = timedelta(days=366)
# How long ago something may have begun: the access log is not kept for longer.
_EARLIEST = timedelta(days=5 * 366)
STEPS = (Deed.NOTIFIED, Deed.NOTED, Deed.CLOSED)


@dataclass(frozen=True, slots=True)
class Filled:
    """The page's form as it was filled in; times as ``2026-11-24T14:05`` of the centre."""

    what: str
    place: str
    harm: str
    measures: str
    contact: str
    detected: str
    who: Sequence[str]
    since: str
    until: str


def open_incident(
    stores: Stores,
    offices: Mapping[str, Office],
    scope: Scope,
    by: Actor,
    filled: Filled,
    known: Collection[str],
    office: str,
    at: datetime,
) -> Incident:
    """``known`` are the accounts and phones that may be named. Raises NotUnderstood with the field,
    or OfficeUnknown."""
    chain = chosen_office(office, offices, scope)
    act = Act(Deed.OPENED, "", by.id, by.name, at, _told(filled, known, at))
    incident = Incident(secrets.token_hex(8), new_seq(at), office, chain, (act,))
    stores.incidents.add(incident)
    return incident


def amend(
    stores: Stores,
    incident: Incident,
    by: Actor,
    filled: Filled,
    known: Collection[str],
    seen: int,
    at: datetime,
) -> None:
    """What is known now; what was said before stays in its history. Raises NotUnderstood with the
    field, or IncidentChanged."""
    told = _told(filled, {*known, *incident.told.who}, at)
    _add(stores, incident, Act(Deed.AMENDED, "", by.id, by.name, at, told), seen)


def step(
    stores: Stores, incident: Incident, by: Actor, deed: str, note: str, seen: int, at: datetime
) -> None:
    """Raises NotUnderstood with the field, or IncidentChanged."""
    what = chosen(Deed, deed, "deed")
    if what not in STEPS:
        raise wrong("deed", "hãy chọn một mục.", "choose one.")
    act = Act(what, written(note, "note", LONGEST_WORDS), by.id, by.name, at)
    _add(stores, incident, act, seen)


def incident_of(stores: Stores, scope: Scope, id: str) -> Incident:
    """Raises IncidentUnknown, out of scope too."""
    found = stores.incidents.find(scope, id)
    if found is None:
        raise IncidentUnknown
    return found


def incident_again(stores: Stores, body: bytes) -> bool:
    """Out of the journal: whether it was missing. It stands where its office stands now. Raises
    IncidentUnknown."""
    id, incident, act = read_journalled(body)
    if incident is not None:
        chain = within(incident.office, stores.offices.tree())
        return stores.incidents.put_again(replace(incident, within=chain))
    found = incident_of(stores, WHOLE_HOUSE, id)
    if act in found.acts:
        return False
    if not stores.incidents.add_act(found, act):
        raise IncidentChanged
    return True


def _add(stores: Stores, incident: Incident, act: Act, seen: int) -> None:
    act = replace(act, at=later(act.at, incident.acts[-1].at))
    overtaken = len(incident.acts) != seen or not incident.is_open
    if overtaken or not stores.incidents.add_act(incident, act):
        raise IncidentChanged


def _told(filled: Filled, known: Collection[str], now: datetime) -> Told:
    since = _moment(filled.since, "since", now)
    until = _moment(filled.until, "until", now) if filled.until else None
    if not since <= (until or now) <= since + LONGEST_WINDOW:
        days = LONGEST_WINDOW.days
        raise wrong(
            "until",
            f"phải sau lúc bắt đầu, và cách không quá {days} ngày.",
            f"it comes after the beginning, by {days} days at most.",
        )
    return Told(
        what=written(filled.what, "what", LONGEST_WORDS),
        place=written(filled.place, "place", LONGEST_NAME, needed=False),
        harm=written(filled.harm, "harm", LONGEST_WORDS, needed=False),
        measures=written(filled.measures, "measures", LONGEST_WORDS, needed=False),
        contact=written(filled.contact, "contact", LONGEST_NAME, needed=False),
        detected=_moment(filled.detected, "detected", now),
        who=_who(filled.who, known),
        since=since,
        until=until,
    )


def _who(ids: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    who = tuple(dict.fromkeys(ids))
    if not 0 < len(who) <= MOST_WHO or not set(who) <= set(known):
        raise wrong(
            "who",
            f"hãy chọn từ 1 đến {MOST_WHO} tài khoản hoặc điện thoại.",
            f"choose 1 to {MOST_WHO} accounts or phones.",
        )
    return who


def _moment(text: str, field: str, now: datetime) -> datetime:
    """Neither in time to come nor a slip of the keyboard."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=ZONE)
    except ValueError:
        moment = None
    if moment is None or not now - _EARLIEST <= moment <= now:
        raise wrong(field, "hãy chọn ngày giờ đã qua.", "choose a day and time that has passed.")
    return moment
