"""A designer's errand in a browser, in Vietnamese: from a broken spreadsheet to a new version that
200 live records stand against, and back to the one before."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import FilePayload, Page, expect

from server.model.calendar import day_of
from server.model.forms import FormKey
from server.processing.records.counting import recount_day
from server.services import PROJECT
from tests.browser.test_tap_to_read import WIDTHS, enter_by_keyboard, violations
from tests.sheets import answers_to
from tests.world import World
from tests.xforms.broken import BROKEN, FINE, HEAD, SETTINGS, xlsx

pytestmark = pytest.mark.browser

FORM = "tham_ho"
KEY = FormKey(PROJECT, FORM)
FIRST = [HEAD, FINE, ("select_one vung", "noi_o", "Nơi ở"), ("text", "ghi_chu", "Ghi chú")]
SECOND = [*FIRST[:3], ("integer", "so_con", "Số con")]
NEWER = (SETTINGS[0], ("Thăm hộ", FORM, "2026112402"))
RECORDS = 200


def hand_in(page: Page, server: str, name: str, data: bytes) -> None:
    page.goto(f"{server}/forms/upload")
    sheet = FilePayload(name=name, mimeType="application/octet-stream", buffer=data)
    page.get_by_label("Bảng tính của biểu mẫu").set_input_files(sheet)
    page.get_by_role("button", name="Kiểm tra và lưu thành bản nháp").press("Enter")


def publish(page: Page) -> None:
    page.get_by_role("button", name="Phát hành cho mọi điện thoại").press("Enter")
    expect(page.locator(".notice.is-done")).to_contain_text("Thăm hộ")


def collect(world: World) -> None:
    """What phones send with the first version; every second one has a note."""
    for number in range(RECORDS):
        note = "<ghi_chu>Đường lầy</ghi_chu>" if number % 2 else ""
        inside = f"<ten>Hộ {number}</ten><noi_o>a</noi_o>{note}"
        world.send(
            answers_to(FORM, inside, instance_id=f"uuid:{uuid4()}", version="2026112401"),
        )
    recount_day(world.house.stores, KEY, day_of(world.clock()))


def test_she_mends_tries_compares_publishes_and_goes_back(
    world: World, server: str, page: Page
) -> None:
    enter_by_keyboard(page, server, world.admin.email)
    broken = BROKEN["unknown type"]
    hand_in(page, server, broken.file_name, broken.data)
    expect(page.get_by_role("alert")).to_contain_text(broken.vi)

    hand_in(page, server, "tham_ho.xlsx", xlsx(FIRST))
    expect(page.locator("#changes")).to_contain_text("Điện thoại chưa có phiên bản nào")
    page.get_by_role("link", name="Thử trên trình duyệt").press("Enter")
    page.get_by_label("Họ tên").fill("Thử")
    page.get_by_role("button", name="Gửi").press("Enter")
    expect(page.locator("#rows tr")).to_have_count(1)
    publish(page)
    assert world.records(FORM) == []
    collect(world)

    hand_in(page, server, "tham_ho.xlsx", xlsx(SECOND, settings=NEWER))
    changes = page.locator("#changes li")
    expect(changes).to_have_count(2)
    expect(changes.filter(has_text="Ghi chú")).to_contain_text(f"{RECORDS // 2} câu trả lời")
    page.get_by_label("Có gì mới").fill("Thêm số con, bỏ ghi chú")
    publish(page)
    assert world.house.shelf.current(KEY).version.version == "2026112402"

    page.goto(f"{server}/forms/{FORM}")
    versions = page.locator(".versions")
    expect(versions).to_contain_text("Thêm số con, bỏ ghi chú")
    versions.locator("summary").first.press("Enter")
    versions.locator("form button").first.press("Enter")
    expect(page.locator(".notice.is-done")).to_contain_text("2026112401")
    assert "ghi_chu" in world.house.shelf.current(KEY).version.xml.decode()
    assert len(world.records(FORM)) == RECORDS


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_everybody_can_read_what_a_draft_will_change(
    world: World, server: str, page: Page, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    enter_by_keyboard(page, server, world.admin.email)
    hand_in(page, server, "tham_ho.xlsx", xlsx(FIRST))
    for path in (f"/forms/{FORM}/draft", f"/forms/{FORM}/draft/changes"):
        page.goto(server + path)
        expect(page.locator("#changes")).to_contain_text("Điện thoại chưa có phiên bản nào")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        rail = page.locator(".rail")
        assert rail.evaluate("rail => rail.scrollWidth <= rail.clientWidth")
