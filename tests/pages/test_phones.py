"""Who is connected, as a case manager sees it."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import Flask

from server.access.verbs import CASE_MANAGER
from server.app import create_app
from server.model.people import Grant
from server.model.scope import WHOLE_HOUSE
from server.processing.accounts.people import renew_phone
from server.storage.offices import Change
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, words
from tests.phone import Phone
from tests.records import record_of
from tests.world import Person, World, forgery_token, sign_in


def names(page: object) -> list[str]:
    return [words(each) for each in page.xpath("//th[@scope='row']")]  # type: ignore[attr-defined]


def test_a_new_phone_is_shown_with_its_code_and_listed_first(world: World, enter: Enter) -> None:
    lan = enter(world.lan)
    fields = {"csrf_token": forgery_token(lan, "/phones"), "office": "VP02"}
    answer = lan.post("/phones", data={**fields, "name": "  CTV   Bùi Thị Lan "})
    assert answer.status_code == 200
    assert "Mã QR kết nối CTV Bùi Thị Lan" in answer.get_data(as_text=True)
    assert names(open_page(lan, "/phones"))[0] == "CTV Bùi Thị Lan"


def test_a_phone_without_a_name_is_not_made_and_what_was_chosen_stays(
    world: World, enter: Enter
) -> None:
    lan = enter(world.lan)
    before = names(open_page(lan, "/phones"))
    fields = {"csrf_token": forgery_token(lan, "/phones"), "name": " ", "office": "VP03"}
    answer = lan.post("/phones", data=fields)
    assert answer.status_code == 400
    page = answer.get_data(as_text=True)
    assert 'aria-invalid="true"' in page
    assert '<option value="VP03" selected>' in page
    assert names(open_page(lan, "/phones")) == before


def test_no_office_is_chosen_for_whoever_connects_a_phone(world: World, enter: Enter) -> None:
    """The first of a list would be another commune's children; the only one there is, is meant."""
    first = "//select[@id='office']/option[1]/@value"
    chosen = "//select[@id='office']/option[@selected]/@value"
    page = open_page(enter(world.lan), "/phones")
    assert (page.xpath(first), page.xpath(chosen)) == ([""], [""])
    assert page.xpath("//select[@id='office']/@required")
    page = open_page(
        enter(world.hire("cx@ctxh.example", "Vũ Cúc", CASE_MANAGER, "VP04")), "/phones"
    )
    assert page.xpath(first) == ["VP04"]
    page = open_page(enter(world.admin), "/approvals/new")
    assert (page.xpath(first), page.xpath(chosen)) == ([""], [""]), "nor the whole house"


def test_a_disconnected_phone_is_refused_at_once_and_stands_apart(
    world: World, enter: Enter
) -> None:
    lan = enter(world.lan)
    world.house.door.phone(world.hong.token)
    path = f"/phones/{world.hong.actor.id}/disconnect"
    answer = lan.post(path, data={"csrf_token": forgery_token(lan, "/phones")})
    assert answer.status_code == 303
    assert "Máy của Hồng" not in names(open_page(lan, "/phones"))
    [ended] = links(open_page(lan, "/phones"), "Điện thoại đã ngắt (1)")
    page = open_page(lan, ended)
    assert names(page) == ["Máy của Hồng"]
    assert "Đã ngắt" in words(page)
    assert lan.get(f"/v1/key/{world.hong.token}/projects/1/formList").status_code == 403


def test_a_colleague_cannot_be_disconnected_like_a_phone(world: World, enter: Enter) -> None:
    """Nor is it told that there is such a person."""
    lan = enter(world.lan)
    token = forgery_token(lan, "/phones")
    answer = lan.post(f"/phones/{world.lan.actor.id}/disconnect", data={"csrf_token": token})
    assert answer.status_code == 404
    assert lan.get("/phones").status_code == 200, "Lan is still signed in"
    assert world.house.stores.actors.by_id(world.lan.actor.id).active  # type: ignore[union-attr]


def test_silent_phones_are_counted_in_the_title(world: World, enter: Enter) -> None:
    for each in (world.hong, world.cuong):
        world.house.door.phone(each.token)
    world.clock.move(days=8)
    world.house.door.forget(world.cuong.actor.id)
    world.house.door.phone(world.cuong.token)
    title = words(open_page(enter(world.lan), "/phones").xpath("//h1")[0])
    assert title == "2 điện thoại đang kết nối, 1 máy im lặng quá 7 ngày"


