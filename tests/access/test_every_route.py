"""Every route as every role, asked for what is one's own and for what is another region's.

Two regions of one house: Hạ Long (VP01 and below) and Tiên Yên (VP09 and below). Each has a record
with a photo, an entry in a register, an upload that was set aside, and a phone. Who works in one
never gets a word of the other by whatever route. A route that is new is asked too: what its
parameters mean is guessed by their names, and a parameter with a new name fails here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.access.verbs import PHONE, ROLES, ROLES_WITHOUT_ACCOUNT, Verb, scope_for
from server.app import create_app
from server.errors import SameIdOtherAnswers
from server.model.approvals import About, Approval
from server.model.assignment import AssignedOnly
from server.model.calendar import ZONE, day_of
from server.model.data_requests import Concern, DataRequest
from server.model.feedback import CodeBatch
from server.model.forms import FormKey
from server.model.incidents import Incident
from server.model.offices import within
from server.model.people import Grant
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.sequence import LAST_SEQ
from server.model.withholding import RECORDS
from server.processing.accounts.feedback import Asked, make_codes
from server.processing.accounts.staff import give_role
from server.processing.approvals.approved_acts import ACTS, DELETE
from server.processing.duties.data_requests import Desk, Filled
from server.processing.duties.incidents import Filled as Filed
from server.processing.duties.incidents import open_incident
from server.processing.records.counting import count_news
from server.routes.access_table import Line, access_table
from server.routes.allow import By
from server.services import PROJECT
from tests import registers
from tests.access.asking import asked_by, filled
from tests.access.crawl import Crawl
from tests.architecture.test_rules import ROOT
from tests.records import visit_to
from tests.work import work
from tests.world import Handset, Person, World, basic, forgery_token, sign_in

_FORM, _REGISTER = "vang_gia", registers.CHILDREN.name
_BY_CODE = FormKey(PROJECT, "phan_hoi")
_DRAFT = "d" * 64
# Parameters that name somebody, or what somebody sent.
_NAMED = (
    "aside_id",
    "phone_id",
    "person_id",
    "request_id",
    "approval_id",
    "incident_id",
    "batch_id",
)
_PERSONAL = frozenset(("instance_id", "uuid", *_NAMED))
_INVENTED: Given = {
    **dict.fromkeys(_NAMED, "x"),
    "instance_id": "uuid:x",
    "uuid": "c" + registers.CHILD[1:],
}
# What is kept in memory (offices, forms) is read anew now and then, whoever asks.
_AGAIN = range(3)
# Signing out would end the caller's session before the next question.
_NOT_ASKED = frozenset(("sign_in.leave",))
_PEOPLE = tuple(role for role in ROLES if role not in ROLES_WITHOUT_ACCOUNT)
# What was set aside and the entries of registers come of another form than the records.
_REGISTERED = re.compile(r"^/(aside|lists)/|/datasets/")
# Shown whole or not at all.
_WHOLE = re.compile(r"/edit|\.xml$|^/aside/")
_CHANGING = re.compile(rb'(name="csrf_token"|name="csrf-token")[^>]*>')

Given = Mapping[str, str | int]


@dataclass(frozen=True)
class Region:
    """What lies in one region, under the names of the routes' parameters, and words that stand
    nowhere but in it."""

    office: str
    phone: Handset
    given: Given
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Scene:
    world: World
    app: Flask
    here: Region
    there: Region
    people: Mapping[str, Person]
    """By role, each at the head of ``here``."""


@pytest.fixture(scope="module")
def scene(shared_world: World) -> Scene:
    world = shared_world
    world.publish(registers.form())
    world.publish(registers.form().replace(b'version="1"', b'version="2"'), draft_token=_DRAFT)
    here = _settle_in(world, world.lan, world.hong, "Bé Hạ", "aaaaaaaa-1111-4222-8333-444455556666")
    there = _settle_in(
        world, world.minh, world.thao, "Bé Tiên", "bbbbbbbb-1111-4222-8333-444455556666"
    )
    registers.worked_off(world)
    for entry in world.house.stores.forms.with_binned(PROJECT):
        count_news(world.house.stores, entry.key, world.clock())
    people = {role: _person(world, role, here.office) for role in _PEOPLE}
    return Scene(world, create_app(world.house), here, there, people)


def _person(world: World, role: str, office: str) -> Person:
    return world.hire(f"{role}@{office.lower()}.example", f"Người {role}", role, office)


def _settle_in(world: World, colleague: Person, phone: Handset, child: str, uuid: str) -> Region:
    office = colleague.actor.offices[0]
    visit = visit_to(f"Chủ hộ {child}")
    world.send(visit.xml, visit.files, by=phone)
    entry = registers.created(child, uuid, thon=f"Thôn của {child}")
    world.send(entry.xml, by=phone)
    with pytest.raises(SameIdOtherAnswers):  # which is set aside
        world.send(entry.saying("Thôn".encode(), "Xóm".encode()).xml, by=phone)
    aside = world.house.stores.aside
    (kept,) = aside.page(Scope.of([office]), settled=False, top=LAST_SEQ, most=9)
    batch, (code, _) = _hands_out_codes(world, office)
    given = {
        "form_id": _FORM,
        "instance_id": visit.instance_id,
        "name": next(name for name in visit.files if name.endswith(".jpg")),
        "size": 320,
        "after": 0,
        "kind": "csv",
        "aside_id": kept.id,
        "number": 0,
        "uuid": uuid,
        "phone_id": phone.actor.id,
        "request_id": (asked := _asks(world, office, child)).id,
        "approval_id": (wanted := _wants(world, office, child, visit.instance_id)).id,
        "incident_id": (lost := _loses(world, office, phone, child)).id,
        "day": "2026-12-01",
        "token": phone.token,
        "person_id": colleague.actor.id,
        "link_token": "x" * 64,
        "draft_token": _DRAFT,
        "session_token": "x" * 64,
        "session_id": "x" * 24,
        "batch_id": batch.id,
        "code_token": code,
        "version_id": visit.instance_id,
        "version": "x",
        "project": PROJECT,
        "slip": "x",
        "change_id": "x",
        "batch": "x",
    }
    secrets = (
        child,
        visit.instance_id,
        entry.instance_id,
        uuid,
        asked.id,
        wanted.id,
        lost.id,
        phone.actor.id,
        phone.token,
        colleague.actor.id,
        colleague.email,
        batch.id,
        code,
    )
    return Region(office, phone, given, secrets)


def _asks(world: World, office: str, child: str) -> DataRequest:
    """Somebody asks about that child's data."""
    house, at = world.house, world.clock()
    today = day_of(at)
    filled = Filled("see", today, "Người nhà", "representative", child, "", "…", False, office)
    desk = Desk(house.stores, house.shelf, PROJECT, world.admin.actor)
    return desk.receive(WHOLE_HOUSE, WHOLE_HOUSE, filled, "", at)


