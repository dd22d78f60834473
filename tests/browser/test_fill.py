"""A form filled, tried and mended in the browser."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from server.model.forms import FormKey
from server.services import PROJECT
from tests.browser.test_designer import NEWER, hand_in, publish
from tests.browser.test_tap_to_read import enter_by_keyboard, violations
from tests.sheets import answers_to
from tests.world import World
from tests.xforms.broken import HEAD, xlsx

pytestmark = pytest.mark.browser

FORM = "tham_ho"
SHEET = [
    HEAD,
    ("text", "ten", "Họ tên"),
    ("decimal", "can", "Cân nặng"),
    ("image", "anh", "Ảnh nhà"),
    ("geopoint", "noi", "Vị trí"),
]


def photo() -> FilePayload:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(data, "JPEG")
    return FilePayload(name="nha.jpg", mimeType="image/jpeg", buffer=data.getvalue())


@pytest.fixture
def published(world: World, server: str, page: Page) -> World:
    enter_by_keyboard(page, server, world.admin.email)
    hand_in(page, server, "tham_ho.xlsx", xlsx(SHEET))
    publish(page)
    return world


def answer(page: Page, weight: str) -> None:
    page.get_by_label("Họ tên").fill("Bé Na")
    number = page.get_by_label("Cân nặng")
    number.click()
    page.keyboard.type(weight)
    page.keyboard.press("Tab")


@pytest.mark.parametrize("weight", ["12.5", "12,5"])
def test_a_record_with_photo_and_place_is_filled_in_vietnamese(
    published: World, server: str, page: Page, weight: str
) -> None:
    """Typed as on any keyboard: in a Vietnamese browser 12.5 became 125."""
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 20.95, "longitude": 107.08, "accuracy": 5})
    page.goto(f"{server}/records/{FORM}")
    page.get_by_role("link", name="Điền tại đây").press("Enter")
    answer(page, weight)
    page.locator("input[type=file]").last.set_input_files(photo())
    page.get_by_role("button", name="Lấy vị trí").click()
    page.get_by_role("button", name="Lưu vị trí").click()
    page.get_by_role("button", name="Gửi").click()
    page.wait_for_url("**/records/tham_ho/uuid*")
    [record] = published.records(FORM)
    answers = record.derived.answers
    assert (answers["ten"], answers["can"]) == ("Bé Na", 12.5)
    assert answers["noi"]["coordinates"][:2] == [107.08, 20.95]
    [media] = record.media
    assert published.file(record, media.name).startswith(b"\xff\xd8")
    assert record.current.sender.name == "Phạm Thu Hà"


def edits(first: bytes, name: str) -> bytes:
    """The same record as a phone edits it."""
    [own] = re.findall(rb"<instanceID>(.*?)</instanceID>", first)
    meta = b"<instanceID>uuid:" + name.encode() + b"</instanceID><deprecatedID>" + own
    return first.replace(b"<instanceID>" + own + b"</instanceID>", meta + b"</deprecatedID>")


def test_a_record_is_edited_with_its_own_questions_and_keeps_what_was_not_touched(
    published: World, server: str, page: Page
) -> None:
    """The newest version asks no weight: opened with it, the weight would be lost."""
    answered = "<ten>Na</ten><can>11.5</can><anh>1.jpg</anh><noi/>"
    meta = "<meta><instanceID>uuid:9c1a7a9e-4a0f-4a35-8d0d-2f1a3d1c5b11</instanceID></meta>"
    first = answers_to(FORM, answered + meta, instance_id=None, version="2026112401")
    published.send(first, {"1.jpg": photo()["buffer"]})
    hand_in(page, server, "tham_ho.xlsx", xlsx([*SHEET[:2], *SHEET[3:]], settings=NEWER))
    publish(page)
    [record] = published.records(FORM)
    page.goto(f"{server}/records/{FORM}/{record.instance_id}")
    page.get_by_role("link", name="Sửa câu trả lời").press("Enter")
    expect(page.get_by_label("Cân nặng")).to_have_value("11,5")
    page.get_by_label("Họ tên").fill("Bé Na")
    page.get_by_role("button", name="Gửi").click()
    page.wait_for_url("**/records/tham_ho/uuid*")
    [record] = published.records(FORM)
    answers = record.derived.answers
    assert (answers["ten"], answers["can"]) == ("Bé Na", 11.5)
    assert len(record.versions) == 2
    assert record.current.deprecated_id == record.versions[0].instance_id
    assert record.current.form_version == "2026112401"
    assert record.missing == ()

    page.goto(f"{server}/records/{FORM}/{record.instance_id}/edit")
    page.get_by_label("Họ tên").fill("Bé Na Na")
    published.send(edits(record.current.xml, "meanwhile"))
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator("#fill-said")).to_contain_text("Phiếu này đã được sửa ở nơi khác")
    expect(page.get_by_label("Họ tên")).to_have_value("Bé Na Na")
    assert published.aside() == ["EditOutdated"]
    [record] = published.records(FORM)
    assert record.derived.answers["ten"] == "Bé Na"


def test_a_record_that_cannot_be_loaded_is_not_sent_as_a_new_one(
    published: World, server: str, page: Page
) -> None:
    """R36: neither by the page, which opens no empty form, nor by the server."""
    published.send(answers_to(FORM, "<ten>Na</ten>", version="2026112401"))
    [record] = published.records(FORM)
    here = f"{server}/records/{FORM}/{record.instance_id}/edit"
    page.route("**/edit/instance.xml", lambda route: route.abort())
    page.goto(here)
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_role("button", name="Gửi")).to_have_count(0)
    new = answers_to(FORM, "<ten>Na</ten>", instance_id="uuid:other").decode()
    sent = """async ([xml, token, address]) => {
        const data = new FormData(), headers = { "X-CSRFToken": token };
        data.append("xml_submission_file", new File([xml], "a.xml"));
        return (await fetch(address, { method: "POST", body: data, headers })).status;
    }"""
    token = page.locator("#fill").get_attribute("data-token")
    assert page.evaluate(sent, [new, token, f"{here}/submission"]) == 400
    assert len(published.records(FORM)) == 1


def test_only_the_record_of_the_page_is_edited_there(
    published: World, server: str, page: Page
) -> None:
    """Whoever may edit one record cannot write into another by its id."""
    page.goto(f"{server}/forms/{FORM}/fill")
    edit = answers_to(FORM, "<ten>Na</ten>").replace(
        b"</orx:instanceID>", b"</orx:instanceID><orx:deprecatedID>uuid:other</orx:deprecatedID>"
    )
    sent = """async ([xml, token]) => {
        const data = new FormData(), headers = token ? { "X-CSRFToken": token } : {};
        data.append("xml_submission_file", new File([xml], "a.xml"));
        return (await fetch("fill/submission", { method: "POST", body: data, headers })).status;
    }"""
    token = page.evaluate("async () => (await (await fetch('/fill/ready')).json()).token")
    assert page.evaluate(sent, [edit.decode(), token]) == 400
    assert page.evaluate(sent, [answers_to(FORM, "<ten>Na</ten>").decode(), ""]) == 400
    assert published.records(FORM) == []
    assert page.evaluate(sent, [answers_to(FORM, "<ten>Na</ten>").decode(), token]) == 201


# Entries of a register are as long as this, and there are hundreds.
CHILD = "Nguyễn Thị Minh Phương Thảo, sinh 12/03/2015, thôn Đồng Tâm Hạ, xã Đông Ngũ, hộ ông Thanh"
CHILDREN = [
    ("list_name", "name", "label"),
    *(("tre", f"t{at}", CHILD if at % 3 == 1 else f"Trẻ {at}") for at in range(300)),
]
LONG_LISTS = [
    ("type", "name", "label", "appearance", "parameters"),
    ("text", "ten", "Họ tên"),
    ("decimal", "can", "Cân nặng"),
    ("select_one tre", "tre", "Trẻ được thăm", "minimal autocomplete"),
    ("select_multiple tre", "cac_tre", "Các trẻ khác", "minimal autocomplete"),
    ("date", "ngay", "Ngày thăm"),
    ("range", "muc", "Mức lo ngại", None, "start=0 end=10 step=1"),
]
CUT = """[...document.querySelectorAll("[role=option]")]
    .filter((each) => each.scrollHeight > each.clientHeight + 1
                   || each.scrollWidth > each.clientWidth + 1).length"""


def pick_in_full(page: Page, question: str, label: str) -> None:
    page.get_by_role("combobox", name=question).press("ArrowDown")
    option = page.get_by_role("option", name=label).first
    expect(option).to_be_visible()
    assert page.evaluate(CUT) == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []
    option.click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_a_draft_is_tried_apart_from_real_records(world: World, server: str, page: Page) -> None:
    """On a phone's width, with long lists: no name is cut, and what opens is fit for a reader."""
    page.set_viewport_size({"width": 390, "height": 844})
    enter_by_keyboard(page, server, world.admin.email)
    hand_in(page, server, "tham_ho.xlsx", xlsx(LONG_LISTS, choices=CHILDREN))
    page.get_by_role("link", name="Thử trên trình duyệt").press("Enter")
    answer(page, "9,5")
    expect(page.get_by_role("heading", name="Thăm hộ")).to_have_count(1)
    pick_in_full(page, "Trẻ được thăm", CHILD)
    pick_in_full(page, "Các trẻ khác", CHILD)
    page.get_by_label("Ngày thăm").click()
    expect(page.get_by_role("button", name="Chọn tháng")).to_be_visible()
    # It fades in, and its letters have too little contrast until it is there.
    expect(page.locator(".p-datepicker-panel")).to_have_css("opacity", "1")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Gửi").click()
    page.wait_for_url(f"**/forms/{FORM}/draft")
    expect(page.locator("#rows tr")).to_have_count(1)
    assert world.records(FORM) == []
    draft = FormKey(PROJECT, FORM, draft=True)
    [tried] = world.house.stores.submissions.records(*world.everything(draft))
    answers = tried.derived.answers
    assert (answers["can"], answers["tre"], answers["cac_tre"]) == (9.5, "t1", ["t1"])


