"""Forms sent by codes, without a name: who makes codes, what a code opens, and that nobody learns
which record came by which."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.access.credentials import hash_token
from server.model.calendar import day_bounds, day_of
from server.model.forms import FormKey, FormState
from server.model.records import Record
from server.model.sequence import moment_of
from server.processing.accounts import feedback
from server.services import PROJECT
from server.storage.feedback_codes import USED
from tests.faster import overtaken
from tests.javarosa.filler import FORMS, xform
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, said, sent, words
from tests.sheets import answers_to, xform_named
from tests.world import World

FORM = "phan_hoi"
CODES = f"/phones/codes/{FORM}"
KEY = FormKey(PROJECT, FORM)
FILLING = "f" * 32
_CHANGING = re.compile(rb'(name="csrf_token")[^>]*>')


def made(client: FlaskClient, count: int = 2, office: str = "VP02") -> list[str]:
    given = {"office": office, "count": str(count), "days": "30"}
    page = sent(client, CODES, given, 200)
    found = re.findall(r"<code>http://localhost/p/([a-z0-9-]+)</code>", page)
    assert len(set(found)) == count
    return found


def answers(instance_id: str, said: str = "Chị rất nhiệt tình.") -> bytes:
    xml = (FORMS / FORM / "samples" / f"{FORM}_1.xml").read_text("utf-8")
    xml = re.sub(r"uuid:[0-9a-f-]+", instance_id, xml)
    return xml.replace("Không có ý kiến thêm.", said).encode()


def send(client: FlaskClient, code: str, xml: bytes, filling: str = FILLING) -> TestResponse:
    data = {"xml_submission_file": (io.BytesIO(xml), "a.xml")}
    return client.post(f"/p/{code}", data=data, headers={"X-Filling": filling})


def records(world: World) -> list[Record]:
    return world.records(FORM)


@pytest.fixture
def anybody(app: Flask) -> FlaskClient:
    """A browser of somebody who has no account here."""
    return app.test_client()


def test_whoever_has_a_code_sends_one_form_and_the_case_manager_reads_it(
    world: World, enter: Enter, anybody: FlaskClient
) -> None:
    lan = enter(world.lan)
    [link] = links(open_page(lan, "/phones"), "Phiếu phản hồi ẩn danh")
    assert link == CODES
    code, other = made(lan)
    page = open_page(anybody, f"/p/{code}")
    assert not page.xpath("//nav")
    assert "không hỏi tên" in page.xpath("//div[@id='fill']/@data-form")[0]
    assert page.xpath("//div[@id='fill']/@data-name") == [""]
    answer = send(anybody, code, answers("uuid:a"))
    assert (answer.status_code, answer.get_json()) == (201, {"href": "/p"})
    assert "Cảm ơn anh/chị" in words(open_page(anybody, "/p"))

    [record] = records(world)
    assert (record.office, record.within) == ("VP02", ("*", "TT", "VP01", "VP02"))
    version = record.current
    assert (version.sender.name, version.sender.id, version.device) == (
        "Phản hồi ẩn danh",
        "feedback",
        "",
    )
    page = open_page(lan, f"/records/{FORM}/uuid:a")
    assert ("Ý kiến khác", "Chị rất nhiệt tình.") in said(page)
    assert "Phản hồi ẩn danh" in words(page)
    assert "2 mã, 1 đã dùng" in words(open_page(lan, CODES))
    assert other not in lan.get(CODES).get_data(as_text=True)
    assert enter(world.minh).get(f"/records/{FORM}/uuid:a").status_code == 404


def test_a_code_takes_one_record_however_often_it_is_sent(
    world: World, enter: Enter, anybody: FlaskClient
) -> None:
    code, other = made(enter(world.lan))
    for _ in range(2):  # the first answer got lost
        assert send(anybody, code, answers("uuid:a")).status_code == 201
    assert len(records(world)) == 1
    assert send(anybody, code, answers("uuid:b")).status_code == 404
    # Who made the code and reads the record does not learn that they belong together.
    assert send(anybody, code, answers("uuid:a"), filling="g" * 32).status_code == 404
    assert send(anybody, code, answers("uuid:c"), filling="").status_code == 400
    assert len(records(world)) == 1
    assert send(anybody, other, answers("uuid:b")).status_code == 201
    assert len(records(world)) == 2


def test_of_two_who_use_a_code_at_once_the_journal_has_the_one_that_was_taken(
    world: World, enter: Enter, anybody: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _ = made(enter(world.lan))
    codes, answered = world.house.stores.feedback_codes, list[int]()

    def faster() -> None:
        answered.append(send(anybody, code, answers("uuid:b"), filling="g" * 32).status_code)

    overtaken(monkeypatch, codes, "_use", faster)
    assert send(anybody, code, answers("uuid:a")).status_code == 404
    assert answered == [201]
    [used] = [json.loads(each.body) for each in world.journalled() if each.kind == USED]
    [batch] = codes.of_form(KEY)
    assert batch.used == {used["code"]: used["mark"]}


def test_a_whole_school_behind_one_address_opens_codes_again_and_again(
    world: World, enter: Enter, anybody: FlaskClient
) -> None:
    """Which is no guessing: nobody has to wait for it."""
    used, fresh = made(enter(world.lan))
    assert send(anybody, used, answers("uuid:a")).status_code == 201
    assert {anybody.get(f"/p/{used}").status_code for _ in range(60)} == {404}
    assert anybody.get(f"/p/{fresh}").status_code == 200


def test_nothing_that_is_kept_says_which_record_came_by_which_code(
    world: World, enter: Enter, anybody: FlaskClient
) -> None:
    code, _ = made(enter(world.lan))
    before = world.house.stores.audit.newest()
    anybody.get(f"/p/{code}", headers={"X-Forwarded-For": "203.0.113.77"})
    assert send(anybody, code, answers("uuid:a")).status_code == 201
    assert world.house.stores.audit.newest() == before
    [batch] = world.house.stores.feedback_codes.of_form(KEY)
    kept = repr(batch)
    assert code not in kept
    assert "uuid:a" not in kept
    entries = world.journalled()
    assert not any(code.encode() in each.body for each in entries)
    [use] = [each for each in entries if each.kind == USED]
    assert json.loads(use.body).keys() == {"_id", "code", "mark"}
    midnight, _ = day_bounds(day_of(world.clock()))
    assert moment_of(use.facts["seq"]) == midnight
    [record] = records(world)
    told = repr(record)
    assert hash_token(code) not in told
    assert batch.used[hash_token(code)] not in told


def test_a_code_that_opens_nothing_does_not_say_why(
    world: World, enter: Enter, anybody: FlaskClient
) -> None:
    lan = enter(world.lan)
    used, _ = made(lan)
    assert send(anybody, used, answers("uuid:a")).status_code == 201
    revoked, _ = made(lan)
    action = open_page(lan, CODES).xpath("//form[contains(@action, '/revoke')]/@action")[0]
    sent(lan, action, {})
    assert "đã thu hồi" in words(open_page(lan, CODES))
    open_one, over = made(lan)
    never, gone = "abcdef-ghjkmn-pqrstu", "abcdef-ghjkmn-pqrstv"
    codes = world.house.stores.feedback_codes
    [newest, *_] = codes.of_form(KEY)
    codes.add(replace(newest, id="x", office="VP99", codes=(hash_token(gone),)))
    shut = (used, revoked, never, gone, open_one[:-1])
    told = {_bare(anybody.get(f"/p/{each}")) for each in shut}
    assert len(told) == 1
    for each in (revoked, never, open_one[:-1], open_one + "a"):
        assert send(anybody, each, answers("uuid:b")).status_code == 404
    assert anybody.get(f"/p/{over}").status_code == 200
    world.clock.move(days=30)
    assert {_bare(anybody.get(f"/p/{over}"))} == told
    assert len(records(world)) == 1


def _bare(answer: TestResponse) -> bytes:
    assert answer.status_code == 404
    return _CHANGING.sub(b"", answer.get_data())


def test_whoever_guesses_waits_and_stands_in_no_log(
    world: World, enter: Enter, anybody: FlaskClient
) -> None:
    code, _ = made(enter(world.lan))
    before = world.house.stores.audit.newest()
    for number in range(50):
        assert anybody.get(f"/p/{number}").status_code == 404
    assert anybody.get(f"/p/{code}").status_code == 429
    assert send(anybody, code, answers("uuid:a")).status_code == 429
    assert world.house.stores.audit.newest() == before
    world.clock.move(minutes=2)
    assert anybody.get(f"/p/{code}").status_code == 200


def test_a_code_sends_its_own_form_alone_and_as_something_new(
    world: World, enter: Enter, anybody: FlaskClient
) -> None:
    code, _ = made(enter(world.lan))
    world.publish(xform_named("x"))
    assert send(anybody, code, answers_to("x", "<ten>Na</ten>")).status_code == 400
    edit = answers("uuid:b").replace(
        b"</instanceID>", b"</instanceID><deprecatedID>uuid:a</deprecatedID>"
    )
    assert send(anybody, code, edit).status_code == 400
    assert send(anybody, code, b"<data").status_code == 400
    assert world.records("x") == records(world) == []
    assert send(anybody, code, answers("uuid:a")).status_code == 201


def test_a_form_that_reads_anything_of_the_house_is_given_to_nobody(
    world: World, enter: Enter, anybody: FlaskClient
) -> None:
    lan = enter(world.lan)
    assert lan.get("/phones/codes/vang_gia").status_code == 404
    code, other = made(lan)
    world.publish(xform_named(FORM, version="9", media=("so_do.png",)), {"so_do.png": b"a map"})
    assert anybody.get(f"/p/{code}").status_code == 404
    newer = answers_to(FORM, "<ten>Na</ten>", version="9")
    assert send(anybody, code, newer).status_code == 404
    assert lan.get(CODES).status_code == 404
    assert links(open_page(lan, "/phones"), "ẩn danh") == []
    world.publish(xform(FORM).replace(b'version="20', b'version="30'))
    assert anybody.get(f"/p/{other}").status_code == 200
    world.set_state(FORM, FormState.CLOSING)
    assert anybody.get(f"/p/{other}").status_code == 404


def test_nothing_keeps_in_which_order_codes_were_used(
    world: World, enter: Enter, anybody: FlaskClient
) -> None:
    """Records have an order: who gave out the slips would know whose is which."""
    first, second, third = made(enter(world.lan), 3)
    for number, code in enumerate((third, first, second)):
        assert send(anybody, code, answers(f"uuid:{number}")).status_code == 201
    kept = world.house.stores.feedback_codes._batches.find_one({})
    assert kept is not None
    assert list(kept["used"]) == kept["codes"]


def test_codes_of_others_hide_none_of_one_s_own(
    world: World, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else nobody could revoke them any more."""
    monkeypatch.setattr(feedback, "MOST_LISTED", 1)
    lan, minh = enter(world.lan), enter(world.minh)
    made(lan)
    made(minh, office="VP10")
    assert len(open_page(lan, CODES).xpath("//form[contains(@action, '/revoke')]")) == 1


def test_codes_are_made_and_revoked_in_one_s_own_offices_alone(world: World, enter: Enter) -> None:
    lan, minh = enter(world.lan), enter(world.minh)
    made(lan)
    action = open_page(lan, CODES).xpath("//form[contains(@action, '/revoke')]/@action")[0]
    assert "Chưa có mã nào" in words(open_page(minh, CODES))
    sent(minh, action, {}, 404)
    assert "đã thu hồi" not in words(open_page(lan, CODES))
    wrong = {"VP02": 404, "VP10": 200}
    for office, status in wrong.items():
        sent(minh, CODES, {"office": office, "count": "1", "days": "1"}, status)
    for count, days in (("0", "30"), ("201", "30"), ("²", "30"), ("5", "366"), ("5", "")):
        page = sent(lan, CODES, {"office": "VP02", "count": count, "days": days}, 400)
        assert "hãy ghi một số" in page.lower()
    [batch] = [
        each for each in world.house.stores.feedback_codes.of_form(KEY) if each.office == "VP10"
    ]
    assert batch.ends_at - batch.at == timedelta(days=1)
