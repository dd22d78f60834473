"""A questionnaire in a browser: on the screen, and as the browser prints it."""

from __future__ import annotations

import io

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page

from tests.browser.test_tap_to_read import WIDTHS, enter_by_keyboard, violations
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", WIDTHS, ids=lambda width: str(width[0]))
def test_a_case_manager_looks_at_the_sheet_before_she_prints_it(
    world: World, server: str, page: Page, width: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": width[0], "height": width[1]})
    enter_by_keyboard(page, server, world.lan.email)
    page.goto(f"{server}/forms/kiem_tra_van_phong/paper")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    picture = Image.open(io.BytesIO(page.locator(".paper-head img").screenshot()))
    code = picture.resize((picture.width * 3, picture.height * 3))
    (found,) = zxingcpp.read_barcodes(code)
    assert found.text == "caunoi:form?id=kiem_tra_van_phong&version=2026112803"


def test_only_the_sheet_comes_out_of_the_printer(world: World, server: str, page: Page) -> None:
    enter_by_keyboard(page, server, world.lan.email)
    page.goto(f"{server}/forms/vang_gia/paper?lang=en")
    printed = pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
    text = "\n".join(each.get_textpage().get_text_range() for each in printed)
    assert text.splitlines()[:2] == [f"1 / {len(printed)}", "Phiếu vãng gia (thăm hộ gia đình)"]
    assert "Ask only if question 8" in " ".join(text.split())
    # Neither what stands around the sheet nor who printed it, in the reader's own language.
    for around in ("Phiếu gửi về", "Tệp PDF", "bằng tiếng Việt", "Nguyễn Thị Lan", "trên giấy"):
        assert around not in text
    (code,) = zxingcpp.read_barcodes(printed[0].render(scale=2).to_pil())
    assert code.text.startswith("caunoi:form?id=vang_gia&")
