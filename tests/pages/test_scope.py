"""Nobody sees, opens, reviews or downloads what is not their office's."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from server.processing.follow_ups.run import run_due
from server.processing.records.counting import count_news
from tests.pages.conftest import Enter
from tests.records import Made, record_of
from tests.world import World, forgery_token

HERE = "/records/vang_gia"


@pytest.fixture
def theirs(world: World) -> Made:
    """A record of Hạ Long (VP02) with its photos looked at; Minh works in Tiên Yên."""
    made = record_of("vang_gia")
    world.send(made.xml, made.files, by=world.hong)
    run_due(world.house.stores, world.house.shelf, world.clock())
    key = world.records("vang_gia")[0].key
    count_news(world.house.stores, key, world.clock())
    return made


def test_a_case_manager_of_tien_yen_never_sees_a_record_of_ha_long(
    world: World, enter: Enter, theirs: Made
) -> None:
    minh, lan = enter(world.minh), enter(world.lan)
    head = re.search(rb"<ten_chu_ho>([^<]+)<", theirs.xml)
    assert head is not None
    name = head[1].decode()
    for path in ("/", "/records", HERE, f"{HERE}?office=VP02"):
        assert name not in minh.get(path).get_data(as_text=True), path
    assert name in lan.get(HERE).get_data(as_text=True)
    assert "0 phiếu" in minh.get("/records").get_data(as_text=True)


def test_records_photos_and_reviews_out_of_scope_do_not_exist(
    world: World, enter: Enter, theirs: Made
) -> None:
    """R86: 404, thumbnails too, and the same words as for a record that was never there."""
    minh, lan = enter(world.minh), enter(world.lan)
    photo = next(name for name in theirs.files if name.endswith(".jpg"))
    here = f"{HERE}/{theirs.instance_id}"
    for path in (here, f"{here}/data.json", f"{here}/files/{photo}", f"{here}/files/{photo}/320"):
        assert lan.get(path).status_code == 200, path
        assert minh.get(path).status_code == 404, path
    absent = minh.get(f"{HERE}/uuid:never").get_data(as_text=True)
    assert minh.get(here).get_data(as_text=True) == absent
    token = forgery_token(minh, "/phones")
    fields = {"csrf_token": token, "decision": "approved", "seen": theirs.instance_id}
    assert minh.post(here, data=fields).status_code == 404
    assert world.records("vang_gia")[0].review.value == "received"


def test_a_download_holds_only_ones_own_offices(world: World, enter: Enter, theirs: Made) -> None:
    own = record_of("vang_gia", 2)
    world.send(own.xml, by=world.thao)
    found = enter(world.minh).get(f"{HERE}/export/csv").get_data(as_text=True)
    assert own.instance_id in found
    assert theirs.instance_id not in found
    asked = enter(world.minh).get(f"{HERE}/export/csv?office=VP02").get_data(as_text=True)
    assert theirs.instance_id not in asked


def test_a_phone_of_another_cluster_is_not_shown_and_cannot_be_disconnected(
    world: World, enter: Enter
) -> None:
    minh = enter(world.minh)
    page = minh.get("/phones").get_data(as_text=True)
    assert world.thao.actor.name in page
    assert world.hong.actor.name not in page
    token = forgery_token(minh, "/phones")
    path = f"/phones/{world.hong.actor.id}/disconnect"
    assert minh.post(path, data={"csrf_token": token}).status_code == 404
    assert world.house.door.phone(world.hong.token).active


def test_a_phone_cannot_be_made_for_an_office_of_another_cluster(
    world: World, enter: Enter
) -> None:
    minh = enter(world.minh)
    fields = {"csrf_token": forgery_token(minh, "/phones"), "name": "Máy lạ", "office": "VP02"}
    answer = minh.post("/phones", data=fields)
    assert answer.status_code == 404
    assert "data:image/svg" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/", "/records", HERE, "/phones", f"{HERE}/export/csv"])
def test_a_stranger_is_sent_to_sign_in_and_back(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in?next=")
