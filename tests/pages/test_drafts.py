"""A designer's way: upload, see what is wrong, mend, try the draft on a phone, publish."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from server.access.verbs import ADMINISTRATOR
from server.model.forms import FormKey, FormState
from server.model.records import Record
from server.services import PROJECT
from tests.pages.conftest import Enter
from tests.pages.looking import open_page, words
from tests.phone import CollectError, Phone
from tests.sheets import answers_to
from tests.world import Person, World, forgery_token
from tests.xforms.broken import BROKEN, FINE, HEAD, Broken, xls, xlsx

FORM = "tham_ho"
LIVE = FormKey(PROJECT, FORM)
DRAFT = FormKey(PROJECT, FORM, draft=True)
WITH_LIST = [HEAD, FINE, ("select_one_from_file thôn.csv", "thon", "Thôn")]
VILLAGES = b"name,label\nt1,Th\xc3\xb4n 1\n"


@pytest.fixture
def designer(world: World, enter: Enter) -> FlaskClient:
    return enter(world.admin)


def hand_in(
    client: FlaskClient,
    data: bytes,
    name: str = "tham_ho.xlsx",
    files: Mapping[str, bytes] | None = None,
) -> TestResponse:
    media = [(BytesIO(each), called) for called, each in (files or {}).items()]
    fields = {
        "csrf_token": forgery_token(client, "/forms/upload"),
        "form": (BytesIO(data), name),
        "media": media,
    }
    return client.post("/forms/upload", data=fields, content_type="multipart/form-data")


def act(client: FlaskClient, what: str, **fields: str) -> TestResponse:
    path = f"/forms/{FORM}/{what}"
    token = forgery_token(client, "/forms/upload")
    return client.post(path, data={"csrf_token": token, **fields})


def designer_of(world: World, office: str) -> Person:
    return world.hire("tk@ctxh.example", "Vũ Thị Thủy", ADMINISTRATOR, office)


def token_of(world: World) -> str:
    entry = world.house.stores.forms.entry(DRAFT)
    assert entry is not None
    assert entry.draft_token is not None
    return entry.draft_token


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_spreadsheet_is_explained_in_both_languages_and_nothing_is_stored(
    world: World, designer: FlaskClient, broken: Broken
) -> None:
    before = world.house.stores.forms.entries(PROJECT)
    for language, said in (("vi", broken.vi), ("en", broken.en)):
        with designer.session_transaction() as session:
            session["language"] = language
        answer = hand_in(designer, broken.data, broken.file_name)
        assert answer.status_code == 400
        page = html.fromstring(answer.get_data(as_text=True))
        assert [words(each) for each in page.findall(".//div[@role='alert']//li")] == [said]
    assert world.house.stores.forms.drafts(PROJECT) == []
    assert world.house.stores.forms.entries(PROJECT) == before


@pytest.mark.parametrize("made", [xlsx, xls])
def test_a_good_spreadsheet_becomes_a_draft_that_no_phone_in_the_field_sees(
    world: World, designer: FlaskClient, made: object
) -> None:
    data = made([HEAD, FINE])  # type: ignore[operator]
    answer = hand_in(designer, data, "tham_ho.xlsx" if made is xlsx else "tham_ho.xls")
    assert answer.headers["Location"] == f"/forms/{FORM}/draft"
    page = open_page(designer, f"/forms/{FORM}/draft")
    assert words(page.xpath("//h1")[0]) == "Bản nháp của “Thăm hộ”"
    assert "Bản nháp đã được lưu." in words(page)
    assert world.house.stores.forms.entry(LIVE) is None
    listed = designer.get(f"{world.hong.path}/formList").get_data(as_text=True)
    assert FORM not in listed
    assert "Thăm hộ" in words(open_page(designer, "/forms"))


def test_files_are_matched_by_name_and_the_rest_is_named(
    world: World, designer: FlaskClient
) -> None:
    """A Mac spells tone marks in two signs: the name is the same."""
    mac = unicodedata.normalize("NFD", "thôn.csv")
    hand_in(designer, xlsx(WITH_LIST), files={mac: VILLAGES, "khac.csv": b"x"})
    said = words(open_page(designer, f"/forms/{FORM}/draft"))
    assert "Không dùng, vì biểu mẫu không nhắc đến tệp này: khac.csv" in said
    draft = world.house.stores.forms.version(DRAFT, "2026112401")
    assert draft is not None
    assert [each.name for each in draft.media] == ["thôn.csv"]


def test_files_of_the_draft_before_need_not_be_uploaded_again(
    world: World, designer: FlaskClient
) -> None:
    """Central 23: matching attachments are carried forward."""
    hand_in(designer, xlsx(WITH_LIST), files={"thôn.csv": VILLAGES})
    link = token_of(world)
    hand_in(designer, xlsx([*WITH_LIST, ("text", "xom", "Xóm")]))
    assert token_of(world) == link, "the designer's phone stays set up"
    draft = world.house.stores.forms.version(DRAFT, "2026112401")
    assert draft is not None
    assert [each.name for each in draft.media] == ["thôn.csv"]
    act(designer, "draft/publish")
    live = world.house.stores.forms.version(LIVE, "2026112401")
    assert live is not None
    assert live.media == draft.media


@pytest.fixture
def tester(world: World, designer: FlaskClient, server: str) -> Iterator[Phone]:
    """The designer's phone, with the draft's code."""
    hand_in(designer, xlsx([HEAD, FINE]))
    with Phone(f"{server}/v1/test/{token_of(world)}/projects/1/forms/{FORM}/draft") as phone:
        yield phone


def send_test(phone: Phone) -> bytes:
    xml = answers_to(FORM, "<ten>Thử</ten>", version="2026112401")
    assert phone.send(xml).done
    return xml


def test_what_was_tried_is_published_byte_for_byte_and_test_records_go(
    world: World, designer: FlaskClient, tester: Phone
) -> None:
    tester.sync()
    tried = tester.installed[FORM].xml
    send_test(tester)
    assert "Phiên bản 2026112401" in words(open_page(designer, f"/forms/{FORM}/draft"))
    rows = open_page(designer, f"/forms/{FORM}/draft").xpath("//tbody[@id='rows']/tr")
    assert len(rows) == 1
    [href] = rows[0].xpath(".//a/@href")
    assert "Thử" in words(open_page(designer, href))
    answer = act(designer, "draft/publish", notes="Câu hỏi đầu tiên", version="2026112401")
    assert answer.status_code == 303
    live = world.house.stores.forms.version(LIVE, "2026112401")
    assert live is not None
    assert (live.xml, live.notes) == (tried, "Câu hỏi đầu tiên")
    assert live.published_by == world.admin.actor.id
    assert world.records(FORM) == [], "test records are no real ones"
    assert list(world.house.stores.submissions.records(*world.everything(DRAFT))) == []
    assert designer.get(f"/forms/{FORM}/draft").status_code == 404
    assert designer.get(href).status_code == 404
    with pytest.raises(CollectError):
        tester.form_list()


def test_a_test_record_that_comes_in_while_the_draft_is_published_does_not_stay(
    world: World, designer: FlaskClient, tester: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its draft was there when the record was read, and is gone when it is written."""
    submissions = world.house.stores.submissions
    write = submissions.create

    def published_meanwhile(record: Record, **due: Any) -> None:
        assert act(designer, "draft/publish").status_code == 303
        write(record, **due)

    monkeypatch.setattr(submissions, "create", published_meanwhile)
    late = answers_to(FORM, "<ten>Thử</ten>", version="2026112401")
    assert tester.send(late).statuses == [404]
    monkeypatch.undo()
    assert list(submissions.records(*world.everything(DRAFT))) == []
    assert world.records(FORM) == []
    assert world.aside() == []
    hand_in(designer, xlsx([HEAD, FINE, ("text", "me", "Mẹ")]))
    assert open_page(designer, f"/forms/{FORM}/draft").xpath("//tbody[@id='rows']/tr") == []


