"""What a role sends: forms that it has, in offices where it sends them, and edits of what it may
edit. Whoever knows a form's or a record's id gets no further by that."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from server.access.verbs import COLLABORATOR
from server.model.people import Grant
from server.model.scope import WHOLE_HOUSE
from server.processing.accounts.people import connect_phone
from server.processing.accounts.staff import give_role
from tests.access.asking import person
from tests.lent import lent_app
from tests.records import Made, record_of, visit_to
from tests.world import Handset, Person, World, basic, forgery_token, sign_in

_CASE, _VISIT = "quan_ly_truong_hop", "vang_gia"


@pytest.fixture(scope="module")
def app(shared_world: World) -> Iterator[Flask]:
    with lent_app(shared_world.house) as app:
        yield app


def _sent(app: Flask, who: Handset | Person, made: Made) -> TestResponse:
    """As Collect does it, by a phone's token or a person's password."""
    client, headers, path = app.test_client(use_cookies=False), {}, "/v1/projects/1"
    if isinstance(who, Handset):
        path = who.path
    else:
        headers = basic(who)
    return client.post(f"{path}/submission", data=_parts(made), headers=headers)


def _parts(made: Made) -> dict[str, tuple[BytesIO, str]]:
    return {"xml_submission_file": (BytesIO(made.xml), "record.xml")}


def _visit(world: World) -> Made:
    made = visit_to("Ông Ba").without_files()
    world.send(made.xml)
    return made


def _edited(made: Made) -> Made:
    return made.edited("Ông Ba".encode(), "Ông Tư".encode())


def _versions(world: World, made: Made) -> int:
    record = world.record(made.form_id, made.instance_id)
    assert record is not None
    return len(record.versions)


def test_a_phone_sends_no_form_that_its_role_does_not_have(app: Flask, shared_world: World) -> None:
    """Or a collaborator's token would open and close cases."""
    world = shared_world
    house, at = world.house, world.clock()
    given = (house.stores, house.shelf, WHOLE_HOUSE, "Máy của Tâm", "VP02", at, COLLABORATOR)
    actor, token = connect_phone(*given)
    phone = Handset(actor, token, "VP02")
    case = record_of(_CASE).without_files()
    refused = _sent(app, phone, case)
    assert refused.status_code == 404
    assert "không có biểu mẫu" in refused.get_data(as_text=True)
    assert world.record(_CASE, case.instance_id) is None
    # Nothing is lost even so: it waits for a person of that office.
    [kept] = [each for each in world.set_aside() if each.instance_id == case.instance_id]
    assert (kept.why, kept.within[-1]) == ("FormNotGiven", "VP02")
    assert _sent(app, phone, record_of(_VISIT).without_files()).status_code == 201


@pytest.mark.parametrize("role", ["inspector", "team_leader", "school_office"])
def test_a_person_sends_no_form_that_their_role_does_not_have(
    app: Flask, shared_world: World, role: str
) -> None:
    case, who = record_of(_CASE).without_files(), person(shared_world, f"{role}@gui.example", role)
    assert _sent(app, who, case).status_code == 404
    browser = app.test_client()
    sign_in(browser, who)
    answer = browser.post(
        f"/forms/{_CASE}/fill/submission",
        data=_parts(case),
        headers={"X-CSRFToken": forgery_token(browser, "/account")},
    )
    assert answer.status_code == 404
    assert shared_world.record(_CASE, case.instance_id) is None


def test_who_edits_no_records_edits_none_by_a_program(app: Flask, shared_world: World) -> None:
    world = shared_world
    school = person(world, "truong@sua.example", "school_office", "VP02")
    made, own = _visit(world), visit_to("Ông Ba").without_files()
    refused = _sent(app, school, _edited(made))
    assert refused.status_code == 409
    assert "không sửa phiếu do người khác gửi" in refused.get_data(as_text=True)
    assert _versions(world, made) == 1
    # Their own they mend, as a phone does.
    assert _sent(app, school, own).status_code == 201
    assert _sent(app, school, _edited(own)).status_code == 201
    assert _versions(world, own) == 2


def test_who_reads_not_all_of_a_record_replaces_none_of_it(app: Flask, shared_world: World) -> None:
    """As on the page: what they do not see would be gone with an edit of theirs."""
    world, made = shared_world, _visit(shared_world)
    office = person(world, "xa@sua.example", "commune_office", "VP02")
    assert _sent(app, office, _edited(made)).status_code == 409
    assert _versions(world, made) == 1
    assert _sent(app, world.lan, _edited(made)).status_code == 201
    assert _versions(world, made) == 2


def test_a_record_comes_in_the_name_of_an_office_where_its_sender_sends_the_form(
    app: Flask, shared_world: World
) -> None:
    """Somebody with two roles sends nothing into the office of the one that sends nothing."""
    world, made = shared_world, visit_to("Ông Ba").without_files()
    who = person(world, "hai@vai.example", "commune_chair", "VP10")
    house, more = world.house, Grant("commune_office", "VP02")
    give_role(house.stores, house.shelf, world.admin.actor, who.actor, more, world.clock())
    assert _sent(app, who, made).status_code == 201
    record = world.record(_VISIT, made.instance_id)
    assert record is not None
    assert (record.office, record.within[-1]) == ("VP02", "VP02")
