"""From the tap on a phone to the eyes of a case manager, by keyboard, in Vietnamese."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from server.processing.follow_ups.run import run_due
from tests.phone import Phone
from tests.records import Made, record_of
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = ((390, 844), (1280, 900))


def three_photos() -> Made:
    """A home visit whose answers name exactly three photos, as the phone sends it."""
    made = record_of("vang_gia", 1)
    photos = [name for name in made.files if name.endswith(".jpg")]
    xml = made.xml
    for name in photos[3:]:
        xml = xml.replace(name.encode(), b"")
    files = {name: data for name, data in made.files.items() if name not in photos[3:]}
    return Made(made.form_id, xml, files)


def violations(page: Page) -> list[str]:
    """What axe finds; evaluated, since the page's policy lets no foreign script in."""
    script = AXE.read_text(encoding="utf-8")
    found = page.evaluate(
        script + "; axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))"
    )
    return [str(each) for each in found]


def enter_by_keyboard(page: Page, server: str, email: str) -> None:
    page.goto(f"{server}/")
    page.locator("#email").focus()
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".rail")).to_be_visible()


def tab_to(page: Page, selector: str) -> None:
    """Only what the Tab key reaches can be used without a mouse."""
    for _ in range(400):
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the Tab key never reaches {selector}")


def test_a_record_is_sent_read_and_returned_without_a_mouse(
    world: World, server: str, phone: Phone, page: Page
) -> None:
    made = three_photos()
    assert phone.send(made.xml, made.files).done
    run_due(world.house.stores, world.house.shelf, world.clock())

    enter_by_keyboard(page, server, world.lan.email)
    assert page.locator("html").get_attribute("lang") == "vi"
    page.goto(f"{server}/records/vang_gia")
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_contain_text("VG ")
    shown = page.locator(".photos img")
    expect(shown).to_have_count(3)
    for number in range(3):
        picture = shown.nth(number)
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("each => each.naturalWidth") > 0

    tab_to(page, ".photos a")
    page.keyboard.press("Enter")
    expect(page.locator(".pswp--open img.pswp__img").first).to_be_visible()
    expect(page.locator(".pswp--ui-visible")).to_have_count(1)  # the opening movement is over
    page.keyboard.press("Escape")
    expect(page.locator(".pswp--open")).to_have_count(0)

    page.keyboard.press("r")
    tab_to(page, "#reason")
    page.keyboard.type("Ảnh thứ hai chưa rõ, chụp lại giúp.")
    tab_to(page, ".review button")
    page.keyboard.press("Enter")

    expect(page.locator(".state-line")).to_contain_text("Cần bổ sung")
    expect(page.locator("body")).to_contain_text("Ảnh thứ hai chưa rõ, chụp lại giúp.")
    assert page.evaluate("document.activeElement.textContent").strip() == "Về danh sách"
    record = world.records("vang_gia")[0]
    assert record.review.value == "hasIssues"
    assert record.reviews[-1].reason == "Ảnh thứ hai chưa rõ, chụp lại giúp."


@pytest.mark.parametrize(("language", "width", "height"), [("en", *WIDTHS[0]), ("vi", *WIDTHS[1])])
def test_every_page_is_fit_for_a_screen_reader_and_fits_the_screen(
    world: World, server: str, phone: Phone, page: Page, language: str, width: int, height: int
) -> None:
    made = three_photos()
    assert phone.send(made.xml, made.files).done
    run_due(world.house.stores, world.house.shelf, world.clock())
    page.set_viewport_size({"width": width, "height": height})
    refused: list[str] = []
    page.on("console", lambda each: refused.append(each.text) if each.type == "error" else None)

    page.goto(f"{server}/sign-in")
    if language == "en":
        page.locator("form[action='/language'] button").click()
    assert violations(page) == []
    enter_by_keyboard(page, server, world.lan.email)
    others = [record_of("khao_sat_nhu_cau", 2), record_of("kiem_tra_van_phong", 1)]
    for each in others:
        assert phone.send(each.xml, each.files).done
    run_due(world.house.stores, world.house.shelf, world.clock())
    records = [f"/records/{each.form_id}/{each.instance_id}" for each in (made, *others)]
    lists = ("/records/vang_gia", "/records/vang_gia?state=rejected", "/records/vang_gia/none")
    for path in ("/", "/records", *lists, *records, "/phones", "/account/password"):
        page.goto(server + path)
        assert page.locator("html").get_attribute("lang") == language
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(f"{server}/phones")
    page.select_option("#office", "VP02")
    page.fill("#name", "CTV Bùi Thị Lan, xã Quảng La")
    page.keyboard.press("Enter")
    expect(page.locator(".connect img")).to_be_visible()
    assert violations(page) == [], "a phone's code"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [each for each in refused if "404" not in each] == []


def test_everything_but_the_map_works_without_scripts(
    world: World, server: str, phone: Phone, browser: object
) -> None:
    made = three_photos()
    assert phone.send(made.xml, made.files).done
    page = browser.new_context(java_script_enabled=False).new_page()  # type: ignore[attr-defined]
    page.goto(f"{server}/records/vang_gia")
    page.fill("#email", world.lan.email)
    page.fill("#password", PASSWORD)
    page.click("main form.panel button")
    page.click("a.row-link")
    page.check("#decision-hasIssues")
    page.fill("#reason", "Thiếu chữ ký.")
    page.click(".review button")
    expect(page.locator(".state-line")).to_contain_text("Cần bổ sung")
    assert world.records("vang_gia")[0].reviews[-1].reason == "Thiếu chữ ký."
