"""An administrator fills a register from a file: she sees it first, and can take it back."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.access.verbs import ADMINISTRATOR
from server.errors import DatabaseDown
from server.model.scope import WHOLE_HOUSE
from server.processing.recovery.replay import replay
from server.processing.registers import entity_import
from server.processing.registers.entities import bring_in_step
from tests import registers
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, words
from tests.registers import CHILD, created, entry, said_of, worked_off
from tests.sheets import workbook_of
from tests.world import Person, World, forgery_token

OTHER = CHILD.replace("3d0c", "4e1d")
FAR = CHILD.replace("3d0c", "5f2e")
HERE = "/lists/tre"
GOOD = f"name,label,__office,muc,ghi_chu\n{CHILD},Bé Na,VP02,thap,<b>\n"
WRONG = f"name,label,__office\n{CHILD},Bé Na,VP77\n"


@pytest.fixture
def register(world: World) -> World:
    world.publish(registers.form())
    return world


def hand_in(client: FlaskClient, content: str) -> TestResponse:
    file = (io.BytesIO(content.encode()), "so.csv")
    fields = {"csrf_token": forgery_token(client, HERE), "file": file}
    answer = client.post(f"{HERE}/import", data=fields)
    assert answer.status_code == 303
    return answer


def press(client: FlaskClient, page_path: str, action: str) -> TestResponse:
    return client.post(action, data={"csrf_token": forgery_token(client, page_path)})


def test_she_sees_what_would_change_does_it_and_takes_it_back(
    register: World, enter: Enter
) -> None:
    admin = enter(register.admin)
    look = hand_in(admin, GOOD).headers["Location"]
    page = open_page(admin, look)
    assert page.xpath("//h1")[0].text == "1 mục mới, 0 mục thay đổi, 0 mục giữ nguyên"
    assert "muc: thap; ghi_chu: <b>" in words(page)
    assert "Cột mới: ghi_chu" in words(page)
    assert entry(register) is None
    done = press(admin, look, look).headers["Location"]
    assert said_of(register) == {"muc": "thap", "ghi_chu": "<b>"}
    again = open_page(admin, look)
    assert again.xpath("//h1")[0].text == "0 mục mới, 0 mục thay đổi, 1 mục giữ nguyên"
    assert press(admin, done, f"{done}/undo").status_code == 303
    found = entry(register)
    assert found is not None
    assert not found.state.exists


def test_with_a_mistake_it_cannot_be_done_and_the_line_is_named(
    register: World, enter: Enter
) -> None:
    admin = enter(register.admin)
    look = hand_in(admin, WRONG).headers["Location"]
    page = open_page(admin, look)
    assert "Dòng 2: không có văn phòng VP77" in words(page)
    assert page.xpath("//main//form") == []
    fields = {"csrf_token": forgery_token(admin, HERE)}
    assert admin.post(look, data=fields).status_code == 400
    assert entry(register) is None


def test_a_file_that_is_none_is_refused_in_words(register: World, enter: Enter) -> None:
    admin = enter(register.admin)
    assert hand_in(admin, "ten,tuoi\nNa,5\n").headers["Location"] == HERE
    assert "dòng đầu của tệp phải có cột" in words(open_page(admin, HERE)).lower()


def damaged_workbook() -> bytes:
    """It opens; its sheet ends in the middle."""
    whole, broken = (
        zipfile.ZipFile(io.BytesIO(workbook_of({"so": [["name", "label"]]}))),
        io.BytesIO(),
    )
    with zipfile.ZipFile(broken, "w") as file:
        for each in whole.namelist():
            content = whole.read(each)
            file.writestr(each, content[: len(content) // 2] if "sheet1" in each else content)
    return broken.getvalue()


def test_a_damaged_workbook_is_refused_in_words(register: World, enter: Enter) -> None:
    admin = enter(register.admin)
    file = (io.BytesIO(damaged_workbook()), "so.xlsx")
    fields = {"csrf_token": forgery_token(admin, HERE), "file": file}
    assert admin.post(f"{HERE}/import", data=fields).headers["Location"] == HERE
    assert "Không mở được tệp Excel này" in words(open_page(admin, HERE))


def breaking_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first entry."""
    done: list[object] = []

    def once(*arguments: object) -> object:
        if done:
            raise DatabaseDown
        done.append(arguments)
        return bring_in_step(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(entity_import, "bring_in_step", once)


def test_what_was_broken_off_is_listed_and_ended(
    register: World, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import, then its undoing: each stops after the first of two entries."""
    admin = enter(register.admin)
    look = hand_in(admin, f"{GOOD}{OTHER},Bé Tí,VP02,cao,\n").headers["Location"]
    with monkeypatch.context() as broken:
        breaking_off(broken)
        assert press(admin, look, look).status_code == 503
    page = open_page(admin, HERE)
    assert "Chưa xong hoặc bị ngắt giữa chừng" in words(page)
    [done] = links(page, register.admin.actor.name)
    assert press(admin, done, f"{done}/end").status_code == 303
    assert (said_of(register)["muc"], said_of(register, OTHER)["muc"]) == ("thap", "cao")
    assert "Đã xong" in words(open_page(admin, done))
    with monkeypatch.context() as broken:
        breaking_off(broken)
        assert press(admin, done, f"{done}/undo").status_code == 503
    assert "Mới rút lại một phần" in words(open_page(admin, done))
    assert press(admin, done, f"{done}/undo").status_code == 303
    for child in (CHILD, OTHER):
        found = entry(register, child)
        assert found is not None
        assert not found.state.exists
    assert "Đã rút lại" in words(open_page(admin, done))
    stores = register.house.stores
    its = stores.entity_imports.find(WHOLE_HOUSE, done.rpartition("/")[2])
    stores.entity_imports._imports.drop()
    replay(register.house.intake, lambda _: None)
    assert stores.entity_imports.find(WHOLE_HOUSE, done.rpartition("/")[2]) == its
    assert replay(register.house.intake, lambda _: None).healed == 0


def hoa_of(register: World) -> Person:
    """An administrator of Hạ Long."""
    return register.hire("hoa@ctxh.example", "Vũ Thị Hoa", ADMINISTRATOR)


def test_who_imports_for_some_offices_reaches_no_others(register: World, enter: Enter) -> None:
    """She fills her own offices, and finds nothing of Tiên Yên's."""
    register.send(created("Bé Xa", FAR).xml, by=register.thao)
    worked_off(register)
    hoa, admin = enter(hoa_of(register)), enter(register.admin)
    sheet = f"name,label,__office\n{FAR},Bé Gần,\n{CHILD},Bé Na,VP10\n{OTHER},Bé Tí,\n"
    page = open_page(hoa, hand_in(hoa, sheet).headers["Location"])
    assert f"Dòng 2: mục {FAR} không thuộc các văn phòng của bạn" in words(page)
    assert "Dòng 3: văn phòng VP10 không phải của bạn" in words(page)
    look = hand_in(hoa, f"name,label\n{OTHER},Bé Tí\n").headers["Location"]
    assert press(hoa, look, look).status_code == 303
    made = entry(register, OTHER)
    assert made is not None
    assert (made.office, made.within[-1]) == ("VP01", "VP01")
    look = hand_in(admin, GOOD).headers["Location"]
    done = press(admin, look, look).headers["Location"]
    open_page(hoa, done, 404)
    assert press(hoa, HERE, f"{done}/undo").status_code == 404
    assert press(admin, HERE, f"{done}/undo".replace("/tre/", "/tre_em/")).status_code == 404
    assert said_of(register)["muc"] == "thap"


def test_what_was_handed_in_is_shown_to_nobody_else(register: World, enter: Enter) -> None:
    """A hash alone would open any file of the house."""
    admin = enter(register.admin)
    look = hand_in(admin, GOOD).headers["Location"]
    assert admin.get(look).status_code == 200
    sha256 = hashlib.sha256(GOOD.encode()).hexdigest()
    elsewhere = look.replace("/lists/tre/", "/lists/van_phong/")
    for path in (f"{HERE}/import/{sha256}", elsewhere, look[:-1]):
        assert admin.get(path).status_code == 404
    assert enter(hoa_of(register)).get(look).status_code == 404


def test_two_communes_may_each_have_a_child_of_one_name(register: World, enter: Enter) -> None:
    admin = enter(register.admin)
    sheet = "label,__office\nBé Na,VP02\nBé Na,VP03\nBé Na,VP10\n"
    look = hand_in(admin, sheet).headers["Location"]
    title = open_page(admin, look).xpath("//h1")[0].text
    assert title == "3 mục mới, 0 mục thay đổi, 0 mục giữ nguyên"


def test_a_column_name_with_control_characters_is_refused_in_words(
    register: World, enter: Enter
) -> None:
    admin = enter(register.admin)
    assert hand_in(admin, "label,a\0b\nBé Na,1\n").headers["Location"] == HERE
    assert "có ký tự điều khiển" in words(open_page(admin, HERE))


def test_a_case_manager_does_not_fill_registers(register: World, enter: Enter) -> None:
    lan = enter(register.lan)
    assert open_page(lan, HERE).xpath("//input[@type='file']") == []
    fields = {"csrf_token": forgery_token(lan, HERE), "file": (io.BytesIO(b"x"), "x.csv")}
    assert lan.post(f"{HERE}/import", data=fields).status_code == 403


def test_an_office_s_kind_in_its_register_is_said_in_words(world: World, enter: Enter) -> None:
    admin, here = enter(world.admin), "/lists/van_phong"
    content = f"name,label,__office,cap\n{CHILD},Văn phòng xã Quảng La,VP02,xa\n"
    fields = {
        "csrf_token": forgery_token(admin, here),
        "file": (io.BytesIO(content.encode()), "van_phong.csv"),
    }
    look = admin.post(f"{here}/import", data=fields).headers["Location"]
    assert press(admin, look, look).status_code == 303
    assert "Văn phòng CTXH cấp xã" in words(open_page(admin, f"{here}/{CHILD}"))
