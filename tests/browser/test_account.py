"""Somebody new comes into the house, by keyboard, in Vietnamese."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pyotp import TOTP

from tests.browser.test_tap_to_read import WIDTHS, enter_by_keyboard, tab_to, violations
from tests.pages.test_hand_over import returned_to
from tests.world import World

pytestmark = pytest.mark.browser

CHOSEN = "con đường mùa mưa"


def is_for_everybody(page: Page) -> None:
    """What axe finds on it, and that nothing is cut off, on a phone and on a laptop."""
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        assert violations(page) == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def type_into(page: Page, selector: str, text: str) -> None:
    tab_to(page, selector)
    page.keyboard.type(text)


def test_somebody_is_invited_and_signs_in_with_a_second_factor(
    world: World, server: str, page: Page
) -> None:
    enter_by_keyboard(page, server, world.admin.email)
    page.goto(f"{server}/admin/people")
    is_for_everybody(page)
    type_into(page, "#new #email", "moi@ctxh.example")
    type_into(page, "#new #name", "Vũ Thị Mới")
    tab_to(page, "#new #office")
    page.keyboard.press("End")
    tab_to(page, "#new button")
    page.keyboard.press("Enter")
    link = page.locator("code.secret").inner_text()
    is_for_everybody(page)
    page.locator(".row-link", has_text="Vũ Thị Mới").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Vũ Thị Mới")
    is_for_everybody(page)

    returned_to(world, world.lan.actor)
    for path in (f"/admin/people/{world.lan.actor.id}/hand-over", f"/phones/{world.hong.actor.id}"):
        page.goto(server + path)
        is_for_everybody(page)

    page.context.clear_cookies()
    page.goto(link)
    is_for_everybody(page)
    type_into(page, "#chosen", CHOSEN)
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("Đã đặt mật khẩu mới")
    type_into(page, "#email", "moi@ctxh.example")
    type_into(page, "#password", "sai")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_be_focused()
    type_into(page, "#password", CHOSEN)
    page.keyboard.press("Enter")
    expect(page.locator(".rail")).to_be_visible()

    page.goto(f"{server}/account")
    is_for_everybody(page)
    page.goto(f"{server}/account/second-factor")
    is_for_everybody(page)
    app = TOTP("".join(page.locator(".connect code").inner_text().split()))
    type_into(page, "#code", app.at(world.clock()))
    type_into(page, "#password", CHOSEN)
    page.keyboard.press("Enter")
    expect(page.locator(".codes li")).to_have_count(10)
    is_for_everybody(page)

    page.context.clear_cookies()
    world.clock.move(minutes=1)
    page.goto(f"{server}/phones")
    type_into(page, "#email", "moi@ctxh.example")
    type_into(page, "#password", CHOSEN)
    page.keyboard.press("Enter")
    expect(page.locator("#code")).to_be_visible()
    is_for_everybody(page)
    type_into(page, "#code", app.at(world.clock()))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server}/phones")
    page.goto(f"{server}/account/second-factor")
    is_for_everybody(page)
