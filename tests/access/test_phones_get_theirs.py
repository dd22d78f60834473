"""A phone of commune A never receives a byte about commune B's children: before and after an edit,
a reassignment and a merger of the two communes.

Each phone asks every route by the route map, with its token in the address and as a bearer's, for
what is its own and for what is the other's; names and ids are looked for in all that comes back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from flask import Flask

from server.app import create_app
from server.model.entities import ListKey
from server.model.scope import WHOLE_HOUSE
from server.processing.accounts.people import connect_phone
from server.processing.recovery.replay import replay
from server.processing.registers.assign_entry import assign_entry
from server.routes.access_table import Line, lines
from server.services import PROJECT
from tests import registers
from tests.access.asking import filled
from tests.collect_xml import read_integrity
from tests.conftest import empty_house
from tests.journeys.test_offices_break_off import worker_looks
from tests.journeys.test_offices_succeed import merge, what_no_act_made
from tests.records import Made, visit_to
from tests.registers import CHILDREN, changed, created, worked_off
from tests.world import Clock, Handset, World

_DRAFT = "d" * 64


@dataclass
class Child:
    """``words`` stand nowhere but in what is about this child: full and in short."""

    id: str
    name: str
    short: str
    made: Made
    visit: Made

    @property
    def words(self) -> tuple[str, ...]:
        given = self.name.split()[-1]
        ids = (self.id, self.made.instance_id, self.visit.instance_id)
        return (self.name, self.short, given, *ids)


@dataclass
class Scene:
    world: World
    app: Flask
    a: Handset
    """Of commune A, as is ``colleague``; ``b`` is of commune B."""
    colleague: Handset
    b: Handset
    of_a: Child
    of_b: Child


@pytest.fixture
def scene(world: World) -> Scene:
    house = world.house
    world.publish(registers.form())
    world.publish(registers.visit_form())
    world.publish(registers.form().replace(b'version="1"', b'version="2"'), draft_token=_DRAFT)
    house.stores.entity_lists.choose(CHILDREN, {"names": ["thon"]})
    made_by_a = _child(world, "Nguyễn Văn Khởi", "N.V. Khởi", "aaaaaaaa", world.hong)
    made_by_b = _child(world, "Trần Thị Bích", "T.T. Bích", "bbbbbbbb", world.cuong)
    actor, token = connect_phone(
        house.stores, house.shelf, WHOLE_HOUSE, "Máy thứ hai", "VP02", world.clock()
    )
    colleague = Handset(actor, token, "VP02")
    worked_off(world)
    return Scene(world, create_app(house), world.hong, colleague, world.cuong, made_by_a, made_by_b)


def _child(world: World, name: str, short: str, start: str, by: Handset) -> Child:
    """In a register, its name in a property too, with a visit to its home."""
    uuid = f"{start}-9f8e-4d7c-8b6a-5f4e3d2c1b0a"
    made = created(f"{name} (2015)", uuid, thon=name, muc="thap")
    visit = visit_to(name).without_files()
    world.send(made.xml, by=by)
    world.send(visit.xml, by=by)
    return Child(uuid, name, short, made, visit)


def _given(phone: Handset, child: Child, name: str) -> Mapping[str, str | int]:
    """Under the names of the routes' parameters, all that a phone could ask about this child."""
    return {
        "token": phone.token,
        "project": PROJECT,
        "form_id": "so_tre" if name.endswith(".csv") else "vang_gia",
        "name": name,
        "uuid": child.id,
        "instance_id": child.visit.instance_id,
        "version_id": child.visit.instance_id,
        "version": "1",
        "draft_token": _DRAFT,
        "after": 0,
        "number": 0,
        "size": 320,
    }


def _asked(scene: Scene, phone: Handset, child: Child) -> Iterator[tuple[Line, str]]:
    """Each route, filled in; a parameter without a meaning here gets a word that is nobody's."""
    for line in lines(scene.app):
        names = ("tre.csv", CHILDREN.name, "tre_em.csv") if "name" in line.names else ("tre.csv",)
        for name in names:
            yield line, _path(line, _given(phone, child, name))