@pytest.mark.parametrize("before", ["x", "²", "9" * 5000])
def test_an_address_that_names_no_place_shows_the_newest_test_records(
    designer: FlaskClient, before: str
) -> None:
    assert hand_in(designer, xlsx([HEAD, FINE])).status_code == 303
    answer = designer.get(f"/forms/{FORM}/draft", query_string={"before": before})
    assert answer.status_code == 200


def test_test_records_are_seen_and_cleared_by_any_designer_and_real_ones_stay(
    world: World, designer: FlaskClient, enter: Enter, tester: Phone
) -> None:
    """A designer of one office too: a test phone belongs to none."""
    act(designer, "draft/publish")
    world.send(answers_to(FORM, "<ten>Thật</ten>", version="2026112401"))
    hand_in(designer, xlsx([HEAD, FINE, ("text", "me", "Mẹ")]))
    link = f"http://{tester.host}/v1/test/{token_of(world)}/projects/1/forms/{FORM}/draft"
    with Phone(link) as phone:
        send_test(phone)
    elsewhere = enter(designer_of(world, "VP09"))
    [href] = open_page(elsewhere, f"/forms/{FORM}/draft").xpath("//tbody[@id='rows']/tr//a/@href")
    assert "Thử" in words(open_page(elsewhere, href))
    assert act(elsewhere, "draft/clear").status_code == 303
    assert list(world.house.stores.submissions.records(*world.everything(DRAFT))) == []
    assert len(world.records(FORM)) == 1


