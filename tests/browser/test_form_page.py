"""A designer thinks better of a change, in a browser, in Vietnamese."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from server.model.calendar import day_of
from server.model.forms import FormKey
from server.processing.records.counting import recount_day
from server.services import PROJECT
from tests.browser.test_tap_to_read import WIDTHS, enter_by_keyboard, tab_to, violations
from tests.phone import Phone
from tests.records import record_of
from tests.world import World

pytestmark = pytest.mark.browser

KEY = FormKey(PROJECT, "vang_gia")
HERE = "/forms/vang_gia"


def reworded(world: World) -> str:
    """The library's form with another question about the household; the version before it."""
    version = world.house.shelf.current(KEY).version
    xml = version.xml.replace("Số nhân khẩu".encode(), "Số người".encode())
    newer = xml.replace(version.version.encode(), b"2099010101")
    files = {each.name: world.house.stores.blobs.read(each.sha256) for each in version.media}
    world.publish(newer, files)
    return version.version


def test_she_sees_what_changed_and_goes_back_by_keyboard(
    world: World, server: str, page: Page, phone: Phone
) -> None:
    before = reworded(world)
    world.send(record_of("vang_gia").without_files().xml)
    recount_day(world.house.stores, KEY, day_of(world.clock()))
    enter_by_keyboard(page, server, world.admin.email)
    page.goto(server + HERE)
    page.get_by_role("link", name="Thay đổi 2099010101").click()
    expect(page.locator(".changes li")).to_have_count(1)
    expect(page.locator(".changes")).to_contain_text("Số người thực tế đang sống")
    page.locator("a.back").click()
    tab_to(page, ".versions summary")
    page.keyboard.press("Enter")
    tab_to(page, ".versions form button")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.is-done")).to_contain_text(before)
    expect(page.locator(".versions > li")).to_have_count(3)
    [listed] = [each for each in phone.form_list() if each.form_id == "vang_gia"]
    assert listed.version not in (before, "2099010101")


def test_she_deletes_a_form_and_takes_it_out_of_the_bin(
    world: World, server: str, page: Page
) -> None:
    enter_by_keyboard(page, server, world.admin.email)
    page.goto(server + HERE)
    delete = page.locator("section", has=page.get_by_role("heading", name="Xóa biểu mẫu"))
    delete.locator("summary").click()
    delete.get_by_role("button").click()
    expect(page.locator("#title")).to_have_text("1 biểu mẫu trong thùng rác")
    page.get_by_role("button", name="Khôi phục").click()
    expect(page.locator("#title")).to_contain_text("Phiếu vãng gia")


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_everybody_can_read_the_pages_of_a_form_and_of_the_access_log(
    world: World, server: str, page: Page, width: int, height: int
) -> None:
    before = reworded(world)
    page.set_viewport_size({"width": width, "height": height})
    enter_by_keyboard(page, server, world.admin.email)
    compare = f"{HERE}/compare?old={before}&new=2099010101"
    log = "/admin/audit"
    seen = f"{log}/seen?who={world.admin.actor.id}"
    for path in (HERE, compare, "/bin", log, seen, f"{log}?to=2020-01-01"):
        page.goto(server + path)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
