"""A form's page: what a designer sees of it, and what she can do with it."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from lxml import html

from server.model.calendar import day_of
from server.model.forms import FormKey
from server.processing.records.counting import recount_day
from server.services import PROJECT
from tests.pages.conftest import Enter
from tests.pages.looking import open_page, words
from tests.phone import Phone
from tests.records import record_of
from tests.sheets import answers_to, xform_named
from tests.world import World, forgery_token

HERE = "/forms/tham"
KEY = FormKey(PROJECT, "tham")


def post(client: FlaskClient, path: str, **fields: str) -> int:
    token = forgery_token(client, "/phones")
    return client.post(path, data={"csrf_token": token, **fields}).status_code


def section(page: html.HtmlElement, title: str) -> str:
    found = page.xpath(f"//section[@aria-labelledby='{title}-title']")
    return words(found[0])


def two_versions(world: World) -> None:
    world.publish(xform_named("tham", title="Thăm hộ"), {"a.csv": b"name,label\n"})
    world.clock.move(minutes=5)
    world.publish(
        xform_named("tham", version="2", title="Thăm hộ").replace("Họ tên".encode(), b"Ai"),
        {"a.csv": b"name,label\n"},
    )


def send(world: World, version: str, number: int, **by: object) -> None:
    xml = answers_to("tham", "<ten>An</ten>", version=version, instance_id=f"uuid:{number}")
    world.send(xml, **by)  # type: ignore[arg-type]


def test_a_designer_sees_at_a_glance_what_the_library_form_collects(
    world: World, enter: Enter
) -> None:
    made = record_of("vang_gia").without_files()
    world.send(made.xml)
    recount_day(world.house.stores, FormKey(PROJECT, "vang_gia"), day_of(world.clock()))
    page = open_page(enter(world.admin), "/forms/vang_gia")
    assert "1 phiếu" in words(page.xpath("//h1")[0])
    questions = section(page, "questions")
    assert "Số nhân khẩu" in questions
    assert "số nguyên" in questions
    assert f"{world.clock():%d/%m} 1" in section(page, "days")
    assert page.xpath("//section[@aria-labelledby='exports-title']//a[contains(@href, 'csv.zip')]")


def test_a_designer_sees_which_phones_still_send_an_old_version(world: World, enter: Enter) -> None:
    two_versions(world)
    send(world, "1", 1, by=world.hong)
    send(world, "1", 2, by=world.cuong)
    send(world, "2", 3, by=world.cuong)
    used = section(open_page(enter(world.admin), HERE), "used")
    assert "2: 1 điện thoại" in used
    assert re.search(r"1: 1 điện thoại phiên bản cũ Máy của Hồng", used)
    assert "Cường" not in used


def test_every_version_can_be_taken_away_byte_for_byte(world: World, enter: Enter) -> None:
    two_versions(world)
    client = enter(world.admin)
    for version in world.house.stores.forms.versions(KEY):
        answer = client.get(f"{HERE}/download/xml?version={version.version}")
        assert answer.data == version.xml
        assert f"tham-{version.version}.xml" in answer.headers["Content-Disposition"]
    file = client.get(f"{HERE}/attachment/a.csv?version=1")
    assert file.data == b"name,label\n"
    assert "attachment" in file.headers["Content-Disposition"]
    assert client.get(f"{HERE}/download/xlsx?version=1").status_code == 404
    assert client.get(f"{HERE}/download/xml?version=9").status_code == 404
    assert client.get(f"{HERE}/attachment/b.csv?version=1").status_code == 404


def test_two_versions_are_compared_in_words(world: World, enter: Enter) -> None:
    two_versions(world)
    page = open_page(enter(world.admin), f"{HERE}/compare?old=1&new=2")
    [change] = page.xpath("//ul[@class='changes']/li")
    assert words(change) == "“Ai” (ten) đổi lời: từ “Họ tên” thành “Ai”."


def test_a_phone_is_offered_the_earlier_questions_as_an_update(
    world: World, enter: Enter, phone: Phone
) -> None:
    two_versions(world)
    before = {each.form_id: each for each in phone.form_list()}["tham"]
    client = enter(world.admin)
    assert post(client, f"{HERE}/return", version="1") == 303
    after = {each.form_id: each for each in phone.form_list()}["tham"]
    assert after.version not in ("1", "2")
    first = world.house.stores.forms.version(KEY, "1")
    assert first is not None
    assert after.hash not in (before.hash, f"md5:{first.md5}")
    page = open_page(client, HERE)
    assert "Họ tên" in section(page, "questions")
    assert "Phạm Thu Hà" in section(page, "versions")


def test_a_copy_is_made_on_the_page_and_what_was_typed_wrong_stays(
    world: World, enter: Enter
) -> None:
    two_versions(world)
    client = enter(world.admin)
    token = forgery_token(client, "/phones")
    typed = {"csrf_token": token, "new_id": "vang_gia", "new_title": "Thăm trường"}
    refused = client.post(f"{HERE}/duplicate", data=typed)
    assert refused.status_code == 409
    page = html.fromstring(refused.get_data(as_text=True))
    assert page.xpath("//input[@id='new_title']/@value") == ["Thăm trường"]
    assert "vang_gia" in words(page.xpath("//*[@id='new_id-problem']")[0])
    made = client.post(f"{HERE}/duplicate", data={**typed, "new_id": "tham_truong"})
    assert made.headers["Location"] == "/forms/tham_truong/draft"


def test_a_form_goes_to_the_bin_and_comes_back(world: World, enter: Enter, phone: Phone) -> None:
    two_versions(world)
    send(world, "2", 1)
    client = enter(world.admin)
    assert post(client, f"{HERE}/delete") == 303
    assert "tham" not in {each.form_id for each in phone.form_list()}
    assert client.get(HERE).status_code == 404
    assert "Thăm hộ" not in words(open_page(client, "/records"))
    assert "Thăm hộ" in words(open_page(client, "/bin"))
    assert post(client, "/bin/tham/restore") == 303
    assert "tham" in {each.form_id for each in phone.form_list()}
    assert "Thăm hộ" in words(open_page(client, HERE))


def test_a_case_manager_may_neither_see_nor_change_the_workbench(
    world: World, enter: Enter
) -> None:
    two_versions(world)
    client = enter(world.lan)
    for path in (HERE, f"{HERE}/compare?old=1&new=2", f"{HERE}/download/xml?version=1", "/bin"):
        assert client.get(path).status_code == 403
    for act in (f"{HERE}/return", f"{HERE}/duplicate", f"{HERE}/delete", "/bin/tham/restore"):
        assert post(client, act, version="1") == 403


def test_a_form_that_is_not_there_is_said_in_words(world: World, enter: Enter) -> None:
    client = enter(world.admin)
    assert client.get("/forms/khong_co").status_code == 404
    assert post(client, "/forms/khong_co/delete") == 404
    assert post(client, "/forms/vang_gia/return", version="khong_co") == 404
