"""An administrator fills a register from a file: she sees it first, and can take it back."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import registers
from tests.pages.conftest import Enter
from tests.pages.looking import open_page, words
from tests.registers import CHILD, entry, said_of
from tests.world import World, forgery_token

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
