"""What takes two people, on pages and by programs: to delete a record, to take out many."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.access.verbs import ADMINISTRATOR, CASE_MANAGER
from server.errors.two_people import TakesTwo
from server.model.audit import Act, Entry
from server.model.calendar import day_of
from server.model.data_requests import Concern
from server.model.people import Grant
from server.processing.approvals.mass_export import TakingOut, let_out
from server.processing.registers.given_registers import give_registers
from server.routes.pages.words import day_words
from tests import registers
from tests.exports.making import read_csv
from tests.javarosa.filler import FORMS
from tests.lent import lent_app
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, sent, words
from tests.pages.test_access_log import logged
from tests.pages.test_data_requests import fields, note
from tests.records import record_of
from tests.world import Person, World, basic, post

FORM = "vang_gia"
NEW = "/approvals/new"
_HOUSEHOLD = re.compile(rb'(?<=dataset="ho_gia_dinh")([^>]* id=")[^"]*')
WHY = "Báo cáo quý cho Sở Y tế, lưu ở ổ mã hóa"


@pytest.fixture
def strict(world: World) -> World:
    """One person alone takes out two records a day."""
    config = replace(world.house.config, mass_export=2)
    return replace(world, house=replace(world.house, config=config))


@pytest.fixture
def app(strict: World) -> Iterator[Flask]:
    with lent_app(strict.house) as app:
        yield app


def colleague(world: World, role: str = CASE_MANAGER, office: str = "VP01") -> Person:
    email = f"{role}-{office.lower()}@example.org"
    return world.hire(email, "Đỗ Thị Nga", role, office)


def asked(client: FlaskClient, **given: str) -> str:
    """The page of what was asked for."""
    wanted = {"thing": f"records/{FORM}", "office": "VP01", "days": "7", "reason": WHY, **given}
    return sent(client, "/approvals", wanted)


def visits(world: World, number: int) -> list[str]:
    made = [record_of(FORM, each).without_files() for each in range(1, number + 1)]
    for each in made:
        world.send(each.xml)
    return [each.instance_id for each in made]


def at_household(number: int, xml: bytes) -> bytes:
    return _HOUSEHOLD.sub(rb"\g<1>%dd0c2b1a-9f8e-4d7c-8b6a-5f4e3d2c1b0a" % number, xml)


def noted(world: World, act: Act) -> list[Entry]:
    """Of the access log, newest first."""
    return [each.entry for each in logged(world) if each.entry.act is act]


def get(app: Flask, person: Person, path: str) -> TestResponse:
    """As a program does."""
    return app.test_client().get(f"/v1/projects/1{path}", headers=basic(person))


def test_a_record_is_deleted_when_another_grants_it(world: World, enter: Enter) -> None:
    [visit] = visits(world, 1)
    record = f"/records/{FORM}/{quote(visit, safe='')}"
    second = enter(colleague(world, ADMINISTRATOR))
    first = enter(world.admin)
    [way] = links(open_page(first, record), "Xóa phiếu này")
    assert way == f"{record}/delete"
    assert post(first, way, reason="nhầm").status_code == 400
    page = post(first, way, reason="Gửi nhầm khi tập huấn ở xã").headers["Location"]
    assert "Chờ người thứ hai" in words(open_page(first, page))
    assert not open_page(first, page).xpath("//button[@formaction]"), "not by who asked"
    refused = post(first, f"{page}/grant")
    assert refused.status_code == 403
    assert "Người đề nghị không được tự đồng ý" in refused.get_data(as_text=True)
    assert first.get(record).status_code == 200
    assert "1 việc đang chờ bạn với tư cách người thứ hai" in words(open_page(second, "/"))
    assert "việc đang chờ bạn" not in words(open_page(first, "/"))
    assert links(open_page(second, "/approvals"), "Xóa phiếu") == [page]
    assert "Gửi nhầm khi tập huấn ở xã" in words(open_page(second, page))
    assert post(second, f"{page}/grant", words="Đúng là nhầm.").status_code == 303
    gone = first.get(record)
    assert gone.status_code == 404
    day = day_words(day_of(world.clock()))
    said = f"Phiếu này đã bị xóa ngày {day}: Phạm Thu Hà đề nghị, Đỗ Thị Nga đồng ý."
    assert said in gone.get_data(as_text=True)
    assert "kiểm tra lại địa chỉ" not in gone.get_data(as_text=True), "there is no other"
    assert said in enter(world.lan).get(record).get_data(as_text=True), "whoever reads there"
    elsewhere = enter(world.minh).get(record).get_data(as_text=True)
    assert "đã bị xóa" not in elsewhere
    assert world.records(FORM) == []
    assert post(second, f"{page}/grant").status_code == 409
    assert "Đúng là nhầm." in words(open_page(first, page))
    assert record not in links(open_page(first, page), ""), "it would lead nowhere"
    assert "Đã thực hiện" in words(open_page(first, "/approvals"))
    # Who did it stands at the record in the access log.
    assert "approvals.grant" in {each.route for each in noted(world, Act.REFUSED)}
    log = open_page(first, f"/admin/audit?record={quote(f'1/{FORM}/{visit}', safe='')}")
    assert "Đồng ý với tư cách người thứ hai" in words(log)
    assert "Đề nghị xóa" in words(log)


def test_who_a_record_is_about_is_erased_when_another_grants_it(world: World, enter: Enter) -> None:
    [visit] = visits(world, 1)
    record = f"/records/{FORM}/{quote(visit, safe='')}"
    second, first = enter(colleague(world, ADMINISTRATOR)), enter(world.admin)
    [way] = links(open_page(first, record), "Xóa thông tin cá nhân")
    assert first.get(f"{record}/edit").status_code == 200
    assert "bị xóa vĩnh viễn" in words(open_page(first, way))
    page = post(first, way, reason="Hết thời hạn lưu giữ hồ sơ").headers["Location"]
    assert post(first, f"{page}/grant").status_code == 403
    assert "Tên, câu chữ, vị trí, ảnh" in words(open_page(second, page))
    assert post(second, f"{page}/grant").status_code == 303
    shown = open_page(first, record)
    assert "đã bị xóa vĩnh viễn ngày" in words(shown)
    assert "Hết thời hạn lưu giữ hồ sơ" in words(shown)
    assert links(shown, "Xóa thông tin cá nhân") == []
    assert first.get(f"{record}/edit").status_code == 409, "before anything is filled in"
    assert post(first, way, reason="Hết thời hạn lưu giữ hồ sơ").status_code == 409
    [left] = world.records(FORM)
    assert left.media == ()


def test_a_person_is_erased_in_a_register_when_another_grants_it(
    world: World, enter: Enter
) -> None:
    world.publish(registers.form())
    made = registers.created("Bé Tường Vi", thon="Khu 4")
    world.send(made.xml, by=world.hong)
    registers.worked_off(world)
    entry = f"/lists/tre/{registers.CHILD}"
    second, first = enter(colleague(world, ADMINISTRATOR)), enter(world.admin)
    [way] = links(open_page(first, entry), "Xóa dữ liệu của người này")
    assert "1 phiếu chỉ còn để thống kê" in words(open_page(first, way))
    assert post(first, way, reason="cũ").status_code == 400
    page = post(first, way, reason="Gia đình đề nghị xóa dữ liệu").headers["Location"]
    assert post(second, f"{page}/grant").status_code == 303
    registers.worked_off(world)
    assert "Bé Tường Vi" not in words(open_page(first, "/lists/tre"))
    found = registers.entry(world)
    assert found is not None
    assert not found.state.exists
    record = world.record("so_tre", made.instance_id)
    assert record is not None
    assert b"Khu 4" not in record.current.xml
    lan = enter(world.lan)
    assert lan.get(way).status_code == 403


def test_who_may_not_delete_sees_no_way_to_ask(world: World, enter: Enter) -> None:
    [visit] = visits(world, 1)
    record = f"/records/{FORM}/{quote(visit, safe='')}"
    lan = enter(world.lan)
    assert not links(open_page(lan, record), "Xóa phiếu này")
    assert lan.get(f"{record}/delete").status_code == 403
    # Where one alone may, it is said that nobody can grant it.
    admin = enter(world.admin)
    asking = post(admin, f"{record}/delete", reason="Gửi nhầm khi tập huấn ở xã")
    assert "Chưa có ai khác được đồng ý" in words(open_page(admin, asking.headers["Location"]))


def test_more_than_one_may_alone_leaves_when_another_granted_it(
    strict: World, enter: Enter
) -> None:
    visits(strict, 3)
    nga = colleague(strict)
    lan, second = enter(strict.lan), enter(nga)
    csv = f"/records/{FORM}/export/csv"
    stopped = lan.get(f"{csv}?state=received")
    assert stopped.status_code == 303
    way = stopped.headers["Location"]
    assert way.startswith(NEW)
    page = open_page(lan, way)
    assert "tối đa 2 phiếu hoặc mục mỗi ngày" in words(page)
    assert "Chỉ gồm: Trạng thái: Mới nhận" in words(page)
    assert page.xpath("//select[@id='thing']/option[@selected]/@value") == [f"records/{FORM}"]
    assert post(lan, "/approvals", thing=f"records/{FORM}", office="VP09").status_code == 400
    page = asked(lan, state="received")
    assert lan.get(f"{csv}?state=received").status_code == 303, "not granted yet"
    assert post(second, f"{page}/grant").status_code == 303
    granted = open_page(lan, page)
    assert "Hiệu lực đến" in words(granted)
    [way, *_] = links(granted, "Bảng CSV")
    # The visits came from an office below the one that was granted.
    for path in (way, f"{csv}?state=received", f"{csv}?state=received&office=VP02"):
        got = lan.get(path)
        assert got.status_code == 200, path
        assert len(got.get_data(as_text=True).splitlines()) == 4
    assert lan.get(csv).status_code == 303, "more than was granted"
    assert second.get(f"{csv}?state=received").status_code == 303, "granted to another"
    taken = noted(strict, Act.EXPORTED)
    assert len(taken) >= 3
    assert any(each.startswith("approval:") for entry in taken for each in entry.things)
    # Whoever granted it may end it, and the time ends it by itself.
    assert post(second, f"{page}/refuse").status_code == 400, "with words"
    assert post(second, f"{page}/refuse", words="Báo cáo đã xong.").status_code == 303
    assert lan.get(f"{csv}?state=received").status_code == 303
    page = asked(lan, state="received")
    assert post(second, f"{page}/grant").status_code == 303
    assert lan.get(f"{csv}?state=received").status_code == 200
    strict.clock.move(days=8)
    assert enter(strict.lan).get(f"{csv}?state=received").status_code == 303


def test_what_belongs_to_no_office_is_counted_as_well(strict: World) -> None:
    house, at = strict.house, strict.clock()
    most = TakingOut(Concern("lists", "tre", ""), ["1", "2", "3"], (), {})
    with pytest.raises(TakesTwo):
        let_out(house.stores, house.shelf, strict.lan.actor, most, most=2, at=at)


def test_copies_of_one_person_after_another_are_counted(strict: World, enter: Enter) -> None:
    strict.publish(registers.form())
    children = [f"{number}d0c2b1a-9f8e-4d7c-8b6a-5f4e3d2c1b0a" for number in range(3)]
    for each in children:
        strict.send(registers.created("Bé Tường Vi", child=each, thon="Khu 4").xml, by=strict.hong)
    registers.worked_off(strict)
    admin = enter(strict.admin)
    copies = [admin.get(f"/lists/tre/{each}/data.zip").status_code for each in children]
    assert copies == [200, 303, 303], "an entry and the record that made it"
    assert admin.get(f"/lists/tre/{children[0]}/data.zip").status_code == 200, "again"


def test_copies_for_requests_and_single_records_are_counted(strict: World, enter: Enter) -> None:
    """Request by request, or page by page, it is as much as in one file."""
    ways = [f"/records/{FORM}/{quote(each, safe='')}" for each in visits(strict, 3)]
    lan = enter(strict.lan)
    got = [lan.get(f"{each}/data.json").status_code for each in ways]
    assert got == [200, 200, 303]
    assert lan.get(f"{ways[0]}/data.json").status_code == 200, "again"
    assert lan.get(ways[2]).status_code == 200, "pages are read by eye"
    taken = noted(strict, Act.EXPORTED)
    assert len(taken) == 3, "a file is carried off, not looked at"
    admin = enter(strict.admin)

    def copied(*about: str) -> int:
        asked = note(admin, fields(strict, wish="see", concerns="\n".join(about)))
        return admin.get(f"{asked}/data.zip").status_code

    assert copied(ways[0]) == 200
    assert copied(*ways) == 303


def test_without_names_it_is_all_or_nothing_and_counts_like_any_other(
    strict: World, enter: Enter
) -> None:
    give_registers(strict.house.stores, FORMS, 1)
    made = [record_of(FORM, each).without_files() for each in range(1, 6)]
    for each in made:
        strict.send(at_household(0, each.xml))
    ids = [each.instance_id for each in made]
    lan = enter(strict.lan)
    [link] = links(open_page(lan, f"/records/{FORM}"), "CSV không có tên")
    assert lan.get(link).status_code == 303
    assert post(enter(colleague(strict)), f"{asked(lan)}/grant").status_code == 303

    def numbers(query: str) -> list[str]:
        told = lan.get(f"{link}{query}").get_data()
        assert not any(each.encode() in told for each in ids)
        return [each["number"] for each in read_csv(told.removeprefix(BOM_UTF8))]

    assert numbers("") == ["left-out"], "five visits to one household are of one"
    for at, each in enumerate(made[1:], start=1):
        strict.send(at_household(at, each.edited().xml))
    everybody = ["1", "2", "3", "4", "5", "left-out"]
    assert numbers("") == numbers("?state=approved") == everybody
    assert len(noted(strict, Act.EXPORTED)) == 3


def test_what_was_granted_for_one_office_is_for_no_other(strict: World, enter: Enter) -> None:
    visits(strict, 3)
    nga, lan, csv = colleague(strict), enter(strict.lan), f"/records/{FORM}/export/csv"
    page = asked(lan, office="VP02")
    assert post(enter(nga), f"{page}/grant").status_code == 303
    assert lan.get(f"{csv}?office=VP02").status_code == 200
    assert lan.get(csv).status_code == 303, "of all offices"
    # Whoever came to more offices since has no more to take out.
    page = asked(lan)
    assert post(enter(nga), f"{page}/grant").status_code == 303
    assert lan.get(csv).status_code == 200
    grants = (*strict.lan.actor.grants, Grant(CASE_MANAGER, "VP09"))
    actors = strict.house.stores.actors
    assert actors.set_grants(strict.lan.actor, grants, within=("*", "VP01", "VP09"))
    assert lan.get(csv).status_code == 303
    assert lan.get(f"{csv}?office=VP01").status_code == 200


def test_what_one_may_alone_is_counted_over_a_day(strict: World, enter: Enter) -> None:
    """Cut into small parts it is as much as in one."""
    visits(strict, 2)
    lan, csv = enter(strict.lan), f"/records/{FORM}/export/csv"
    for _ in range(3):
        assert lan.get(csv).status_code == 200, "the same again is not more"
    made = record_of(FORM, 3).without_files()
    strict.send(made.xml, by=strict.cuong)
    only = f"{csv}?office=VP03"
    assert lan.get(only).status_code == 303
    assert enter(strict.minh).get(csv).status_code == 200, "each for themselves"
    strict.clock.move(days=1)
    assert enter(strict.lan).get(only).status_code == 200


def test_a_program_takes_out_no_more_than_its_owner(
    strict: World, app: Flask, enter: Enter
) -> None:
    nga, visited = colleague(strict), visits(strict, 3)
    one = f"/forms/{FORM}/submissions"
    for path in (f"{one}.csv", f"{one}.csv.zip", one):
        refused = get(app, strict.lan, path)
        assert refused.status_code == 403, path
        assert "Việc cần hai người" in refused.get_json()["message"]
    assert get(app, strict.lan, f"{one}?limit=2").status_code == 200
    got = [get(app, strict.lan, f"{one}/{each}.xml").status_code for each in visited]
    assert sorted(got) == [200, 200, 403]
    page = asked(enter(strict.lan), days="90")
    assert post(enter(nga), f"{page}/grant").status_code == 303
    strict.clock.move(days=60)
    for path in (f"{one}.csv", one, *(f"{one}/{each}.xml" for each in visited)):
        assert get(app, strict.lan, path).status_code == 200, path
    strict.clock.move(days=31)
    assert get(app, strict.lan, f"{one}.csv").status_code == 403


def test_a_register_is_as_much_as_its_entries(strict: World, app: Flask, enter: Enter) -> None:
    strict.publish(registers.form())
    nga, ids = colleague(strict), "aaaaaaaa-1111-4222-8333-44445555666"
    for last in range(3):
        strict.send(registers.created(f"Bé {last}", f"{ids}{last}").xml)
    registers.worked_off(strict)
    list_name = registers.CHILDREN.name
    paths = (f"/datasets/{list_name}/entities.csv", f"/datasets/{list_name}.svc/Entities?$top=1")
    for path in (*paths, f"/datasets/{list_name}/entities"):
        assert get(app, strict.lan, path).status_code == 403, path
    lan = enter(strict.lan)
    page = asked(lan, thing=f"lists/{list_name}")
    assert f"Tất cả mục trong Sổ {list_name}" in words(open_page(lan, page))
    assert post(enter(nga), f"{page}/grant").status_code == 303
    for path in paths:
        assert get(app, strict.lan, path).status_code == 200, path


def test_who_takes_nothing_out_asks_for_nothing(world: World, enter: Enter) -> None:
    reader = enter(colleague(world, "school_office"))
    assert not links(open_page(reader, "/approvals"), "Đề nghị tải xuống dữ liệu")
    assert reader.get(NEW).status_code == 403
    assert "hai người" not in words(open_page(reader, "/"))


def test_the_second_person_is_of_the_same_office_or_above(strict: World, enter: Enter) -> None:
    visits(strict, 1)
    page = asked(enter(strict.lan))
    minh = enter(strict.minh)
    assert minh.get(page).status_code == 404
    assert post(minh, f"{page}/grant").status_code == 404
    assert not links(open_page(minh, "/approvals"), "Tải xuống dữ liệu")
    below = enter(colleague(strict, office="VP02"))
    assert below.get(page).status_code == 404
    assert links(open_page(enter(strict.admin), "/approvals"), "Tải xuống dữ liệu") == [page]


def test_what_was_asked_for_can_be_taken_back(strict: World, enter: Enter) -> None:
    lan, second = enter(strict.lan), enter(colleague(strict))
    page = asked(lan, collaborator=strict.hong.actor.id)
    for path in (page, f"{NEW}?collaborator={strict.hong.actor.id}"):
        assert "Cộng tác viên: Máy của Hồng" in words(open_page(lan, path))
    far = open_page(lan, f"{NEW}?collaborator={strict.thao.actor.id}")
    assert "Cộng tác viên:" not in words(far), "no phone of another region is named"
    assert "Chưa có ai khác được đồng ý" not in words(open_page(lan, page))
    assert post(second, f"{page}/take-back").status_code == 403
    assert post(lan, f"{page}/take-back").status_code == 303
    assert "Đã rút lại" in words(open_page(lan, page))
    assert post(second, f"{page}/grant").status_code == 409


def test_hostile_words_stay_words(strict: World, enter: Enter) -> None:
    page = asked(enter(strict.lan), reason="<script>alert(1)</script> <b>x</b>")
    second = enter(colleague(strict))
    assert not open_page(second, page).xpath("//section//script|//section//b")
    assert post(second, f"{page}/refuse", words="<i>không</i>").status_code == 303
    assert not open_page(second, page).xpath("//section//i")