def test_a_number_that_is_taken_is_replaced_by_the_next_free_one(
    world: World, designer: FlaskClient
) -> None:
    hand_in(designer, xlsx([HEAD, FINE]))
    act(designer, "draft/publish")
    hand_in(designer, xlsx([HEAD, FINE, ("text", "me", "Mẹ")]))
    assert act(designer, "draft/publish", version="2026112401").status_code == 409
    page = open_page(designer, f"/forms/{FORM}/draft")
    [proposed] = page.xpath("//input[@id='version']/@value")
    assert proposed != "2026112401"
    assert act(designer, "draft/publish", version=proposed).status_code == 303
    entry = world.house.stores.forms.entry(LIVE)
    assert entry is not None
    assert entry.version == proposed
    on_hand = world.house.shelf.current(LIVE)
    assert on_hand.form.version == proposed


def test_another_number_is_proposed_too_when_only_an_attached_list_differs(
    world: World, designer: FlaskClient
) -> None:
    hand_in(designer, xlsx(WITH_LIST), files={"thôn.csv": VILLAGES})
    act(designer, "draft/publish")
    hand_in(designer, xlsx(WITH_LIST), files={"thôn.csv": VILLAGES + b"t2,B\n"})
    page = open_page(designer, f"/forms/{FORM}/draft")
    [proposed] = page.xpath("//input[@id='version']/@value")
    assert act(designer, "draft/publish", version=proposed).status_code == 303
    live = world.house.shelf.current(LIVE).version
    assert (live.version, live.media[0].size) == (proposed, len(VILLAGES) + 5)


def test_a_designer_is_told_of_full_names_in_an_attached_list(designer: FlaskClient) -> None:
    said = "“thôn.csv” có cột ghi họ tên đầy đủ: label"
    for each, told in (("Thôn Hà An", False), ("Nguyễn Hà An", True)):
        hand_in(designer, xlsx(WITH_LIST), files={"thôn.csv": f"name,label\n1,{each}\n".encode()})
        page = words(open_page(designer, f"/forms/{FORM}/draft"))
        assert (said in page) is told


def test_a_draft_that_would_make_answers_unreadable_is_not_published(
    world: World, enter: Enter
) -> None:
    """A designer who sees the records of one office alone hears of the answers of all."""
    designer = enter(designer_of(world, "VP09"))
    hand_in(designer, xlsx([HEAD, FINE]))
    act(designer, "draft/publish")
    world.send(answers_to(FORM, "<ten>Lan</ten>", version="2026112401"))
    hand_in(designer, xlsx([HEAD, ("image", "ten", "Ảnh")]))
    page = open_page(designer, f"/forms/{FORM}/draft")
    [counting] = page.xpath("//section[@id='changes']//a/@href")
    [section] = open_page(designer, counting).xpath("//section[@id='changes']")
    assert "Chưa phát hành được phiên bản này" in words(section)
    assert "1 câu trả lời" in words(section)
    refused = act(designer, "draft/publish", version="2", notes="Đổi câu tên")
    assert refused.status_code == 409
    again = html.fromstring(refused.get_data(as_text=True))
    assert "1 câu trả lời đã thu thập sẽ không đọc được nữa" in words(again)
    assert again.xpath("//textarea[@id='notes']")[0].text == "Đổi câu tên"
    entry = world.house.stores.forms.entry(LIVE)
    assert entry is not None
    assert entry.version == "2026112401"


def test_a_draft_is_thrown_away_and_the_form_stays(world: World, designer: FlaskClient) -> None:
    hand_in(designer, xlsx([HEAD, FINE]))
    act(designer, "draft/publish")
    hand_in(designer, xlsx([HEAD, FINE, ("text", "me", "Mẹ")]))
    assert act(designer, "draft/discard").status_code == 303
    assert world.house.stores.forms.drafts(PROJECT) == []
    assert world.house.stores.forms.versions(DRAFT) == []
    assert len(world.house.stores.forms.versions(LIVE)) == 1


def test_a_closing_form_is_no_longer_listed_and_opens_again(
    world: World, designer: FlaskClient
) -> None:
    def listed() -> bool:
        return "vang_gia" in designer.get(f"{world.hong.path}/formList").get_data(as_text=True)

    token = forgery_token(designer, "/forms/upload")
    for state, seen in ((FormState.CLOSING, False), (FormState.CLOSED, False), ("open", True)):
        fields = {"csrf_token": token, "state": str(state)}
        assert designer.post("/forms/vang_gia/state", data=fields).status_code == 303
        assert listed() is seen
    fields = {"csrf_token": token, "state": "nonsense"}
    assert designer.post("/forms/vang_gia/state", data=fields).status_code == 400


def test_whoever_manages_cases_does_not_see_the_workbench(world: World, enter: Enter) -> None:
    lan = enter(world.lan)
    for path in ("/forms", "/forms/upload", f"/forms/{FORM}/draft"):
        assert lan.get(path).status_code == 403
    assert "/forms" not in open_page(lan, "/").xpath("//nav[@class='rail']//a/@href")


def test_nobody_uploads_for_a_designer_from_another_site(app: Flask, designer: FlaskClient) -> None:
    answer = designer.post("/forms/upload", data={"form": (BytesIO(b"x"), "x.xlsx")})
    assert answer.status_code == 400
    assert "phiên làm việc đã hết" in answer.get_data(as_text=True)
