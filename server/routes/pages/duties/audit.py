"""Who did and who looked at what: the access log of one's own offices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.access_log import access_log, sights
from exports.names import content_disposition
from server.access.verbs import Verb
from server.model.audit import Act, Logged
from server.model.calendar import ZONE, day_bounds
from server.model.entities import ListKey
from server.model.forms import FormKey
from server.model.offices import Office, name_of
from server.model.people import Actor
from server.processing.duties.audit_reading import Sight, Wanted, everything, naming, page, seen_by
from server.routes.allow import By, Caller, allow, services
from server.routes.files import in_pieces
from server.routes.pages.duties.audit_words import (
    ACTS,
    Opens,
    about,
    did,
    how_words,
    thing_href,
    thing_words,
)
from server.routes.pages.duties.incident_words import local
from server.routes.pages.records.asked import Filter, Option, by_name, whole_number
from server.routes.pages.ways import address
from server.routes.pages.words import gettext, moment_words, ngettext
from server.services import PROJECT

blueprint = Blueprint("audit", __name__)

PAGE = 50
_MOST = 500
_SEEN_BY = frozenset(("who", "from", "to"))
_NAMES = ("who", "act", "record", "origin", "from", "to")
# What says nothing of all that one account or phone saw and sent.
_OF_ENTRIES = ("act", "record", "origin")
CSV = "text/csv; charset=utf-8"
_ADDRESS = re.compile(r"/(records|lists)/([^/?#]+)/([^/?#]+)")


@dataclass(frozen=True, slots=True)
class Row:
    when: str
    who: str
    office: str
    did: str
    href: str
    about: str
    origin: str


@dataclass(frozen=True, slots=True)
class SightRow:
    href: str
    thing: str
    how: str
    first: str
    last: str
    times: str


@blueprint.get("/admin/audit")
@allow(Verb.READ_AUDIT, by=By.SESSION)
def overview(caller: Caller) -> ResponseReturnValue:
    values, wanted = _asked(request.args)
    start = whole_number(request.args.get("before", ""), 14, 0)
    found = page(services().stores, caller.scope, wanted, start, PAGE)
    more = {**values, "before": str(found.before)} if found.before else None
    people, offices = _people(caller), services().shelf.offices()
    may_name = naming(caller.scope, offices)
    opens = Opens.of(caller)
    return render_template(
        "pages/audit.html",
        title=_title(people, wanted),
        filters=_filters(people, values),
        reset_href=url_for("audit.overview") if values else None,
        rows=tuple(
            _row(caller, each, offices, opens, named=may_name(each.entry)) for each in found.rows
        ),
        more_href=address("audit.overview", **more) if more else None,
        csv_href=address("audit.table", **values),
        incidents_href=url_for("incidents.overview"),
        seen_href=address("audit.seen", **_without(values, *_OF_ENTRIES)) if wanted.who else "",
    )


@blueprint.get("/admin/audit.csv")
@allow(Verb.READ_AUDIT, by=By.SESSION)
def table(caller: Caller) -> Response:
    """What the filters show."""
    house, (_, wanted) = services(), _asked(request.args)
    entries = everything(house.stores, caller.scope, wanted)
    made = in_pieces(access_log(entries, naming(caller.scope, house.shelf.offices())), CSV)
    return as_file(made, "access-log.csv")


@blueprint.get("/admin/audit/seen")
@allow(Verb.READ_AUDIT, by=By.SESSION)
def seen(caller: Caller) -> ResponseReturnValue:
    """For a breach: what was open to whoever had this account or phone."""
    values, wanted = _asked(_without(request.args, *_OF_ENTRIES))
    found = _sights(caller, wanted)
    shown, people = found[:_MOST], _people(caller)
    return render_template(
        "pages/audit_seen.html",
        title=_seen_title(people, wanted, found),
        back_href=address("audit.overview", **values),
        filters=tuple(each for each in _filters(people, values) if each.name in _SEEN_BY),
        reset_href=url_for("audit.seen") if values else None,
        chosen=bool(wanted.who),
        rows=sight_rows(caller, shown),
        left_out=len(found) - len(shown),
        csv_href=address("audit.seen_table", **values) if found else "",
        incident_href=_incident_href(wanted) if wanted.who else "",
    )


@blueprint.get("/admin/audit/seen.csv")
@allow(Verb.READ_AUDIT, by=By.SESSION)
def seen_table(caller: Caller) -> Response:
    _, wanted = _asked(_without(request.args, *_OF_ENTRIES))
    rows = map(told_sight, _sights(caller, wanted))
    return as_file(in_pieces(sights(rows), CSV), "seen.csv")


def _incident_href(wanted: Wanted) -> str:
    """Where an incident is opened about this account or phone and this time."""
    times = {"since": wanted.since, "until": wanted.until}
    given = {name: local(at) for name, at in times.items() if at}
    return address("incidents.new", who=wanted.who, **given)


def _sights(caller: Caller, wanted: Wanted) -> list[Sight]:
    if not wanted.who:
        return []
    house = services()
    forms = [each.key for each in house.stores.forms.with_binned(PROJECT)]
    return seen_by(house.stores, caller.scope, house.shelf.offices(), forms, wanted)


def _asked(given: Mapping[str, str]) -> tuple[dict[str, str], Wanted]:
    """What nobody can mean is left out, and the form shows "all"."""
    values = {name: given[name].strip() for name in _NAMES if given.get(name, "").strip()}
    act = next((each for each in Act if each.value == values.get("act")), None)
    if act is None:
        values.pop("act", None)
    days = {}
    for name in ("from", "to"):
        try:
            days[name] = day_bounds(values[name])[0 if name == "from" else 1]
        except (KeyError, ValueError, OverflowError):
            values.pop(name, None)
    wanted = Wanted(
        who=values.get("who", ""),
        thing=_thing(values.get("record", "")),
        origin=values.get("origin", ""),
        act=act,
        since=days.get("from"),
        until=days.get("to"),
    )
    return values, wanted


def _thing(typed: str) -> str:
    """The address of a record or of an entry of a register, or what the log calls it."""
    found = _ADDRESS.search(typed)
    if found is None:
        return typed
    room, name, one = found[1], unquote(found[2]), unquote(found[3])
    if room == "lists":
        return f"entity:{ListKey(PROJECT, name).text}/{one}"
    return f"{FormKey(PROJECT, name).text}/{one}"


def _people(caller: Caller) -> Sequence[Actor]:
    """Whose acts may be asked for."""
    actors = services().stores.actors
    return (*actors.people(caller.scope), *actors.phones(caller.scope))


def _filters(people: Sequence[Actor], values: Mapping[str, str]) -> tuple[Filter, ...]:
    options = [Option(each.id, each.name) for each in by_name(people)]
    acts = [Option(each.value, gettext(words)) for each, words in ACTS.items()]
    value = values.get
    every = Option("", gettext("All"))
    return (
        Filter("who", gettext("Person or phone"), "select", value("who", ""), (every, *options)),
        Filter("act", gettext("What was done"), "select", value("act", ""), (every, *acts)),
        Filter("record", gettext("Address of a record or entry"), "text", value("record", "")),
        Filter("origin", gettext("From where"), "text", value("origin", "")),
        Filter("from", gettext("From"), "date", value("from", "")),
        Filter("to", gettext("To"), "date", value("to", "")),
    )


def _name_of(people: Sequence[Actor], who: str) -> str:
    return next((each.name for each in people if each.id == who), "")


def _title(people: Sequence[Actor], wanted: Wanted) -> str:
    name = _name_of(people, wanted.who) if wanted.who else ""
    if name:
        return gettext("Access log: what %(name)s did and looked at", name=name)
    return gettext("Access log: who did and who looked at what")


def _seen_title(people: Sequence[Actor], wanted: Wanted, found: list[Sight]) -> str:
    if not wanted.who:
        return gettext("What one account or phone saw")
    number = len({each.thing for each in found})
    return ngettext(
        "%(name)s saw or sent %(count)s thing",
        "%(name)s saw or sent %(count)s things",
        number,
        name=_name_of(people, wanted.who) or "–",
    )


def _row(
    caller: Caller, logged: Logged, offices: Mapping[str, Office], opens: Opens, *, named: bool
) -> Row:
    entry = logged.entry
    return Row(
        when=moment_words(entry.at),
        who=entry.who.name if entry.who else gettext("Not known"),
        office=name_of(entry.who.office, offices) if entry.who else "",
        did=did(entry),
        href=thing_href(entry.things[0], opens) if named and len(entry.things) == 1 else "",
        about=about(entry, caller.scope) if named else "",
        origin=entry.origin,
    )


def sight_rows(caller: Caller, found: Iterable[Sight]) -> tuple[SightRow, ...]:
    opens = Opens.of(caller)
    return tuple(_sight_row(caller, each, opens) for each in found)


def _sight_row(caller: Caller, sight: Sight, opens: Opens) -> SightRow:
    return SightRow(
        href=thing_href(sight.thing, opens),
        thing=thing_words(sight.thing, caller.scope),
        how=how_words(sight.how),
        first=moment_words(sight.first),
        last=moment_words(sight.last),
        times=str(sight.times),
    )


def told_sight(sight: Sight) -> tuple[str, str, str, str, int]:
    """As a table has it."""
    return sight.thing, sight.how, _local(sight.first), _local(sight.last), sight.times


def _local(moment: datetime) -> str:
    return moment.astimezone(ZONE).isoformat(timespec="seconds")


def _without(values: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if name not in names}


def as_file(answer: Response, name: str) -> Response:
    answer.headers["Content-Disposition"] = content_disposition(name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
