"""An operator helps who cannot get in, and shuts out who must not."""

from __future__ import annotations

from click.testing import CliRunner

from server.app import create_app
from server.cli.main import commands
from server.model.people import Grant, SecondFactor
from server.model.scope import WHOLE_HOUSE
from tests.cli.conftest import Run
from tests.world import Person, World, forgery_token, sign_in


def test_a_lost_account_is_opened_again_and_a_lost_person_is_shut_out(
    world: World, run: Run
) -> None:
    lan, stores = world.lan, world.house.stores
    client = create_app(world.house).test_client()
    stores.actors.set_second_factor(lan.actor.id, SecondFactor("x", world.clock(), 0, ()))
    said = CliRunner().invoke(commands, ["user", "remove-second-factor", lan.email.upper()])
    assert said.exit_code == 0, said.output
    made = run("user", "link", lan.email)
    path = made["link"].removeprefix(world.house.config.public_url)
    fields = {"csrf_token": forgery_token(client), "chosen": "con đường mùa mưa"}
    assert client.post(path, data=fields).status_code == 303
    sign_in(client, Person(lan.actor, lan.email, "con đường mùa mưa"))
    assert CliRunner().invoke(commands, ["user", "end", lan.email]).exit_code == 0
    assert client.get("/records").status_code == 303


def test_a_phone_is_a_collaborator_s_unless_something_else_is_said(world: World, run: Run) -> None:
    run("token", "create", "Máy một", "--office", "VP02")
    run("token", "create", "Máy hai", "--office", "VP02", "--role", "phone")
    made = {each.name: each.grants for each in world.house.stores.actors.phones(WHOLE_HOUSE)}
    assert made["Máy một"] == (Grant("collaborator", "VP02"),)
    assert made["Máy hai"] == (Grant("phone", "VP02"),)