def _wants(world: World, office: str, child: str, instance_id: str) -> Approval:
    """Somebody wants that visit deleted."""
    about = About((Concern(RECORDS, _FORM, instance_id),))
    chain, why = within(office, world.house.shelf.offices()), f"Gửi nhầm, trùng phiếu của {child}"
    rule = world.house.two_people
    return rule.ask(world.admin.actor, DELETE, about, chain, why, world.clock())


def _loses(world: World, office: str, phone: Handset, child: str) -> Incident:
    """A phone of the office gets lost."""
    house, at, who = world.house, world.clock(), (phone.actor.id,)
    now = f"{at.astimezone(ZONE):%Y-%m-%dT%H:%M}"
    filled = Filed(f"Mất máy có {child}", "", "", "", "", now, who, now, "")
    offices, by = house.shelf.offices(), world.admin.actor
    return open_incident(house.stores, offices, WHOLE_HOUSE, by, filled, who, office, at)


def _hands_out_codes(world: World, office: str) -> tuple[CodeBatch, tuple[str, ...]]:
    house, asked = world.house, Asked(office, "2", "30")
    made = (house.stores, house.shelf, WHOLE_HOUSE, _BY_CODE, asked)
    return make_codes(*made, world.admin.actor, world.clock())


def test_the_document_says_what_the_code_does(scene: Scene) -> None:
    """``caunoi access > docs/access.md``"""
    written = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    assert written == access_table(scene.app)


@pytest.mark.parametrize("role", _PEOPLE)
def test_a_person_reaches_what_the_role_says_and_nothing_of_the_other_region(
    scene: Scene, role: str
) -> None:
    client = scene.app.test_client()
    sign_in(client, scene.people[role])
    token = forgery_token(client, "/account/password")
    for line in _asked_by(scene.app, By.SESSION):
        if line.rule.verb is not None and line.rule.verb not in ROLES[role]:
            refused = _ask(client, line, scene.here.given, token)
            # Who reads no records begins on another page, where there is one.
            assert refused.status_code == 403 or line.path == "/", line
            continue
        _nothing_of(scene.there, client, line, token)
        # What somebody sent in earnest lies in no draft.
        if line.method == "GET" and _names_somebody(line) and "/draft/" not in line.path:
            own = _ask(client, line, scene.here.given, token)
            assert own.status_code in _of_one_s_own(scene, role, line), (line, own.status_code)


