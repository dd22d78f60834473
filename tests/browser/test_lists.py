"""A list under the fingers of its reader."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from server.routes.pages.records import records as records_page
from tests.browser.test_tap_to_read import enter_by_keyboard
from tests.records import record_of
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def four_to_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records_page, "PAGE", 4)


def send_ten(world: World) -> None:
    for at in range(10):
        made = record_of("vang_gia").without_files()
        world.send(made.xml, by=world.hong if at % 2 else world.cuong)
        world.clock.move(minutes=7)


def names_of(page: Page) -> list[str | None]:
    return [each.get_attribute("href") for each in page.locator(".row-link").all()]


def test_more_rows_come_under_those_that_are_read_while_new_ones_arrive(
    world: World, server: str, page: Page
) -> None:
    """R64; the focus goes on where reading goes on."""
    send_ten(world)
    enter_by_keyboard(page, server, world.lan.email)
    page.goto(f"{server}/records/vang_gia")
    expect(page.locator(".row-link")).to_have_count(4)
    first = names_of(page)
    send_ten(world)
    page.locator("#more a").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".row-link")).to_have_count(8)
    expect(page.locator(".row-link").nth(4)).to_be_focused()
    page.locator("#more a").click()
    expect(page.locator(".row-link")).to_have_count(10)
    expect(page.locator("#more a")).to_have_count(0)
    found = names_of(page)
    assert found[:4] == first
    assert len(set(found)) == 10


def test_a_filter_acts_at_once_and_stays_in_the_address(
    world: World, server: str, page: Page
) -> None:
    send_ten(world)
    enter_by_keyboard(page, server, world.lan.email)
    page.goto(f"{server}/records/vang_gia")
    page.select_option("#filter-office", "VP02")
    expect(page).to_have_url(
        f"{server}/records/vang_gia?office=VP02&collaborator=&from=&to=&state="
    )
    page.locator("#more a").click()
    expect(page.locator(".row-link")).to_have_count(5)
    assert all("office=VP02" in str(each) for each in names_of(page))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("a.back").click()
    expect(page.locator("#filter-office")).to_have_value("VP02")
    page.get_by_role("link", name="Xem tất cả").click()
    expect(page.locator("#filter-office")).to_have_value("")
