"""A slip of paper, a phone that is not the house's, and what becomes of it: by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.losing import losing_line
from tests.browser.test_fill_lost import OPENS, in_the_browser, kept, opened
from tests.browser.test_tap_to_read import enter_by_keyboard, tab_to, violations
from tests.world import World

pytestmark = pytest.mark.browser

CODES = "/phones/codes/phan_hoi"


def slips(page: Page, server: str) -> list[str]:
    """The addresses on them, made by keyboard from the page of the phones."""
    page.goto(f"{server}/phones")
    tab_to(page, f"a[href='{CODES}']")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_contain_text("Mã cho “Phiếu phản hồi ẩn danh”")
    tab_to(page, "#office")
    page.keyboard.type("Văn phòng CTXH phường Cao Thắng")
    tab_to(page, "#count")
    page.keyboard.type("5")
    tab_to(page, "#new button")
    page.keyboard.press("Enter")
    expect(page.locator(".slips li")).to_have_count(5)
    assert violations(page) == []
    return page.locator(".slips code").all_inner_texts()


def answer_all(page: Page) -> None:
    for question in page.locator(".question-container:has(input[type=radio])").all():
        question.locator("input[type=radio]").first.focus()
        page.keyboard.press("Space")
    tab_to(page, "textarea")
    page.keyboard.press("Control+a")
    page.keyboard.type("Chị rất nhiệt tình, cảm ơn.")


def press_send(page: Page) -> None:
    page.get_by_role("button", name="Gửi", exact=True).focus()
    page.keyboard.press("Enter")


def test_somebody_without_an_account_sends_what_they_think_and_nobody_knows_who(
    world: World, server: str, page: Page, browser: Browser
) -> None:
    enter_by_keyboard(page, server, world.lan.email)
    address, other, *_ = slips(page, server)
    with (
        losing_line(server) as line,
        browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN") as theirs,
    ):
        sender, code = theirs.new_page(), address.rpartition("/")[2]
        sender.goto(f"{line.address}/p/{code}")
        opened(sender)
        expect(sender.locator(".rail")).to_have_count(0)
        assert sender.evaluate("document.documentElement.scrollWidth") <= 390
        assert violations(sender) == []
        answer_all(sender)
        kept(sender)
        assert "nhiệt tình" not in in_the_browser(sender)
        sender.reload()  # gone away and back, by the same code
        sender.get_by_role("button", name="Điền tiếp").press("Enter")
        expect(sender.locator("input[type=radio]").first).to_be_checked()
        answer_all(sender)
        line.losing = True
        press_send(sender)
        expect(sender.get_by_role("alert")).to_contain_text("Chưa gửi được. Không mất gì cả")
        line.losing = False
        press_send(sender)
        sender.wait_for_url("**/p")
        expect(sender.locator("h1")).to_have_text("Cảm ơn anh/chị")
        assert violations(sender) == []
        assert in_the_browser(sender) == ""
        assert sender.evaluate("localStorage.length") == 0
        sender.go_back()
        expect(sender.locator("#fill")).to_have_count(0)
        sender.goto(f"{line.address}/p/{code}")
        expect(sender.locator("h1")).to_contain_text("Mã này không dùng được")
        expect(sender.locator("#fill")).to_have_count(0)
        assert violations(sender) == []
        sender.goto(f"{line.address}/p/{other.rpartition('/')[2]}")
        opened(sender)
        expect(sender.locator("#fill-begun")).to_be_hidden()

    [record] = world.records("phan_hoi")
    page.goto(f"{server}/records/phan_hoi")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Chị rất nhiệt tình, cảm ơn.", timeout=OPENS)
    expect(page.locator("main")).to_contain_text("Phản hồi ẩn danh")
    page.goto(f"{server}{CODES}")
    expect(page.locator(".list")).to_contain_text("5 mã, 1 đã dùng")
    assert record.current.device == ""
