"""Accounts by the command line: for who cannot sign in to mend them on the page."""

from __future__ import annotations

import click

from server.cli.house import answer, services
from server.errors import PersonUnknown
from server.model.people import Actor
from server.processing.accounts.leaving import end_access, sources
from server.processing.accounts.second_factor import turn_off
from server.processing.accounts.staff import link_kind, make_link
from server.services import PROJECT, Services


@click.command("link")
@click.argument("email")
@click.option("--json", "as_json", is_flag=True)
def link(email: str, as_json: bool) -> None:
    """A link to choose a password, for who was invited or has forgotten it."""
    with services() as house:
        person = _person(house, email)
        token, at = make_link(house.stores, person, house.clock()), house.clock()
        lasts = link_kind(person).lasts
    address = f"{house.config.public_url}/invitation/{token}"
    facts = {"email": person.email, "link": address, "until": (at + lasts).isoformat()}
    answer(facts, as_json=as_json, words=f"{address}\nworks once, for {lasts}")


@click.command("remove-second-factor")
@click.argument("email")
def remove_second_factor(email: str) -> None:
    """For who has lost both the phone and the recovery codes: the password alone signs in."""
    with services() as house:
        person = _person(house, email)
        turn_off(house.stores, person)
    click.echo(f"{person.email}: the password alone signs in")


@click.command("end")
@click.argument("email")
def end(email: str) -> None:
    """Sign somebody out everywhere, for good. What was theirs to finish is handed over on the
    page."""
    with services() as house:
        person = _person(house, email)
        work = sources(house.stores, house.shelf, house.registers, PROJECT)
        ended = end_access(house.stores, PROJECT, work, person, house.clock())
    words = [f"{person.email}: access has ended"]
    if ended.leaves_work:
        words.append("work is not handed over")
    if ended.codes:
        words.append(f"codes that no phone had used have ended: {ended.codes}")
    if ended.phones:
        words.append(f"phones by a code of theirs, which their page lists: {ended.phones}")
    click.echo(", ".join(words))


def _person(house: Services, email: str) -> Actor:
    person = house.stores.actors.by_email(email)
    if person is None:
        raise PersonUnknown
    return person
