"""The access log: is it whole, what did somebody see, and what need no longer be kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import click

from exports.access_log import sights
from server.cli.finding import Finding
from server.cli.house import answer, services
from server.model.calendar import ZONE, day_bounds
from server.model.forms import FormKey
from server.model.people import Actor
from server.model.scope import WHOLE_HOUSE
from server.processing.duties.audit_check import Checked, check, cut
from server.processing.duties.audit_reading import Wanted, everything, seen_by
from server.services import PROJECT, Services

_STRETCH = 20_000
_YEAR = timedelta(days=365.25)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def audit() -> None:
    """The access log: who did and who looked at what."""


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def verify(context: click.Context, as_json: bool) -> None:
    """Look through all of it: is an entry changed, missing or out of its place?"""
    with services() as house:
        found = check(house.stores.audit)
    facts = {"first": found.first, "last": found.last, "trouble": found.trouble}
    answer(facts, as_json=as_json, words=_words(found))
    context.exit(1 if found.trouble else 0)


def look_at_log(house: Services) -> Iterator[Finding]:
    """For ``doctor``: a stretch, each time the next one."""
    found = check(house.stores.audit, most=_STRETCH)
    if found.trouble:
        yield Finding(_words(found), serious=True)
    elif not found.is_all:
        yield Finding(f"{_words(found)} The next look goes on there; caunoi audit verify is all.")


def _words(found: Checked) -> str:
    if found.trouble:
        return (
            f"The access log is not what was written: {found.trouble}. Keep the data folder and "
            "the database as they are, and compare them with a backup."
        )
    if found.newest == 0:
        return "The access log is empty."
    return f"The access log is right from entry {found.first} to {found.last} of {found.newest}."


@audit.command("seen")
@click.option("--who", required=True, help="An e-mail address, a phone's name, or an id.")
@click.option("--from", "since", type=_DAY, help="The first day, as 2026-11-24.")
@click.option("--to", "until", type=_DAY, help="The last day.")
@click.option("--json", "as_json", is_flag=True)
def seen(who: str, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """What an account or phone saw or sent in a time, as CSV: whose data a breach touches."""
    with services() as house:
        wanted = Wanted(
            who=_actor(house, who).id,
            since=day_bounds(since.date().isoformat())[0] if since else None,
            until=day_bounds(until.date().isoformat())[1] if until else None,
        )
        entries = house.stores.forms.with_binned(PROJECT)
        forms = [FormKey(PROJECT, each.key.form_id) for each in entries]
        found = seen_by(house.stores, WHOLE_HOUSE, house.shelf.offices(), forms, wanted)
    rows = [(each.thing, each.how, _at(each.first), _at(each.last), each.times) for each in found]
    facts = [
        dict(zip(("thing", "how", "first", "last", "times"), each, strict=True)) for each in rows
    ]
    words = b"".join(sights(rows)).decode("utf-8-sig").rstrip()
    answer(facts, as_json=as_json, words=words)


@audit.command("export")
def export() -> None:
    """All entries, newest first, one JSON object a line, with the seals that hold them together."""
    with services() as house:
        for each in everything(house.stores, WHOLE_HOUSE, Wanted()):
            said = {"number": each.number, "seal": each.seal, "line": each.line}
            click.echo(json.dumps(said, ensure_ascii=False))


@audit.command("cut")
@click.option("--years", default=5, show_default=True, type=click.IntRange(1, 100))
@click.option("--json", "as_json", is_flag=True)
def cut_off(years: int, as_json: bool) -> None:
    """Remove entries older than this. The log says so itself, and the rest stays verifiable."""
    with services() as house:
        now = house.clock()
        removed = cut(house.stores.audit, now - years * _YEAR, now)
    answer({"removed": removed}, as_json=as_json, words=f"{removed} entries removed")


def _actor(house: Services, who: str) -> Actor:
    actors = house.stores.actors
    if found := actors.by_id(who) or actors.by_email(who):
        return found
    named = [each for each in actors.phones(WHOLE_HOUSE) if each.name == who]
    if len(named) != 1:
        raise click.UsageError(f"{len(named) or 'no'} accounts or phones are called so; use an id")
    return named[0]


def _at(moment: datetime) -> str:
    return moment.astimezone(ZONE).isoformat(timespec="seconds")
