"""People who sign in, and phones."""

from __future__ import annotations

import click

from server.access.credentials import new_password
from server.access.verbs import CASE_MANAGER, PHONE_ROLES, ROLES, ROLES_WITHOUT_ACCOUNT
from server.cli.house import answer, services
from server.model.scope import EVERYWHERE, WHOLE_HOUSE
from server.processing.accounts.people import add_person, connect_phone, usual_phone_role
from server.processing.first_run import CENTRE
from server.services import PROJECT
from server.wire.collect_settings import CollectSettings, encode, qr_terminal

_ROLES = [each for each in ROLES if each not in ROLES_WITHOUT_ACCOUNT]


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Full name, as pages show it.")
@click.option("--office", default=EVERYWHERE, help="Office code; * for the whole house.")
@click.option("--role", type=click.Choice(_ROLES), default=CASE_MANAGER)
@click.option("--json", "as_json", is_flag=True)
def add_user(email: str, name: str, office: str, role: str, as_json: bool) -> None:
    """Make an account with a one-time password."""
    password = new_password()
    with services() as house:
        person = add_person(
            house.stores,
            house.shelf,
            WHOLE_HOUSE,
            email=email,
            name=name,
            password=password,
            role=role,
            office=office,
            at=house.clock(),
        )
    facts = {"id": person.id, "email": person.email, "password": password}
    answer(facts, as_json=as_json, words=f"{person.email}\none-time password: {password}")


@user.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_users(as_json: bool) -> None:
    """Who can sign in."""
    with services() as house:
        people = house.stores.actors.people(WHOLE_HOUSE)
    facts = [
        {"email": each.email, "name": each.name, "office": each.office, "active": each.active}
        for each in people
    ]
    lines = (f"{each['email']}\t{each['name']}\t{each['office']}" for each in facts)
    answer(facts, as_json=as_json, words="\n".join(lines))


@click.group()
def token() -> None:
    """Phones."""


@token.command("create")
@click.argument("name")
@click.option("--office", default=CENTRE, help="Office code the phone belongs to.")
@click.option(
    "--role",
    type=click.Choice(PHONE_ROLES),
    help="Which forms it gets; a collaborator's, where the house has any of those.",
)
@click.option("--json", "as_json", is_flag=True)
def create_token(name: str, office: str, role: str | None, as_json: bool) -> None:
    """Connect a phone: prints its token, the server's address and the QR code for ODK Collect."""
    with services() as house:
        role = role or usual_phone_role(house.shelf.published(PROJECT))
        phone, secret = connect_phone(
            house.stores, house.shelf, WHOLE_HOUSE, name, office, house.clock(), role
        )
        server_url = f"{house.config.public_url}/v1/key/{secret}/projects/{PROJECT}"
    settings = CollectSettings(server_url, "Cầu Nối", phone.name)
    facts = {"token": secret, "server_url": server_url, "qr": encode(settings)}
    words = f"{qr_terminal(settings)}\ntoken:      {secret}\nserver URL: {server_url}"
    answer(facts, as_json=as_json, words=words)
