"""What phones get of a register, and on whose phone each entry is."""

from __future__ import annotations

from tests.pages.conftest import Enter
from tests.pages.looking import open_page, words
from tests.pages.test_access_log import logged
from tests.pages.test_registers import HERE, register
from tests.registers import CHILD, CHILDREN, created, worked_off
from tests.world import World, forgery_token

__all__ = ["register"]


def test_who_publishes_forms_chooses_what_phones_get_of_a_register(
    register: World, enter: Enter
) -> None:
    register.send(created("Nguyễn Văn An (2015)", thon="Khu 1").xml)
    worked_off(register)
    admin, lan = enter(register.admin), enter(register.lan)
    shown = words(open_page(admin, "/lists/tre"))
    assert "Mỗi điện thoại nhận các mục của văn phòng mình." in shown
    assert "Họ tên ở đó được viết tắt (N.V. An)." in shown
    token = forgery_token(admin, "/lists/tre")
    chosen = {"full_names": "on", "assigned_only": "collaborators", "names": ["thon", "x"]}
    answer = admin.post("/lists/tre/phones", data={"csrf_token": token, **chosen})
    assert answer.status_code == 303
    its_list = register.house.stores.entity_lists.get(CHILDREN)
    assert (its_list.full_names, its_list.names) == (True, ("thon",))
    assert its_list.assigned_only == "collaborators"
    page = open_page(admin, "/lists/tre")
    assert page.xpath("//input[@name='names' and @checked]/@value") == ["thon"]
    assert "register_options.set_phones" in {each.entry.route for each in logged(register)}
    token = forgery_token(lan, "/lists/tre")
    assert open_page(lan, "/lists/tre").xpath("//input[@name='full_names']") == []
    assert lan.post("/lists/tre/phones", data={"csrf_token": token}).status_code == 403


def test_an_entry_is_given_to_a_phone_of_its_office_by_whoever_hands_out_work(
    register: World, enter: Enter
) -> None:
    register.send(created().xml)
    worked_off(register)
    lan, stores = enter(register.lan), register.house.stores
    assert "Ở điện thoại của ai" not in words(open_page(lan, HERE)), "all of the office have it"
    stores.entity_lists.set_option(CHILDREN, "assigned_only", "everybody")
    page = open_page(lan, HERE)
    assert "Máy của Hồng, người lập mục này" in words(page)
    assert page.xpath("//option[@selected]/text()") == ["Máy của Hồng"]
    offered = set(page.xpath("//select[@name='worker']/option/text()"))
    assert "Máy của Cường" not in offered, "it is another commune's"
    fields = {"csrf_token": forgery_token(lan, HERE)}
    lan.post(f"{HERE}/worker", data={**fields, "worker": register.lan.actor.id})
    assert "Nguyễn Thị Lan, do Nguyễn Thị Lan" in words(open_page(lan, HERE))
    other = {**fields, "worker": register.cuong.actor.id}
    assert lan.post(f"{HERE}/worker", data=other).status_code == 400
    lan.post(f"{HERE}/worker", data={**fields, "worker": ""})
    assert "không điện thoại nào có mục này" in words(open_page(lan, HERE))
    minh = enter(register.minh)
    fields = {"csrf_token": forgery_token(minh, "/lists/tre"), "worker": ""}
    assert minh.post(f"{HERE}/worker", data=fields).status_code == 404


def test_all_that_one_phone_has_is_given_to_another_where_that_takes_it_along(
    register: World, enter: Enter
) -> None:
    other = CHILD.replace("3d0c", "4e1d")
    far = CHILD.replace("3d0c", "5f2e")
    for child, phone in ((CHILD, register.hong), (other, register.spare), (far, register.thao)):
        register.send(created(child=child, thon=f"Khu  {phone.office}").xml, by=phone)
    worked_off(register)
    stores, here = register.house.stores, "/lists/tre/workers"
    admin, lan = enter(register.admin), enter(register.lan)
    assert lan.get(here).status_code == 404, "all of an office have its entries"
    stores.entity_lists.set_option(CHILDREN, "assigned_only", "everybody")
    page = open_page(admin, here)
    assert sorted(map(words, page.xpath("//th[@scope='row']"))) == [
        "Máy của Hồng",
        "Máy của Thảo",
        "Máy dự phòng",
    ]
    assert "Thảo" not in words(open_page(lan, here)), "of another region"
    house, hong, cuong = register.house, register.hong.actor.id, register.cuong.actor.id

    def give(before: str, to: str, **only: str) -> int:
        fields = {"csrf_token": forgery_token(admin, here), "before": before, "to": to}
        return admin.post(here, data={**fields, **only}).status_code

    assert give(hong, cuong) == 303
    assert "Còn lại 1 mục" in words(open_page(admin, here)), "it is of another commune"
    assert give(hong, "x") == 400
    spare = register.spare.actor.id
    assert give(hong, spare, property="thon", value="Khu 3") == 303
    assert "Chưa giao mục nào" in words(open_page(admin, here))
    assert give(hong, spare, property="x", value="Khu 3") == 400
    assert house.stores.entity_workers.named(CHILDREN) == {}
    assert give(hong, spare, property="thon", value="khu vp02") == 303
    assert house.stores.entity_workers.named(CHILDREN) == {CHILD: register.spare.actor.id}
    assert "Ai theo dõi mục nào" in words(open_page(lan, "/lists/tre"))
    assert "Đã ngắt" not in words(open_page(lan, here))
    stores.actors.end(register.spare.actor.id, register.clock())
    shown = words(open_page(lan, here))
    assert "Máy dự phòng Đã ngắt" in shown, "their entries are on no phone"