def test_an_address_that_no_phone_can_reach_is_said_before_a_code_is_made(
    world: World, app: Flask, enter: Enter
) -> None:
    warned = "điện thoại không vào được"
    lan = enter(world.lan)
    assert warned in lan.get("/phones").get_data(as_text=True)
    by_name = lan.get("/phones", base_url="http://192.168.1.20:8080")
    assert by_name.status_code == 303, "another address is another browser session"
    public = replace(world.house.config, base_url="https://phieu.ctxh.example")
    client = create_app(replace(world.house, config=public)).test_client()
    # A cookie of an https address goes out over https alone.
    client.environ_base["wsgi.url_scheme"] = "https"
    sign_in(client, world.lan)
    assert warned not in client.get("/phones").get_data(as_text=True)


def test_a_phone_s_page_says_what_came_from_it_and_with_which_collect(
    world: World, enter: Enter, phone: Phone
) -> None:
    for _ in range(2):
        made = record_of("vang_gia").without_files()
        assert phone.send(made.xml, {}).done
    # One that nobody made here under the id of one that is here, and one that is none.
    other = made.saying(b"</data>", b"<!-- --><x/></data>")
    assert not phone.send(other.xml, {}).done
    assert not phone.send(b"<data", {}).done
    shown = open_page(enter(world.lan), f"/phones/{world.hong.actor.id}")
    page = words(shown)
    assert "2026.3.0" in page
    visits, unread = (words(each) for each in shown.xpath("//tbody/tr"))
    assert re.search(r" 3 2 1 giữ riêng 2 thiếu tệp ", visits), visits
    assert re.fullmatch(r"Không đọc được 1 0 1 giữ riêng –", unread), unread
    assert "2026.3.0" in words(open_page(enter(world.lan), "/phones"))


def test_a_new_code_for_a_phone_ends_the_old_one_at_once(world: World, enter: Enter) -> None:
    lan = enter(world.lan)
    old = world.hong.path
    assert lan.get(f"{old}/formList").status_code == 200
    path = f"/phones/{world.hong.actor.id}/renew"
    answer = lan.post(path, data={"csrf_token": forgery_token(lan, "/phones")})
    shown = answer.get_data(as_text=True)
    assert "Mã QR kết nối Máy của Hồng" in shown
    assert "data:image/svg+xml" in shown
    assert lan.get(f"{old}/formList").status_code == 403
    found = world.house.stores.actors.phones(WHOLE_HOUSE)
    assert [each.id for each in found].count(world.hong.actor.id) == 1
    house = world.house
    phone, token = renew_phone(
        house.stores,
        house.shelf,
        world.lan.actor,
        WHOLE_HOUSE,
        world.hong.actor.id,
        world.clock(),
    )
    assert phone.id == world.hong.actor.id, "its records stay its own"
    assert lan.get(f"/v1/key/{token}/projects/1/formList").status_code == 200


def test_a_phone_that_was_ended_is_connected_again_by_a_new_code_alone(
    world: World, enter: Enter
) -> None:
    lan, path = enter(world.lan), f"/phones/{world.hong.actor.id}"
    fields = {"csrf_token": forgery_token(lan, "/phones")}
    lan.post(f"{path}/disconnect", data=fields)
    assert "Kết nối lại" in words(open_page(lan, path))
    late = lan.post(f"{path}/renew", data=fields)  # on a page that was open before
    assert late.status_code == 409
    assert "Điện thoại này đã bị ngắt kết nối." in late.get_data(as_text=True)
    assert "Đã ngắt" in words(open_page(lan, path))
    assert lan.post(f"{path}/reconnect", data=fields).status_code == 200
    assert lan.get(f"{world.hong.path}/formList").status_code == 403
    assert "Đã ngắt" not in words(open_page(lan, path))


