"""Whoever leaves is out at once; what was theirs to finish goes to a colleague."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.model.people import Actor
from server.model.records import Review, ReviewState
from server.model.scope import WHOLE_HOUSE
from tests.lent import lent_app
from tests.pages.looking import links, open_page, words
from tests.records import record_of
from tests.world import Handset, Person, World, post, sign_in


@pytest.fixture(scope="module")
def app(shared_world: World) -> Iterator[Flask]:
    with lent_app(shared_world.house) as app:
        yield app


@pytest.fixture
def admin(app: Flask, shared_world: World) -> FlaskClient:
    return enter(app, shared_world.admin)


def enter(app: Flask, someone: Person) -> FlaskClient:
    client = app.test_client()
    sign_in(client, someone)
    return client


def colleague(world: World, name: str, office: str) -> Person:
    email = f"{name.lower()}@ctxh.example"
    return world.hire(email, f"Bùi Thị {name}", "case_manager", office)


def returned_to(world: World, someone: Actor) -> str:
    """A record that they filled in the browser, and that a reviewer returned; its id."""
    made = record_of("vang_gia").without_files()
    world.send(made.xml, by=Handset(someone, "", someone.offices[0]))
    record = world.record("vang_gia", made.instance_id)
    assert record is not None
    act = Review(ReviewState.HAS_ISSUES, "Thiếu địa chỉ", "lan", "Nguyễn Thị Lan", world.clock())
    assert world.house.stores.submissions.add_review(WHOLE_HOUSE, record, act)
    return made.instance_id


def test_who_has_open_work_leaves_at_once_and_is_not_gone_before_it_is_handed_over(
    app: Flask, shared_world: World, admin: FlaskClient
) -> None:
    leaver = colleague(shared_world, "An", "VP01")
    heir, stranger = colleague(shared_world, "Kế", "VP01"), shared_world.minh
    mine, theirs = returned_to(shared_world, leaver.actor), enter(app, leaver)
    path = f"/admin/people/{leaver.actor.id}"
    page = f"{path}/hand-over"
    assert "1 việc đang do người này phụ trách" in words(open_page(admin, path))
    assert post(admin, f"{path}/end").headers["Location"] == page
    assert theirs.get("/records").status_code == 303
    assert "chưa bàn giao" in words(open_page(admin, "/admin/people"))
    said = words(open_page(admin, page))
    assert "còn 1 việc cần bàn giao" in said
    assert mine not in said, "who manages people need not read records"

    answer = post(admin, page, to=stranger.actor.id)
    assert answer.headers["Location"] == page
    assert "Lê Quang Minh không được sửa phiếu" in words(open_page(admin, page))
    assert links(open_page(enter(app, stranger), "/"), "Vãng gia") == []

    assert post(admin, page, to=heir.actor.id).headers["Location"] == path
    assert "chưa bàn giao" not in words(open_page(admin, "/admin/people"))
    hers = enter(app, heir)
    [link] = open_page(hers, "/").xpath("//section[contains(., 'Bàn giao cho bạn')]//a")
    assert link.get("href").endswith(mine.replace(":", "%3A"))
    open_page(hers, link.get("href"))
    record = shared_world.record("vang_gia", mine)
    assert record is not None
    assert record.versions[0].sender.id == leaver.actor.id, "who did it stays"


def test_what_was_taken_over_is_handed_on_and_ends_when_it_is_corrected(
    app: Flask, shared_world: World, admin: FlaskClient
) -> None:
    first, second = colleague(shared_world, "Bảo", "VP01"), colleague(shared_world, "Chi", "VP01")
    third = colleague(shared_world, "Dung", "VP01")
    mine = returned_to(shared_world, first.actor)
    post(admin, f"/admin/people/{first.actor.id}/hand-over", to=second.actor.id)
    post(admin, f"/admin/people/{second.actor.id}/hand-over", to=third.actor.id)
    charges = shared_world.house.stores.charges
    assert charges.taken_over(WHOLE_HOUSE, second.actor.id) == []
    [charge] = charges.taken_over(WHOLE_HOUSE, third.actor.id)
    assert charge.instance_id == mine
    record = shared_world.record("vang_gia", mine)
    assert record is not None
    act = Review(ReviewState.REJECTED, "Nhầm", "lan", "Nguyễn Thị Lan", shared_world.clock())
    assert shared_world.house.stores.submissions.add_review(WHOLE_HOUSE, record, act)
    assert charges.taken_over(WHOLE_HOUSE, third.actor.id) == []


def test_who_has_nothing_open_is_gone_at_once(shared_world: World, admin: FlaskClient) -> None:
    free = colleague(shared_world, "Em", "VP02")
    path = f"/admin/people/{free.actor.id}"
    assert post(admin, f"{path}/end").headers["Location"] == path
    assert "Đã ngừng quyền" in words(open_page(admin, path))


def test_work_goes_only_to_somebody_who_is_there(shared_world: World, admin: FlaskClient) -> None:
    leaver, gone = colleague(shared_world, "Giang", "VP02"), colleague(shared_world, "Hà", "VP02")
    returned_to(shared_world, leaver.actor)
    post(admin, f"/admin/people/{gone.actor.id}/end")
    page = f"/admin/people/{leaver.actor.id}/hand-over"
    for to in ("", "x", gone.actor.id, leaver.actor.id, shared_world.hong.actor.id):
        assert post(admin, page, to=to).status_code == 404
