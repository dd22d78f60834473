"""What is filled in the browser is lost by no line, no end of a session, no closed page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.losing import losing_line
from tests.browser.test_fill import FORM, answer, photo, published
from tests.browser.test_tap_to_read import enter_by_keyboard, violations
from tests.world import PASSWORD, Person, World

__all__ = ["published"]

pytestmark = pytest.mark.browser

DIARY = "nhat_ky_tu_van"
OPENS = 20_000  # the engine is large


def send(page: Page) -> None:
    page.get_by_role("button", name="Gửi", exact=True).click()


def opened(page: Page) -> None:
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_visible(timeout=OPENS)


def kept(page: Page) -> None:
    """Until the answers of this moment lie in the browser."""
    expect(page.locator("#fill-kept")).to_contain_text("Đã giữ trong trình duyệt này")


def sign_in_again(page: Page, person: Person) -> None:
    page.locator("#email").fill(person.email)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".rail")).to_be_visible()


def pick(page: Page, question: str, *names: str) -> None:
    """In the box of one question: several have the same answers."""
    asked = page.locator(".question-container", has=page.get_by_text(question))
    for name in names:
        asked.get_by_text(name, exact=True).click()


def choose(page: Page, question: str, name: str) -> None:
    page.get_by_role("combobox", name=question).click()
    page.get_by_role("option", name=name).click()


def fill_the_diary(page: Page) -> None:
    """Each answer that is required asks for more."""
    choose(page, "Văn phòng CTXH", "Văn phòng CTXH phường Cao Thắng")
    pick(page, "Loại ghi chép", "Ghi lượt tư vấn, tham vấn")
    page.get_by_label("Họ tên cán bộ").fill("Trần Thị Hoa")
    pick(page, "Hình thức", "Qua điện thoại")
    page.get_by_label("Giờ bắt đầu").click()
    page.keyboard.type("14:30")
    page.keyboard.press("Escape")
    page.get_by_label("Thời lượng").click()
    page.keyboard.type("45")
    page.keyboard.press("Tab")
    pick(page, "Khách hàng có muốn ẩn danh", "Không")
    page.get_by_label("Họ tên hoặc ký hiệu").fill("Chị M.")
    pick(page, "Giới tính", "Nữ")
    pick(page, "Nhóm đối tượng", "Người cao tuổi", "Người nghèo")
    choose(page, "Xã/phường", "Phường Bãi Cháy")
    pick(page, "Có phải lần đầu", "Có")
    pick(page, "Vấn đề tư vấn", "Pháp luật, giấy tờ")
    page.get_by_label("Tóm tắt vấn đề").fill("Hỏi thủ tục trợ cấp.")
    pick(page, "Có dấu hiệu khẩn cấp", "Không")
    pick(page, "Kết quả", "Giải quyết xong trong lần tư vấn")


def test_a_form_of_the_library_is_sent_once_over_a_bad_line_and_a_session_that_ended(
    world: World, server: str, page: Page
) -> None:
    with losing_line(server) as line:
        enter_by_keyboard(page, line.address, world.lan.email)
        page.goto(f"{line.address}/forms/{DIARY}/fill")
        opened(page)
        send(page)
        wrong = page.locator(".form-error-message")
        expect(wrong).to_contain_text("câu chưa đúng")
        expect(wrong).to_have_css("opacity", "1")  # it comes in by and by
        assert violations(page) == []
        fill_the_diary(page)
        page.get_by_role("combobox", name="Thuộc hồ sơ trường hợp").click()
        expect(page.get_by_role("listbox")).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("listbox")).to_have_count(0)
        assert violations(page) == []

        line.losing = True
        send(page)
        expect(page.get_by_role("alert")).to_contain_text("Chưa gửi được. Không mất gì cả")
        assert line.lost
        assert len(world.records(DIARY)) == 1
        line.losing = False

        page.context.clear_cookies()
        send(page)
        expect(page.get_by_role("alert")).to_contain_text("Phiên đăng nhập đã hết")
        assert violations(page) == []
        with page.expect_popup() as tab:
            page.get_by_role("link", name="Đăng nhập ở thẻ mới").click()
        sign_in_again(tab.value, world.minh)
        send(page)
        expect(page.get_by_role("alert")).to_contain_text("Người khác đã đăng nhập")
        page.context.clear_cookies()
        tab.value.reload()
        sign_in_again(tab.value, world.lan)
        send(page)
        page.wait_for_url(f"**/records/{DIARY}/uuid*")
    [record] = world.records(DIARY)
    said = {
        "g_tv/kenh": "dien_thoai",
        "g_tv/tv_phut": 45,
        "g_tv/tv_ten": "Chị M.",
        "g_tv/tv_nhom": ["nct", "ngheo"],
        "g_tv/tv_kq": "xong",
        "username": "Nguyễn Thị Lan",
    }
    assert {path: record.derived.answers.get(path) for path in said} == said
    assert record.derived.answers["g_tv/tv_tu"].startswith("14:30")
    assert re.fullmatch("caunoi:[0-9a-f]{24}", record.derived.answers["deviceid"])
    assert record.derived.ended_at is not None
    assert world.aside() == []


def in_the_browser(page: Page) -> str:
    """All that lies in the browser's own database, to read."""
    return str(
        page.evaluate("""async () => {
        const open = indexedDB.open("caunoi");
        await new Promise((done) => { open.onsuccess = done; });
        let read = "";
        for (const name of open.result.objectStoreNames) {
            const all = open.result.transaction(name).objectStore(name).getAll();
            await new Promise((done) => { all.onsuccess = done; });
            for (const each of all.result) {
                read += JSON.stringify(each);
                for (const { data } of [each.answers, each.content, each.called].filter(Boolean)) {
                    read += new TextDecoder().decode(data);
                }
            }
        }
        return read;
    }""")
    )