def test_the_role_is_chosen_and_shown_and_a_collaborator_s_is_offered_first(
    world: World, enter: Enter
) -> None:
    lan = enter(world.lan)
    page = open_page(lan, "/phones")
    offered = page.xpath("//input[@name='role']")
    assert [each.get("value") for each in offered] == ["collaborator", "phone"]
    assert [each.get("checked") is not None for each in offered] == [True, False]
    assert "Phiếu vãng gia" in words(page.xpath("//label[@for='role-1']")[0])
    fields = {"csrf_token": forgery_token(lan, "/phones"), "office": "VP02"}
    lan.post("/phones", data={**fields, "name": "Máy một"})
    lan.post("/phones", data={**fields, "name": "Máy hai", "role": "phone"})
    assert lan.post("/phones", data={**fields, "name": "x", "role": "inspector"}).status_code == 400
    first, second, *_ = world.house.stores.actors.phones(WHOLE_HOUSE)
    assert [each.grants for each in (first, second)] == [
        (Grant("phone", "VP02"),),
        (Grant("collaborator", "VP02"),),
    ]
    assert "Cộng tác viên cấp xã" in words(open_page(lan, f"/phones/{second.id}"))


def test_who_reads_less_connects_phones_that_get_less(world: World, enter: Enter) -> None:
    house = world.house

    def named(role: str) -> Person:
        return world.hire(f"{role}@ctxh.example", "Bùi Văn Chí", role)

    cluster = enter(named("cluster_office"))
    fields = {"csrf_token": forgery_token(cluster, "/phones"), "office": "VP02"}
    answer = cluster.post("/phones", data={**fields, "name": "Máy xã", "role": "phone"})
    assert answer.status_code == 200
    phone = house.stores.actors.phones(WHOLE_HOUSE)[0]
    assert phone.grants == (Grant("phone", "VP02", ("cluster_office",)),)
    shown = words(open_page(cluster, f"/phones/{phone.id}"))
    assert "không hơn những gì Văn phòng cấp huyện, khu vực được đọc" in shown
    # One of all forms that is there already: it can be ended, and its key be made by others.
    path = f"/phones/{world.hong.actor.id}"
    assert "Tạo mã QR mới" not in words(open_page(cluster, path))
    assert cluster.post(f"{path}/renew", data=fields).status_code == 403
    assert cluster.get(f"{world.hong.path}/formList").status_code == 200
    admin = enter(named("system_admin"))
    assert open_page(admin, "/phones").xpath("//form[.//input[@name='role']]") == []
    fields = {"csrf_token": forgery_token(admin, "/phones"), "office": "VP02"}
    assert admin.post("/phones", data={**fields, "name": "Máy lạ"}).status_code == 403
    assert admin.post(f"{path}/disconnect", data=fields).status_code == 303


def test_an_office_that_has_ended_gets_no_phone_and_nobody(world: World, enter: Enter) -> None:
    """What it had ended with it: nothing of it is brought back by a page that was open before."""
    house, admin = world.house, enter(world.admin)
    phone = f"/phones/{world.thao.actor.id}"
    fields = {"csrf_token": forgery_token(admin, "/phones"), "role": "case_manager"}
    ended = replace(house.shelf.offices()["VP10"], valid_to="2026-01-01")
    house.stores.offices.change(Change([ended]), world.clock())
    house.shelf.forget()
    assert admin.post(f"{phone}/disconnect", data=fields).status_code == 303
    asked = (
        (f"{phone}/reconnect", {}),
        ("/phones", {"name": "Máy mới", "office": "VP10", "role": "phone"}),
        ("/admin/people", {"name": "An", "email": "an@ctxh.example", "office": "VP10"}),
        (f"/admin/people/{world.minh.actor.id}/roles", {"office": "VP10"}),
    )
    for path, more in asked:
        answer = admin.post(path, data={**fields, **more})
        assert answer.status_code == 404, path
        assert "“VP10” không hoạt động vào hôm nay" in answer.get_data(as_text=True), path
    assert admin.get(f"{world.thao.path}/formList").status_code == 403
    assert 'value="VP10"' not in admin.get("/admin/people").get_data(as_text=True)
    alive = f"/phones/{world.cuong.actor.id}/renew"
    ended = replace(house.shelf.offices()["VP03"], valid_to="2026-01-01")
    house.stores.offices.change(Change([ended]), world.clock())
    house.shelf.forget()
    assert admin.post(alive, data=fields).status_code == 404
    assert admin.get(f"{world.cuong.path}/formList").status_code == 200, "as before"
