"""A case manager settles what two phones said, in a browser, in Vietnamese, by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, expect

from server.routes.pages.registers import registers as registers_page
from tests import registers
from tests.browser.test_tap_to_read import WIDTHS, enter_by_keyboard, tab_to, violations
from tests.registers import CHILD, CHILDREN, changed, created, entry, worked_off
from tests.world import World

pytestmark = pytest.mark.browser

HERE = f"/lists/tre/{CHILD}"


def two_words(world: World) -> None:
    world.publish(registers.form())
    world.send(created("Bé Na (2015)", muc="thap", thon="Khu 1").xml)
    world.send(changed(1, "1", "", muc="tb").xml, by=world.hong)
    world.send(changed(1, "1", "", muc="cao", di_hoc="co").xml, by=world.spare)
    worked_off(world)


def test_she_chooses_between_two_words_by_keyboard(world: World, server: str, page: Page) -> None:
    """R39: two phones changed one field without a network."""
    two_words(world)
    enter_by_keyboard(page, server, world.lan.email)
    page.goto(f"{server}/lists/tre")
    page.get_by_role("link", name="Bé Na (2015)").first.click()
    tab_to(page, "input[type=radio]")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("input[type=radio]:checked").get_attribute("value")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.is-done")).to_contain_text("Đã lưu quyết định")
    found = entry(world)
    assert found is not None
    assert (found.state.conflict, found.state.data["muc"]) == (None, chosen)


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_everybody_can_read_the_registers(
    world: World,
    server: str,
    page: Page,
    width: int,
    height: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registers_page, "PAGE", 1)
    two_words(world)
    world.send(changed(1, "1", "", muc="khong").xml, by=world.thao)
    worked_off(world)
    page.set_viewport_size({"width": width, "height": height})
    enter_by_keyboard(page, server, world.admin.email)
    world.house.stores.entity_lists.set_option(CHILDREN, "assigned_only", "everybody")
    for path in ("/lists", "/lists/tre", HERE, "/lists/tre/workers"):
        page.goto(server + path)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(server + HERE)
    page.select_option("#worker", "")
    page.locator("section[aria-labelledby=after-title] button").click()
    expect(page.locator(".notice.is-done")).to_be_visible()
    page.goto(f"{server}/lists/tre")
    tab_to(page, "main .btn-quiet")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    sheet = f"name,label,__office,muc\n{CHILD},,,cao\n,Bé Tí (2016),VP02,thap\n"
    page.goto(f"{server}/lists/tre")
    file = FilePayload(name="so.csv", mimeType="text/csv", buffer=sheet.encode())
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Xem trước thay đổi").click()
    expect(page.locator("#title")).to_contain_text("1 mục mới")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Thực hiện").click()
    expect(page.locator(".notice.is-done")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Trở lại sổ").click()
    expect(page.get_by_role("heading", name="Các lần nhập")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("/")
    page.keyboard.type("be")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server}/lists/tre/find")
    tab_to(page, "#more button")
    page.keyboard.press("Enter")
    expect(page.locator(".row-link")).to_have_text(["Bé Na (2015)", "Bé Tí (2016)"])
    expect(page.locator(".row-link").nth(1)).to_be_focused()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
