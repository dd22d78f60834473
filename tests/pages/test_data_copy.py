"""Somebody who asks what is held of their child is given all of it, and nothing out of reach."""

from __future__ import annotations

import io
import json
import zipfile
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from lxml import html

from server.model.audit import Act
from server.model.scope import WHOLE_HOUSE
from server.processing.duties.audit_reading import Wanted, everything
from server.processing.photos.shared_picture import open_shared
from tests import registers
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, words
from tests.pages.test_data_requests import fields, note, trust, trusted
from tests.records import record_of
from tests.registers import CHILD, CHILDREN, changed, created, worked_off
from tests.world import World

__all__ = ["trusted"]

COPY = "Bản sao mọi dữ liệu đang lưu (ZIP)"


def copied(client: FlaskClient, request: str) -> zipfile.ZipFile:
    [href] = links(open_page(client, request), COPY)
    answer = client.get(href)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    return archive


def test_all_that_is_held_of_a_child_is_in_one_archive(
    world: World, enter: Enter, trusted: None
) -> None:
    world.publish(registers.form())
    world.house.stores.entity_lists.set_option(CHILDREN, "shared", True)
    visit = record_of("vang_gia")
    made = created("Bé <Na>".replace("<", "&lt;"), thon="Khu 1")
    far = changed(1, "1", "", muc="cao")
    for each, phone in ((visit, world.hong), (made, world.hong), (far, world.thao)):
        world.send(each.xml, each.files, by=phone)
        worked_off(world)
    concerns = f"/lists/tre/{CHILD}\n/records/vang_gia/{quote(visit.instance_id, safe='')}"

    admin = enter(world.admin)
    request = note(admin, fields(world, wish="see"))
    assert links(open_page(admin, request), COPY) == [], "nothing to copy yet"
    archive = copied(admin, note(admin, fields(world, wish="see", concerns=concerns)))
    data = json.loads(archive.read("data.json"))
    assert {each["instance_id"] for each in data["records"]} == {
        visit.instance_id,
        made.instance_id,
        far.instance_id,
    }
    [entry] = [each for each in data["entries"] if each["list"] == "tre"]
    assert entry["label"] == "Bé <Na>"
    assert {"thon": "Khu 1", "muc": "cao"}.items() <= entry["data"].items()
    assert len(entry["history"]) == 2
    files = {each.filename for each in archive.infolist()} - {"index.html", "data.json"}
    leaving = [open_shared(io.BytesIO(each)).read() for each in visit.files.values()]
    assert sorted(archive.read(each) for each in files) == sorted(leaving), "without their place"
    page = html.fromstring(archive.read("index.html"))
    assert {href for each in page.iter("a") if (href := each.get("href"))} == set(map(quote, files))
    assert page.xpath("//script") == []
    said = words(page)
    assert "Dữ liệu đang lưu về Bé <b>Na</b>" in said
    assert "Khu 1" in said
    assert "Họ tên" in said, "in the words of the form"

    lan = enter(world.lan)
    own = copied(lan, note(lan, fields(world, wish="see", concerns=concerns)))
    found = json.loads(own.read("data.json"))
    assert {each["instance_id"] for each in found["records"]} == {
        visit.instance_id,
        made.instance_id,
    }


def test_who_answers_for_some_forms_copies_what_their_registers_say(
    world: World, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(monkeypatch, "so_tre")
    world.publish(registers.form())
    world.send(created("Bé Na", thon="Khu 1").xml)
    worked_off(world)
    lan = enter(world.lan)
    asked = fields(world, wish="see", concerns=f"/lists/tre/{CHILD}")
    found = json.loads(copied(lan, note(lan, asked)).read("data.json"))
    assert [each["label"] for each in found["entries"]] == ["Bé Na"]
    assert len(found["records"]) == 1
    # The same from the entry's page; in the access log as carried off.
    assert json.loads(copied(lan, f"/lists/tre/{CHILD}").read("data.json")) == found
    exported = Wanted(who=world.lan.actor.id, act=Act.EXPORTED)
    logged = next(everything(world.house.stores, WHOLE_HOUSE, exported)).entry
    assert f"entity:1/tre/{CHILD}" in logged.things
    monkeypatch.undo()
    assert links(open_page(lan, f"/lists/tre/{CHILD}"), COPY) == []
    assert lan.get(f"/lists/tre/{CHILD}/data.zip").status_code == 403