def _path(line: Line, given: Mapping[str, str | int]) -> str:
    return filled(line.path, lambda _, name: str(given.get(name, "x")))


def _silent(scene: Scene, phone: Handset, about: Child, *, of_its_own: bool = False) -> None:
    """Whatever this phone asks for, and however it says who it is. Of an entry ``of_its_own``
    office it hears, by the id that it knows, that it is not for it."""
    client, asked = scene.app.test_client(), 0
    for line, path in _asked(scene, phone, about):
        if line.method not in ("GET", "HEAD"):
            continue
        for headers in ({}, {"Authorization": f"Bearer {phone.token}"}):
            answer = client.open(
                path, method=line.method, headers=headers, query_string={"id": about.id}
            )
            assert answer.status_code < 500, line
            said = answer.get_data().decode(errors="replace") + str(answer.headers)
            # The way to the sign-in page repeats the address that was asked for.
            words = [each for each in about.words if each not in path + f"id={about.id}"]
            words += [about.id] if "/attachments/" in path and not of_its_own else []
            assert [each for each in words if each in said] == [], (line, path)
            asked += 1
    assert asked > 100


def _list(scene: Scene, phone: Handset) -> tuple[dict[str, dict[str, str]], str]:
    """What it has of the register now, and the list's tag."""
    client = scene.app.test_client()
    manifest = client.get(f"{phone.path}/forms/so_tre/manifest").get_data(as_text=True)
    address = f"{phone.path}/forms/so_tre/attachments/tre.csv"
    answer = client.get(address)
    tag = answer.headers["ETag"]
    assert tag.strip('"') in manifest, "the manifest tells of the same bytes"
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    rows = csv.DictReader(io.StringIO(answer.get_data(as_text=True)))
    return {each["name"]: each for each in rows}, tag


def _is_gone(scene: Scene, phone: Handset, child: Child) -> bool:
    """What a phone hears that has lost it and asks why."""
    address = f"{phone.path}/forms/so_tre/attachments/tre.csv/integrity?id={child.id}"
    return read_integrity(scene.app.test_client().get(address).data)[child.id]


def test_a_phone_never_gets_a_byte_about_another_commune_s_children(
    scene: Scene, mongo_uri: str, clock: Clock
) -> None:
    _each_has_its_own_commune_s_in_short(scene)
    _after_an_edit_and_a_change_in_short(scene)
    _after_a_reassignment(scene)
    _after_a_merger(scene)
    _out_of_the_journal(scene, mongo_uri, clock)


def _each_has_its_own_commune_s_in_short(scene: Scene) -> None:
    of_a, of_b = scene.of_a, scene.of_b
    rows, _ = _list(scene, scene.a)
    assert rows[of_a.id]["label"] == "N.V. Khởi (2015)"
    assert rows[of_a.id]["thon"] == "N.V. Khởi"
    assert set(_list(scene, scene.colleague)[0]) == {of_a.id}
    assert set(_list(scene, scene.b)[0]) == {of_b.id}
    _silent(scene, scene.a, of_b)
    _silent(scene, scene.b, of_a)


def _after_an_edit_and_a_change_in_short(scene: Scene) -> None:
    """Of the record that made it, and by a phone that had the name in short."""
    world, of_b = scene.world, scene.of_b
    edited = of_b.made.edited("Trần Thị Bích (".encode(), "Trần Thị Bích (1".encode())
    world.send(edited.xml, by=scene.b)
    world.send(changed(1, child=of_b.id, thon=of_b.short, muc="cao").xml, by=scene.b)
    worked_off(world)
    rows, _ = _list(scene, scene.b)
    assert (rows[of_b.id]["thon"], rows[of_b.id]["muc"]) == (of_b.short, "cao")
    entity = world.house.stores.entities.find(WHOLE_HOUSE, CHILDREN, of_b.id)
    assert entity is not None
    assert entity.state.data["thon"] == of_b.name, "nobody meant to shorten it"
    world.send(changed(1, child=of_b.id, muc="khong").xml, by=scene.a)  # who knows an id from afar
    worked_off(world)
    _silent(scene, scene.a, of_b)


