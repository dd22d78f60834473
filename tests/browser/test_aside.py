"""A case manager deals with what was set aside, in a browser, in Vietnamese, by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from server.errors import CauNoiError
from tests.browser.test_tap_to_read import WIDTHS, enter_by_keyboard, tab_to, violations
from tests.records import another_photo
from tests.sheets import answers_to, xform_named
from tests.world import World

pytestmark = pytest.mark.browser


def set_aside_twice(world: World) -> None:
    """A file with an endless name that differs from the first, then a record of a form with an
    endless id."""
    world.publish(xform_named("x"))
    xml, name = answers_to("x", "<ten>Na</ten>"), f"{'a' * 200}.jpg"
    for number in (1, 2):
        world.send(xml, {name: another_photo(number)})
    with pytest.raises(CauNoiError):
        world.send(answers_to("l" * 500, "<ten>Na</ten>", instance_id="m" * 500))


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_she_reads_what_was_set_aside_and_deals_with_it_by_keyboard(
    world: World, server: str, page: Page, width: int, height: int
) -> None:
    set_aside_twice(world)
    page.set_viewport_size({"width": width, "height": height})
    enter_by_keyboard(page, server, world.lan.email)

    def readable() -> None:
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.goto(f"{server}/aside")
    expect(page.locator("#title")).to_have_text("2 lần gửi được giữ riêng")
    readable()
    tab_to(page, ".row-link")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_contain_text("Phiếu của biểu mẫu")
    readable()
    page.goto(f"{server}/aside")
    page.locator(".row-link").nth(1).press("Enter")
    expect(page.locator("#title")).to_contain_text("Tệp khác")
    readable()
    tab_to(page, "#note")
    page.keyboard.type("Đã gọi chị Hồng: ảnh đầu đúng.")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.is-done")).to_be_visible()
    expect(page.locator("#title")).to_have_text("1 lần gửi được giữ riêng")
    readable()
    tab_to(page, ".page-actions a")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text("Đã xử lý")
    readable()
    tab_to(page, ".row-link")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Đã gọi chị Hồng: ảnh đầu đúng.")
    assert [each.why for each in world.set_aside()] == ["FormUnknown"]
    readable()