def test_what_is_unfinished_waits_in_the_browser_for_its_person_alone(
    published: World, server: str, page: Page
) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    begun = page.locator("#fill-begun")
    page.goto(f"{server}/forms/{FORM}/fill")
    opened(page)
    page.reload()
    opened(page)
    assert asked == [], "nothing was filled in"
    page.locator("input[type=file]").last.set_input_files(photo())
    kept(page)
    page.reload()
    assert asked == ["beforeunload"], "a photo was chosen"
    expect(begun).to_contain_text("Phiếu điền dở trong trình duyệt này")
    assert violations(page) == []
    begun.get_by_role("button", name="Điền tiếp").click()
    opened(page)
    answer(page, "12,5")
    kept(page)
    lies_there = in_the_browser(page)
    assert "Bé Na" not in lies_there
    assert ".jpg" not in lies_there

    page.reload()
    begun.get_by_role("button", name="Điền tiếp").click()
    expect(page.get_by_label("Họ tên")).to_have_value("Bé Na", timeout=OPENS)
    expect(page.get_by_label("Cân nặng")).to_have_value("12,5")
    send(page)
    page.wait_for_url("**/records/tham_ho/uuid*")
    [record] = published.records(FORM)
    assert record.derived.answers["can"] == 12.5
    assert published.file(record, record.media[0].name).startswith(b"\xff\xd8")
    assert asked == ["beforeunload"] * 2

    page.goto(f"{server}/forms/{FORM}/fill")
    opened(page)
    page.get_by_label("Họ tên").fill("Bé Bi")
    kept(page)
    page.context.clear_cookies()
    enter_by_keyboard(page, server, published.lan.email)
    page.goto(f"{server}/forms/{FORM}/fill")
    opened(page)
    expect(begun).to_be_hidden()
    page.context.clear_cookies()
    enter_by_keyboard(page, server, published.admin.email)
    page.goto(f"{server}/forms/{FORM}/fill")
    begun.get_by_text("Bỏ", exact=True).click()
    begun.get_by_role("button", name="Bỏ nội dung đã điền").click()
    opened(page)
    assert in_the_browser(page) == ""
