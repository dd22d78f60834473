"""Two communes merge in a browser, in Vietnamese, by keyboard, on two widths."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.test_tap_to_read import WIDTHS, enter_by_keyboard, tab_to, violations
from tests.world import World

pytestmark = pytest.mark.browser


def test_she_merges_two_communes(world: World, server: str, page: Page) -> None:
    def is_well() -> None:
        for width, height in WIDTHS:
            page.set_viewport_size({"width": width, "height": height})
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width

    enter_by_keyboard(page, server, world.admin.email)
    page.goto(f"{server}/admin/offices?of=VP01")
    is_well()
    file = FilePayload(name="u.csv", mimeType="text/csv", buffer=b"code,label,parent\nX,Y,VP01\n")
    page.set_input_files("#file", file)
    page.click("form:has(#file) button")
    expect(page.locator("#title")).to_contain_text("1 đơn vị mới")
    is_well()
    page.goto(f"{server}/admin/offices?of=VP01")
    for code in ("VP02", "VP03"):
        tab_to(page, f"input[value={code}]")
        page.keyboard.press("Space")
    tab_to(page, "main form:not([role=search]) button")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text("Thay đổi đơn vị")
    is_well()
    page.fill("#code1", "06676")
    page.fill("#label1", "Văn phòng CTXH phường Hà Lầm")
    tab_to(page, "main form:not([role=search]) button")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_contain_text("Những gì thay đổi")
    is_well()
    tab_to(page, "main form:not([role=search]) button")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.is-done")).to_contain_text("Các đơn vị đã thay đổi")
    is_well()
