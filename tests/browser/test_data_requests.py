"""Whoever looks after people's requests notes one and closes it, in a browser, in Vietnamese, by
keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_tap_to_read import WIDTHS, enter_by_keyboard, tab_to, violations
from tests.records import record_of
from tests.world import World

pytestmark = pytest.mark.browser


def test_she_notes_a_request_and_closes_it_by_keyboard(
    world: World, server: str, page: Page
) -> None:
    visit = record_of("khao_sat_nhu_cau").without_files()
    world.send(visit.xml)
    enter_by_keyboard(page, server, world.admin.email)

    def readable() -> None:
        for width, height in WIDTHS:
            page.set_viewport_size({"width": width, "height": height})
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.goto(f"{server}/admin/requests")
    expect(page.locator("#title")).to_have_text("Không có yêu cầu nào về dữ liệu cá nhân đang mở")
    readable()
    tab_to(page, ".page-actions .btn-primary")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text("Yêu cầu về dữ liệu cá nhân")
    for field in ("office", "wish", "standing"):
        tab_to(page, f"#{field}")
        page.keyboard.press("ArrowDown")
    for field, said in (
        ("asker", "Vũ Thị Mận"),
        ("about", "Bé Na"),
        ("words", "Cho gia đình xin bản sao những gì trung tâm ghi về cháu."),
        ("concerns", f"{server}/records/khao_sat_nhu_cau/{visit.instance_id}"),
    ):
        tab_to(page, f"#{field}")
        page.keyboard.type(said)
    readable()
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text("Xem dữ liệu hoặc nhận bản sao")
    expect(page.locator("main")).to_contain_text("còn 2 ngày làm việc")
    readable()
    tab_to(page, "#deed")
    page.keyboard.press("End")
    tab_to(page, "#note")
    page.keyboard.type("Người hỏi không phải người giám hộ.")
    tab_to(page, "#step form button")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("không thực hiện và kết thúc yêu cầu")
    expect(page.locator(".notice.is-done")).to_be_focused()
    readable()
    page.goto(f"{server}/admin/requests?ended=1")
    expect(page.locator("#rows tr")).to_have_count(1)
    readable()
    page.goto(f"{server}/admin/consents")
    expect(page.locator("#rows tr")).to_have_count(1)
    readable()
    page.goto(f"{server}/admin/working-days?year=2026")
    expect(page.locator("main")).to_contain_text("Giỗ Tổ Hùng Vương")
    readable()