def test_another_role_in_the_other_region_opens_no_more_than_its_own_forms(scene: Scene) -> None:
    """What one role may where, and another with which forms elsewhere, is not put together."""
    who = scene.world.hire("hai@vung.example", "Người hai vùng", "case_manager", scene.here.office)
    house, chair = scene.world.house, Grant("commune_chair", scene.there.office)
    admin, at = scene.world.admin.actor, scene.world.clock()
    give_role(house.stores, house.shelf, admin, who.actor, chair, at)
    client, asked = scene.app.test_client(), 0
    sign_in(client, who)
    for line in _asked_by(scene.app, By.SESSION):
        if line.method == "GET" and line.rule.verb in ROLES["case_manager"]:
            asked += 1
            _is_silent_about(scene.there, _ask(client, line, scene.there.given, ""), line)
    assert asked > 20


def _of_one_s_own(scene: Scene, role: str, line: Line) -> tuple[int, ...]:
    """What is answered about one's own region: all of it, less what the role's forms and clearance
    leave out."""
    assert line.rule.verb is not None
    scope = scope_for(scene.people[role].actor, line.rule.verb)
    key = registers.KEY if _REGISTERED.search(line.path) else FormKey(PROJECT, _FORM)
    if "approval_id" in line.names:  # shown to whoever could grant it
        verb = ACTS[DELETE].verb
        return (200,) if verb in ROLES[role] else (404,)
    if line.path.startswith("/phones"):
        return 200, 303
    if "person_id" in line.names:  # nobody manages those who may more than they do
        return 200, 303, 403
    if not scope.sees_form(key.form_id):
        return (404,)
    house = scene.world.house
    record = house.stores.submissions.find(scope, key, str(scene.here.given["instance_id"]))
    chain = record.within if record else ("*", scene.here.office)
    reading = scope.clearance(chain, key.form_id)
    if reading >= house.shelf.levels(key).highest:
        return 200, 303
    if _WHOLE.search(line.path):
        return (404,) if line.path.startswith("/aside") else (403,)
    return (200, 303, 404) if "/files/" in line.path or "/attachments/" in line.path else (200, 303)


def _nothing_of(region: Region, client: FlaskClient, line: Line, token: str) -> None:
    """Asked for what is there, a route answers as for what is not anywhere, and after as much work:
    how long it takes tells nothing either."""

    def ask(given: Given) -> tuple[TestResponse, list[str]]:
        with work.counted() as asked:
            return _ask(client, line, given, token), asked

    answer, worked = ask(region.given)
    _is_silent_about(region, answer, line)
    if _names_somebody(line):
        assert answer.status_code == 404, (line, answer.status_code)
        nowhere = {**region.given, **_INVENTED}
        nobody, nothing = ask(nowhere)
        assert _words(nobody) == _words(answer), line
        if nothing != worked:
            assert any(ask(region.given)[1] == ask(nowhere)[1] for _ in _AGAIN), (line, worked)


@pytest.mark.parametrize("with_token", [True, False])
def test_a_client_that_signs_each_request_gets_its_own_region_alone(
    scene: Scene, *, with_token: bool
) -> None:
    client, asked = scene.app.test_client(), 0
    # Whoever posted an empty form before keeps phones to the least.
    lists = scene.world.house.stores.entity_lists
    lists.set_option(registers.CHILDREN, "assigned_only", AssignedOnly.NOBODY.value)
    for line in _asked_by(scene.app, By.PHONE):
        if ("<seg:token>" in line.path) is not with_token:
            continue
        for role in (PHONE,) if with_token else tuple(scene.people):
            asked += 1
            headers = {} if with_token else basic(scene.people[role])
            given = {**scene.here.given, "form_id": registers.KEY.form_id, "name": "tre.csv"}
            answer = client.open(
                _path(line, given),
                method=line.method,
                headers=headers,
                query_string={"id": scene.there.given["uuid"]},
            )
            may = line.rule.verb in ROLES[role]
            assert (answer.status_code == 403) is not may, (line, role, answer.status_code)
            assert answer.status_code < 500, line
            if line.endpoint.startswith("openrosa.attachment") and may:
                sees = role == PHONE or scope_for(
                    scene.people[role].actor, Verb.SEND_RECORDS
                ).sees_form(registers.KEY.form_id)
                assert ("Bé Hạ" in answer.get_data(as_text=True)) is sees, (line, role)
            _is_silent_about(scene.there, answer, line)
    assert asked


