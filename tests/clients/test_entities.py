"""Registers by pyODK and plain requests: Lan reads Hạ Long's entries, an administrator fills
them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pyodk.client import Client
from pyodk.errors import PyODKError

from server.wire.central import number_of
from tests import registers
from tests.clients.conftest import Program, code
from tests.registers import CHILD, changed, created, said_of, worked_off
from tests.world import Person, World

pytestmark = pytest.mark.journey

HERE = "/projects/1/datasets/tre"
FAR, NEW = CHILD.replace("3d0c", "5f2e"), CHILD.replace("3d0c", "7b4a")


@pytest.fixture(scope="module")
def register(province: World) -> World:
    """Hồng's child, whose level two phones say otherwise, and Thảo's."""
    province.publish(registers.form())
    two_words(province, CHILD)
    province.send(created("Bé Xa", FAR).xml, by=province.thao)
    worked_off(province)
    return province


def two_words(world: World, child: str) -> None:
    world.send(created("Bé Na", child, thon="Khu 1", muc="thap").xml)
    for word in ("tb", "cao"):
        world.send(changed(1, "1", "", muc=word).xml.replace(CHILD.encode(), child.encode()))
    worked_off(world)


def test_pyodk_lists_what_the_pages_show(
    register: World, pyodk: Callable[[Person], Client]
) -> None:
    with pyodk(register.lan) as client:
        listed = client.entities.list(entity_list_name="tre")
        [one] = [each for each in listed if each.uuid == CHILD]
        assert FAR not in {each.uuid for each in listed}
        assert (one.uuid, one.conflict, one.currentVersion.label) == (CHILD, "hard", "Bé Na")
        assert one.creatorId == number_of(register.hong.actor.id)
        with pytest.raises(PyODKError, match=r"403\.1"):
            client.entities.create("Bé Tí", {}, entity_list_name="tre")
        assert "tre" in {each.name for each in client.entity_lists.list()}


def test_pyodk_makes_changes_and_merges(register: World, pyodk: Callable[[Person], Client]) -> None:
    with pyodk(register.admin) as client:
        made = client.entities.create(
            "Bé Tí", {"muc": "thap", "__office": "VP02"}, entity_list_name="tre", uuid=NEW
        )
        assert (made.uuid, made.currentVersion.version) == (NEW, 1)
        assert made.currentVersion.data == {"muc": "thap"}
        with pytest.raises(PyODKError, match=r"409\.3"):
            client.entities.create("Bé Tí", {"muc": "cao"}, entity_list_name="tre", uuid=NEW)
        with pytest.raises(PyODKError, match=r"409\.15"):
            client.entities.update(NEW, "tre", data={"muc": "tb"}, base_version=9)
        update = client.entities.update(NEW, "tre", label="Bé Tí (2016)", base_version=1)
        assert (update.currentVersion.label, update.currentVersion.version) == ("Bé Tí (2016)", 2)
        source = [
            {"label": "Bé Tí (2016)", "muc": "cao", "thon": "Khu 7"},
            {"label": "Bé Mới", "muc": "tb", "thon": "Khu 8", "ghi_chu": "x"},
        ]
        client.entities.merge(source, entity_list_name="tre")
        assert said_of(register, NEW) == {"muc": "cao", "thon": "Khu 7"}
        table = client.entities.get_table(entity_list_name="tre", count=True, top=1)
        count = table["@odata.count"]
        rows = table["value"]
        assert (rows[0]["label"], rows[0]["ghi_chu"]) == ("Bé Mới", "x")
        while "@odata.nextLink" in table:
            table = client.get(table["@odata.nextLink"]).json()
            rows += table["value"]
        assert len({each["__id"] for each in rows}) == len(rows) == count
        labels = [each["label"] for each in rows]
        assert labels.index("Bé Mới") < labels.index("Bé Tí (2016)") < labels.index("Bé Xa")


def test_nobody_reads_or_changes_an_entry_that_the_pages_would_not_show(
    register: World, lan: Program, admin: Program
) -> None:
    for path in ("", "/versions"):
        assert code(lan.get(f"{HERE}/entities/{FAR}{path}")) == (404, 404.1)
    assert code(lan("PATCH", f"{HERE}/entities/{CHILD}?force=true", json={"label": "x"}))[0] == 403
    assert code(lan.get("/projects/1/datasets/khong/entities")) == (404, 404.1)
    assert FAR not in lan.get(f"{HERE}.svc/Entities").text
    listed = list(csv.DictReader(io.StringIO(lan.get(f"{HERE}/entities.csv").text)))
    assert {each["__id"] for each in listed} >= {CHILD}
    assert FAR not in {each["__id"] for each in listed}
    answer = admin.get(f"{HERE}/entities.csv")
    again = admin.get(f"{HERE}/entities.csv", headers={"If-None-Match": answer.headers["ETag"]})
    assert (answer.status_code, again.status_code) == (200, 304)


def test_an_entry_s_versions_are_what_was_said(register: World, admin: Program) -> None:
    child = CHILD.replace("3d0c", "8c5b")
    two_words(register, child)
    here = f"{HERE}/entities/{child}"
    said = admin.get(f"{here}/versions").json()
    assert [each["version"] for each in said] == [1, 2, 3]
    assert [each["current"] for each in said] == [False, False, True]
    assert said[0]["data"] == {"thon": "Khu 1", "muc": "thap"}
    assert (said[2]["conflict"], said[2]["conflictingProperties"]) == ("hard", ["muc"])
    whole = admin.get(f"{HERE}/entities/uuid:{child}").json()
    held = said_of(register, child)["muc"]
    assert whole["currentVersion"]["data"] == {"thon": "Khu 1", "muc": held}
    resolved = admin("PATCH", f"{here}?baseVersion=3&resolve=true", json={"data": {"di_hoc": "co"}})
    assert (resolved.json()["conflict"], resolved.status_code) == (None, 200)
    assert said_of(register, child) == {"thon": "Khu 1", "muc": held, "di_hoc": "co"}
    nothing = admin("PATCH", f"{here}?force=true&resolve=true", json={})
    assert code(nothing) == (400, 400.32)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"label": "A", "data": {"khong": "x"}}, 400.28),
        ({"label": " ", "data": {}}, 400.8),
        ({"label": "A", "data": {"muc": None}}, 400.11),
        ({"label": "A", "uuid": "x"}, 400.11),
        ({"label": "A", "data": [1]}, 400.11),
        ({"label": "A", "la": 1}, 400.31),
        ({"label": "A", "data": {"__office": "VP77"}}, 400.28),
        ({"entities": []}, 400.31),
        ({"entities": [{"label": "A", "data": {}}, {"label": "", "data": {}}]}, 400.8),
    ],
)
def test_what_cannot_be_used_is_refused_as_central_does(
    register: World, admin: Program, body: Mapping[str, Any], expected: float
) -> None:
    before = len(admin.get(f"{HERE}/entities").json())
    assert code(admin.post(f"{HERE}/entities", json=body)) == (400, expected)
    assert len(admin.get(f"{HERE}/entities").json()) == before


def test_a_register_says_which_forms_keep_it_and_takes_a_property(
    register: World, admin: Program, lan: Program
) -> None:
    its = admin.get(HERE).json()
    assert [each["xmlFormId"] for each in its["sourceForms"]] == ["so_tre"]
    muc = next(each for each in its["properties"] if each["name"] == "muc")
    assert muc["forms"] == [{"xmlFormId": "so_tre", "name": "Sổ trẻ em"}]
    assert admin.post(f"{HERE}/properties", json={"name": "lop"}).json() == {"success": True}
    assert "lop" in {each["name"] for each in admin.get(HERE).json()["properties"]}
    assert code(admin.post(f"{HERE}/properties", json={"name": "lop"})) == (409, 409.3)
    assert code(admin.post(f"{HERE}/properties", json={"name": "label"})) == (400, 400.8)
    assert code(lan.post(f"{HERE}/properties", json={"name": "b"}))[0] == 403
    waits = admin("PATCH", HERE, json={"approvalRequired": True}).json()
    assert waits["approvalRequired"] is True
    assert admin("PATCH", HERE, json={"approvalRequired": False}).status_code == 200