def test_every_form_of_the_library_opens_and_is_fit_for_a_screen_reader(
    world: World, server: str, page: Page
) -> None:
    enter_by_keyboard(page, server, world.lan.email)
    entries = world.house.stores.forms.entries(PROJECT)
    assert len(entries) == 14
    for each in entries:
        page.goto(f"{server}/forms/{each.key.form_id}/fill")
        expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_visible(timeout=20_000)
        assert violations(page) == [], each.key.form_id


def test_its_pages_alone_let_the_engine_run(world: World, server: str, page: Page) -> None:
    enter_by_keyboard(page, server, world.lan.email)
    for path, runs in (("/forms/vang_gia/fill", True), ("/records/vang_gia", False)):
        answer = page.goto(server + path)
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert ("wasm-unsafe-eval" in policy, "unsafe-inline" in policy) == (runs, runs)
        assert "'unsafe-eval'" not in policy


def test_what_cannot_be_sent_stays_and_is_sent_once(
    published: World, server: str, page: Page
) -> None:
    page.goto(f"{server}/forms/{FORM}/fill")
    answer(page, "10")
    page.route("**/submission", lambda route: route.abort())
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa gửi được. Không mất gì cả")
    page.unroute("**/submission")
    page.get_by_role("button", name="Gửi").click()
    page.wait_for_url("**/records/tham_ho/uuid*")
    assert len(published.records(FORM)) == 1