def test_a_program_gets_its_own_region_alone(scene: Scene) -> None:
    client = scene.app.test_client()
    for line in _asked_by(scene.app, By.PROGRAM):
        for role, person in scene.people.items():
            headers = basic(person)
            path = _path(line, scene.there.given)
            answer = client.open(path, method=line.method, headers=headers)
            may = line.rule.verb is None or line.rule.verb in ROLES[role]
            is_own = line.endpoint == "api_sessions.end"  # and this session is nobody's
            assert (answer.status_code == 403) is (not may or is_own), (line, role)
            if may and not is_own:
                _is_silent_about(scene.there, answer, line)
            if may and _names_somebody(line):
                assert answer.status_code == 404, (line, answer.status_code)
                nowhere = {**scene.there.given, **_INVENTED}
                assert any(
                    _worked(client, line, scene.there.given, headers)
                    == _worked(client, line, nowhere, headers)
                    for _ in _AGAIN
                ), (line, role)
                if line.method == "GET":
                    own = client.open(_path(line, scene.here.given), headers=headers)
                    expected = _of_one_s_own(scene, role, line)
                    assert own.status_code in expected, (line, role, own.status_code)


def test_a_draft_link_shows_nothing_about_people(scene: Scene) -> None:
    client = scene.app.test_client()
    given = {**scene.here.given, "form_id": registers.KEY.form_id, "name": "tre.csv"}
    for line in _asked_by(scene.app, By.DRAFT):
        answer = client.open(_path(line, given), method=line.method)
        assert answer.status_code < 500, line
        for region in (scene.here, scene.there):
            _is_silent_about(region, answer, line)


def test_a_code_shows_nothing_about_people(scene: Scene) -> None:
    client, asked = scene.app.test_client(), 0
    for line in _asked_by(scene.app, By.CODE):
        asked += 1
        answer = client.open(_path(line, scene.here.given), method=line.method)
        assert answer.status_code == (200 if line.method == "GET" else 400), line
        for region in (scene.here, scene.there):
            _is_silent_about(region, answer, line, {str(scene.here.given["code_token"])})
    assert asked == 2


def test_who_is_not_known_gets_no_further_than_the_door(scene: Scene) -> None:
    client = scene.app.test_client()
    token = forgery_token(client)
    for line in _asked_by(scene.app, By.SESSION):
        answer = _ask(client, line, scene.here.given, token)
        # What scripts send for a page is told in their own way.
        assert answer.status_code in (303, 401), (line, answer.status_code)
        _is_silent_about(
            scene.here, answer, line, asked_for=set(map(str, scene.here.given.values()))
        )
    for line in _asked_by(scene.app, By.PHONE):
        given = {**scene.here.given, "token": "a" * 64}
        assert client.open(_path(line, given), method=line.method).status_code in (401, 403), line


def _asked_by(app: Flask, by: By) -> Iterator[Line]:
    return (each for each in asked_by(app, by) if each.endpoint not in _NOT_ASKED)


def _names_somebody(line: Line) -> bool:
    return any(f":{name}>" in line.path for name in _PERSONAL)


def _ask(client: FlaskClient, line: Line, given: Given, token: str) -> TestResponse:
    return client.open(_path(line, given), method=line.method, headers={"X-CSRFToken": token})


def _path(line: Line, given: Given) -> str:
    named = dict(given)
    if line.path.startswith("/lists/") or "/datasets/" in line.path:
        named["name"] = _REGISTER
    if "/codes/" in line.path:
        named["form_id"] = _BY_CODE.form_id
    return filled(line.path, lambda _, name: str(named[name]))


def _worked(client: FlaskClient, line: Line, given: Given, headers: dict[str, str]) -> list[str]:
    with work.counted() as asked:
        client.open(_path(line, given), method=line.method, headers=headers)
    return asked


def _is_silent_about(
    region: Region, answer: TestResponse, line: Line, asked_for: set[str | int] = frozenset()
) -> None:
    said = answer.get_data().decode(errors="replace") + str(answer.headers)
    told = [each for each in region.secrets if each in said and each not in asked_for]
    if _names_somebody(line):
        # A page may repeat its own address.
        told = [each for each in told if each not in region.given.values()]
    assert told == [], (line, told)


def _words(answer: TestResponse) -> bytes:
    return _CHANGING.sub(b"", answer.get_data())


@pytest.mark.parametrize("role", _PEOPLE)
def test_no_page_leads_its_reader_to_where_they_may_not_go(scene: Scene, role: str) -> None:
    client = scene.app.test_client()
    sign_in(client, scene.people[role])
    crawl = Crawl(scene.app, client, fills=False)
    crawl.walk("/")
    assert [each.path for each in crawl.told if each.answer.status_code >= 400] == []