def _after_a_reassignment(scene: Scene) -> None:
    """In a register of which each phone has its own alone."""
    world, house, of_a = scene.world, scene.world.house, scene.of_a
    before = _list(scene, scene.a)[1]
    house.stores.entity_lists.choose(CHILDREN, {"assigned_only": "everybody"})
    assert set(_list(scene, scene.a)[0]) == {of_a.id}, "who made it looks after it"
    assert set(_list(scene, scene.colleague)[0]) == set()
    _silent(scene, scene.colleague, of_a, of_its_own=True)
    child = house.stores.entities.find(WHOLE_HOUSE, CHILDREN, of_a.id)
    assert child is not None
    by, to = world.lan.actor, scene.colleague.actor.id
    assign_entry(house.stores, house.registers, WHOLE_HOUSE, by, child, to, world.clock())
    rows, tag = _list(scene, scene.a)
    assert (set(rows), tag == before) == (set(), False)
    assert _is_gone(scene, scene.a, of_a), "so that Collect removes it"
    assert not _is_gone(scene, scene.colleague, of_a)
    assert set(_list(scene, scene.colleague)[0]) == {of_a.id}
    assert set(_list(scene, scene.b)[0]) == {scene.of_b.id}
    _silent(scene, scene.b, of_a)


def _after_a_merger(scene: Scene) -> None:
    """The two communes become one: what is whose does not change."""
    world, of_a, of_b = scene.world, scene.of_a, scene.of_b
    merge(world)
    worker_looks(world)
    for each in (world.hong, world.cuong):
        world.house.door.forget(each.actor.id)
    assert set(_list(scene, scene.a)[0]) == set()
    assert set(_list(scene, scene.colleague)[0]) == {of_a.id}
    assert set(_list(scene, scene.b)[0]) == {of_b.id}
    _silent(scene, scene.a, of_b, of_its_own=True)
    _silent(scene, scene.b, of_a, of_its_own=True)
    _silent(scene, world.thao, of_a)


def _out_of_the_journal(scene: Scene, mongo_uri: str, clock: Clock) -> None:
    house = scene.world.house
    with empty_house(house.config, mongo_uri, clock) as lost:
        lost.stores.offices.put(what_no_act_made(house))
        assert replay(lost.intake, lambda _: None).refused == 0
        found = lost.stores.entity_lists.get(CHILDREN)
        assert (found.names, found.full_names) == (("thon",), False)
        assert found.assigned_only == "everybody"
        to = scene.colleague.actor.id
        assert lost.stores.entity_workers.named(CHILDREN) == {scene.of_a.id: to}
        assert replay(lost.intake, lambda _: None).healed == 0


def test_full_names_go_along_where_the_register_says_so_and_at_a_desk(scene: Scene) -> None:
    house, of_a = scene.world.house, scene.of_a
    its_list = house.stores.entity_lists.get(CHILDREN)
    seen = house.registers.known_to(WHOLE_HOUSE, PROJECT)

    def text(*, on_phone: bool) -> str:
        now = house.stores.entity_lists.get(CHILDREN)
        return b"".join(house.registers.cut(seen, now, on_phone=on_phone).pieces()).decode()

    assert its_list.full_names is False
    assert (of_a.name in text(on_phone=True), of_a.name in text(on_phone=False)) == (False, True)
    house.stores.entity_lists.choose(CHILDREN, {"full_names": True})
    assert of_a.name in text(on_phone=True)
    # Of a register that nobody has said anything about, the properties' own names tell.
    house.stores.entity_lists.choose(ListKey(PROJECT, "x"), {"approval": True})
    assert house.stores.entity_lists.get(ListKey(PROJECT, "x")).names is None
