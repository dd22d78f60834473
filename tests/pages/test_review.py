"""A case manager judges a record."""

from __future__ import annotations

from server.model.forms import FormKey
from server.model.records import ReviewState
from server.processing.counting import count_arrivals
from server.services import PROJECT
from tests.pages.conftest import Enter
from tests.records import Made, record_of
from tests.world import World, forgery_token

KEY = FormKey(PROJECT, "vang_gia")


def sent(world: World) -> Made:
    made = record_of("vang_gia").without_files()
    world.send(made.xml)
    count_arrivals(world.house.stores, KEY, world.clock())
    return made


def test_lan_returns_a_record_with_a_reason_and_the_next_reader_sees_it(
    world: World, enter: Enter
) -> None:
    made, lan = sent(world), enter(world.lan)
    here = f"/records/vang_gia/{made.instance_id}"
    fields = {
        "csrf_token": forgery_token(lan, here),
        "seen": made.instance_id,
        "decision": "hasIssues",
        "reason": "Thiếu ảnh nhà.",
    }
    answer = lan.post(here, data=fields, follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Thiếu ảnh nhà." in page
    assert "Cần bổ sung" in page
    record = world.records("vang_gia")[0]
    assert record.review.value == "hasIssues"
    assert [each.by_name for each in record.reviews] == ["Nguyễn Thị Lan"]
    counts = world.house.stores.counters.counts(KEY)
    assert counts.number(frozenset(("VP01",)), (ReviewState.HAS_ISSUES,)) == 1
    assert counts.number(frozenset(("VP01",))) == 1


def test_a_record_is_not_returned_without_a_reason_and_what_was_chosen_stays(
    world: World, enter: Enter
) -> None:
    made, lan = sent(world), enter(world.lan)
    here = f"/records/vang_gia/{made.instance_id}"
    token = forgery_token(lan, here)
    fields = {"csrf_token": token, "seen": made.instance_id, "decision": "rejected"}
    answer = lan.post(here, data={**fields, "reason": "   "})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Hãy ghi lý do" in page
    assert 'value="rejected" required\n               checked' in page
    assert world.records("vang_gia")[0].review.value == "received"


def test_a_judgement_on_a_version_that_was_edited_meanwhile_is_not_taken(
    world: World, enter: Enter
) -> None:
    """The reviewer saw other answers than those that would be approved."""
    made, lan = sent(world), enter(world.lan)
    here = f"/records/vang_gia/{made.instance_id}"
    token = forgery_token(lan, here)
    edited = made.edited()
    world.send(edited.xml)
    fields = {"csrf_token": token, "seen": made.instance_id, "decision": "approved"}
    answer = lan.post(here, data=fields)
    assert answer.status_code == 409
    assert "vừa được người khác cập nhật" in answer.get_data(as_text=True)
    assert world.records("vang_gia")[0].review.value == "edited"
    fields["seen"] = edited.instance_id
    assert lan.post(here, data=fields).status_code == 303
    assert world.records("vang_gia")[0].review.value == "approved"


def test_an_edited_record_shows_what_stood_there_before(world: World, enter: Enter) -> None:
    made = sent(world)
    old = made.xml.split(b"<ten_chu_ho>")[1].split(b"<")[0]
    edited = made.edited(b"<ten_chu_ho>" + old, b"<ten_chu_ho>" + "Vũ Thị Mận".encode())
    world.send(edited.xml)
    page = enter(world.lan).get(f"/records/vang_gia/{made.instance_id}").get_data(as_text=True)
    assert "Vũ Thị Mận" in page
    assert f"Trước lần sửa gần nhất: {old.decode()}" in page or old.decode() in page
