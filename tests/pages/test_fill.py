"""Who may fill a form in the browser, and whose unfinished forms open with which key."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import pytest
from flask.testing import FlaskClient

from server.access.verbs import PHONE
from server.model.people import Grant
from tests.pages.conftest import Enter
from tests.records import record_of
from tests.world import Person, World

FILL = "/forms/vang_gia/fill"


def _fact(client: FlaskClient, name: str, path: str = FILL) -> str:
    page = client.get(path).get_data(as_text=True)
    [found] = re.findall(f'data-{name}="([^"]*)"', page)
    return unescape(found)


def _sends_only(world: World) -> Person:
    """Somebody who fetches forms and sends, and no more."""
    grants, email = (Grant(PHONE, "VP02"),), "chigui@ctxh.example"
    actor = replace(world.lan.actor, id="mai", name="Vũ Thị Mai", email=email, grants=grants)
    world.house.stores.actors.add(actor, within=("*", "VP01", "VP02"))
    return Person(actor, email)


def test_a_record_is_edited_by_whoever_may_and_answers_for_its_office(
    world: World, enter: Enter
) -> None:
    made = record_of("vang_gia").without_files()
    world.send(made.xml)
    edit = f"/records/vang_gia/{made.instance_id}/edit"
    answers = {world.lan: 200, world.minh: 404, _sends_only(world): 403}
    for person, status in answers.items():
        client = enter(person)
        token = client.get("/fill/ready").get_json()["token"]
        forgery = {"X-CSRFToken": token}
        assert client.get(edit).status_code == status, person.email
        assert client.get(f"{edit}/instance.xml").status_code == status, person.email
        sent = client.post(f"{edit}/submission", headers=forgery).status_code
        assert sent == (400 if status == 200 else status), person.email
        assert client.get(FILL).status_code == 200, person.email


def test_each_person_has_a_key_of_their_own_that_no_browser_keeps(
    world: World, enter: Enter
) -> None:
    lan = enter(world.lan)
    key = _fact(lan, "key")
    assert len(key) == 44
    assert _fact(enter(world.lan), "key") == key, "at the next sign-in it is the same"
    assert _fact(enter(world.minh), "key") != key
    assert lan.get(FILL).headers["Cache-Control"] == "no-store"
    assert _fact(lan, "who") == lan.get("/fill/ready").get_json()["who"] == world.lan.actor.id
    assert "unsent" in json.loads(_fact(lan, "words"))


@pytest.mark.parametrize("version", ["", "1"])
def test_a_sheet_is_asked_for_by_its_version(world: World, enter: Enter, version: str) -> None:
    lan = enter(world.lan)
    assert lan.get(f"{FILL}/form.xml?version={version}").status_code == 404
    assert lan.get(f"{FILL}/form.xml?version={_fact(lan, 'version')}").status_code == 200


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page(world: World, enter: Enter) -> None:
    lan = enter(world.lan)
    lan.delete_cookie("caunoi")
    assert lan.get("/fill/ready").headers["Location"].startswith("/sign-in")
