"""Whoever leaves is out at once; what was theirs to finish goes to a colleague."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.model.people import Actor, Grant
from server.model.records import Review, ReviewState, Worker
from server.model.scope import WHOLE_HOUSE
from server.model.withholding import LISTS, Target, Withholding
from server.processing.accounts.people import connect_phone, renew_phone
from server.processing.accounts.staff import give_role
from server.processing.records.assign import give_record
from server.processing.registers.assign_entry import give_entries, loads
from tests import registers
from tests.lent import lent_app
from tests.pages.looking import links, open_page, words
from tests.records import record_of
from tests.registers import CHILD, CHILDREN
from tests.world import Handset, Person, World, basic, post, sign_in

OTHER_CHILD = CHILD.replace("3d0c", "4e1d")


@pytest.fixture(scope="module")
def app(shared_world: World) -> Iterator[Flask]:
    with lent_app(shared_world.house) as app:
        yield app


@pytest.fixture
def admin(app: Flask, shared_world: World) -> FlaskClient:
    return enter(app, shared_world.admin)


@pytest.fixture(scope="module")
def children(shared_world: World) -> World:
    """Two children in a register of VP02."""
    shared_world.publish(registers.form())
    for label, child in (("Bé Na", CHILD), ("Bé Tí", OTHER_CHILD)):
        shared_world.send(registers.created(label, child).xml)
    registers.worked_off(shared_world)
    return shared_world


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
    assert "Lê Quang Minh không được nhận việc" in words(open_page(admin, page))
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


def test_codes_that_who_leaves_may_have_kept_end_or_are_named(
    app: Flask, shared_world: World, admin: FlaskClient
) -> None:
    house, leaver = shared_world.house, colleague(shared_world, "Mây", "VP01")
    stores, shelf, by = house.stores, house.shelf, leaver.actor
    at, tokens = shared_world.clock(), dict[str, str]()
    ids = dict[str, str]()
    for name in ("Chưa dùng", "Đang dùng", "Đã đổi mã", "Đổi mã chưa dùng"):
        made, token = connect_phone(stores, shelf, WHOLE_HOUSE, name, "VP02", at, by=by)
        ids[name], tokens[name] = made.id, token
    for name in ("Đang dùng", "Đã đổi mã", "Đổi mã chưa dùng"):
        house.door.phone(tokens[name])
    shared_world.clock.move(minutes=1)
    at = shared_world.clock()
    for name, who in (("Đã đổi mã", shared_world.admin.actor), ("Đổi mã chưa dùng", by)):
        _, tokens[name] = renew_phone(stores, shelf, who, WHOLE_HOUSE, ids[name], at)
    _, tokens["Vừa đổi"] = renew_phone(stores, shelf, by, WHOLE_HOUSE, ids["Đang dùng"], at)
    house.door.phone(tokens["Vừa đổi"])
    path = f"/admin/people/{by.id}"
    assert "Điện thoại kết nối bằng mã" not in words(open_page(admin, path))
    assert post(admin, f"{path}/end").headers["Location"] == path
    page = open_page(admin, path)
    assert "2 mã kết nối điện thoại chưa ai dùng cũng đã hết hiệu lực" in words(page)
    listed = page.xpath("//section[@aria-labelledby='phones-title']//a/@href")
    assert listed == [f"/phones/{ids['Đang dùng']}"]
    ended = {name for name, id in ids.items() if not _connected(stores.actors.by_id(id))}
    assert ended == {"Chưa dùng", "Đổi mã chưa dùng"}
    assert _connected(stores.actors.by_id(shared_world.hong.actor.id))
    assert post(admin, f"{listed[0]}/renew").status_code == 200
    assert "Điện thoại kết nối bằng mã" not in words(open_page(admin, path))


def _connected(phone: Actor | None) -> bool:
    return phone is not None and phone.active


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


def given_by_name(world: World, form: str, someone: Actor) -> str:
    """A record of VP02 that somebody is to work on, and who therefore reads all of it; its id."""
    made = record_of(form).without_files()
    world.send(made.xml)
    record = world.record(form, made.instance_id)
    assert record is not None
    worker = Worker(someone.id, someone.name, "Nguyễn Thị Lan", world.clock())
    give_record(world.house.stores, WHOLE_HOUSE, record, worker)
    return made.instance_id


def test_records_that_somebody_was_named_to_work_on_are_handed_over_too(
    app: Flask, shared_world: World, admin: FlaskClient
) -> None:
    world, form = shared_world, "tiep_nhan_danh_gia"
    leaver, heir = colleague(world, "Oanh", "VP02"), colleague(world, "Phú", "VP02")
    mine = given_by_name(world, form, leaver.actor)
    path = f"/admin/people/{leaver.actor.id}"
    page = post(admin, f"{path}/end").headers["Location"]
    assert page == f"{path}/hand-over"
    said = words(open_page(admin, page))
    assert "còn 1 việc cần bàn giao" in said
    assert "Phiếu được giao theo dõi" in said
    assert mine not in said

    post(admin, page, to=world.minh.actor.id)
    assert "Lê Quang Minh không được nhận việc" in words(open_page(admin, page))
    before = len(world.journalled())
    assert post(admin, page, to=heir.actor.id).headers["Location"] == path
    record = world.record(form, mine)
    assert record is not None
    assert record.worker_id == heir.actor.id
    assert [each.kind for each in world.journalled()[before:]] == ["worker"]
    assert "Bùi Thị Phú" in words(open_page(enter(app, heir), f"/records/{form}/{mine}"))


def test_nobody_hands_over_to_themselves_what_they_do_not_read(
    app: Flask, shared_world: World
) -> None:
    """Who manages people and works in a commune office would read a whole case by it."""
    world, house, form = shared_world, shared_world.house, "tiep_nhan_danh_gia"
    leaver = world.hire("quyen@ctxh.example", "Bùi Thị Quyên", "commune_office", "VP02")
    both = world.hire("rieng@ctxh.example", "Bùi Thị Riêng", "system_admin", "*")
    office, at = Grant("commune_office", "VP02"), world.clock()
    give_role(house.stores, house.shelf, world.admin.actor, both.actor, office, at)
    mine = given_by_name(world, form, leaver.actor)
    page = f"/admin/people/{leaver.actor.id}/hand-over"
    post(client := enter(app, both), page, to=both.actor.id)
    assert "còn 1 việc cần bàn giao" in words(open_page(client, page))
    record = world.record(form, mine)
    assert record is not None
    assert record.worker_id == leaver.actor.id


def children_of(app: Flask, someone: Person) -> str:
    """The register as Collect gets it under their account."""
    path = "/v1/projects/1/forms/so_tre/attachments/tre.csv"
    return app.test_client().get(path, headers=basic(someone)).get_data(as_text=True)


def given_to(world: World, someone: Actor, *entries: str) -> None:
    worker = Worker(someone.id, someone.name, "Nguyễn Thị Lan", world.clock())
    give_entries(world.house.stores, CHILDREN, entries, worker)


def test_entries_of_registers_that_somebody_looks_after_are_handed_over_too(
    app: Flask, children: World, admin: FlaskClient
) -> None:
    world, stores = children, children.house.stores
    leaver, heir = colleague(world, "Khanh", "VP02"), colleague(world, "Liên", "VP02")
    given_to(world, leaver.actor, CHILD, OTHER_CHILD, CHILD.replace("3d0c", "0000"))
    page = f"/admin/people/{leaver.actor.id}/hand-over"
    assert "không có gì phải bàn giao" in words(open_page(admin, page)), (
        "every phone of the office has them"
    )
    stores.entity_lists.choose(CHILDREN, {"assigned_only": "everybody", "full_names": True})
    assert "Bé Na" in children_of(app, leaver)
    assert "Bé Na" not in children_of(app, heir)

    assert post(admin, f"/admin/people/{leaver.actor.id}/end").headers["Location"] == page
    said = words(open_page(admin, page))
    assert "còn 2 việc cần bàn giao" in said
    assert "Mục đang theo dõi" in said
    assert "Bé Na" not in said
    assert CHILD not in said
    assert post(admin, page, to=world.minh.actor.id).headers["Location"] == page
    assert "Lê Quang Minh không được nhận việc" in words(open_page(admin, page))
    assert set(stores.entity_workers.all_of(leaver.actor.id)[CHILDREN]) >= {CHILD, OTHER_CHILD}

    before = len(world.journalled())
    assert post(admin, page, to=heir.actor.id).headers["Location"] != page
    assert "chưa bàn giao" not in words(open_page(admin, "/admin/people"))
    named = stores.entity_workers.named(CHILDREN)
    assert {named[each] for each in (CHILD, OTHER_CHILD)} == {heir.actor.id}
    assert "Bé Na" in children_of(app, heir)
    assert [each.kind for each in world.journalled()[before:]] == ["entry_worker"]


def test_who_leaves_is_gone_also_where_the_rest_went_another_way(
    children: World, admin: FlaskClient
) -> None:
    leaver, heir = colleague(children, "Mai", "VP02"), colleague(children, "Nga", "VP02")
    children.house.stores.entity_lists.set_option(CHILDREN, "assigned_only", "everybody")
    given_to(children, leaver.actor, CHILD)
    page = post(admin, f"/admin/people/{leaver.actor.id}/end").headers["Location"]
    assert page.endswith("/hand-over")
    given_to(children, heir.actor, CHILD)
    assert "không có gì phải bàn giao" in words(open_page(admin, page))
    found = children.house.stores.actors.by_id(leaver.actor.id)
    assert found is not None
    assert not found.leaving


def test_what_is_kept_from_a_phone_is_not_counted_as_what_it_has(children: World) -> None:
    """An entry that all offices have, until its family objects."""
    house, thao = children.house, children.thao.actor
    given_to(children, thao, CHILD)
    house.stores.entity_lists.choose(CHILDREN, {"assigned_only": "everybody", "shared": True})

    def loaded() -> dict[str, int]:
        its_list = house.stores.entity_lists.get(CHILDREN)
        found = loads(house.stores, house.registers, WHOLE_HOUSE, its_list)
        return {each.id: each.count for each in found}

    assert loaded()[thao.id] == 1
    at = children.clock()
    act = Withholding(True, "objection", at.date(), "y", "lan", "Nguyễn Thị Lan", at)
    house.stores.withheld.add([Target(LISTS, CHILDREN.text, CHILD)], act)
    assert thao.id not in loaded()
