"""A case manager judges a record."""

from __future__ import annotations

from dataclasses import replace

from server.model.calendar import day_of
from server.model.forms import FormKey
from server.model.records import Review, ReviewState
from server.model.scope import WHOLE_HOUSE
from server.processing.follow_ups.run import run_due
from server.processing.records.counting import count_news, recount_day
from server.services import PROJECT
from tests.pages.conftest import Enter
from tests.records import Made, record_of
from tests.world import World, forgery_token

KEY = FormKey(PROJECT, "vang_gia")


def sent(world: World) -> Made:
    made = record_of("vang_gia").without_files()
    world.send(made.xml)
    count_news(world.house.stores, KEY, world.clock())
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
    book = lan.post(here, data={**fields, "reason": "Na " * 2000})
    assert book.status_code == 400
    assert "Lý do quá dài" in book.get_data(as_text=True)
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


# -- what the lists count, before and after the day is counted anew


HA_LONG = frozenset(("VP01",))


def numbers(world: World) -> tuple[int, int]:
    """Received ones and approved ones, as counted."""
    counts = world.house.stores.counters.counts(KEY)
    states = (ReviewState.RECEIVED, ReviewState.APPROVED)
    received, approved = (counts.number(HA_LONG, (state,)) for state in states)
    return received, approved


def work(world: World) -> None:
    """What the worker does in a round."""
    run_due(world.house.stores, world.house.shelf, world.clock())
    count_news(world.house.stores, KEY, world.clock())


def approval(world: World) -> Review:
    lan = world.lan.actor
    return Review(ReviewState.APPROVED, "", lan.id, lan.name, world.clock())


def test_a_review_moves_one_record_at_once_and_the_day_is_counted_anew_later(
    world: World, enter: Enter
) -> None:
    """A day of 20,000 records takes seconds to count: no reviewer waits for that."""
    lost, judged, _ = sent(world), sent(world), sent(world)
    world.house.stores.submissions._records.delete_one({"_id": f"{KEY.text}/{lost.instance_id}"})
    lan, here = enter(world.lan), f"/records/vang_gia/{judged.instance_id}"
    fields = {
        "csrf_token": forgery_token(lan, here),
        "seen": judged.instance_id,
        "decision": "approved",
    }
    assert lan.post(here, data=fields).status_code == 303
    assert numbers(world) == (2, 1)
    work(world)
    assert numbers(world) == (1, 1)


def test_a_review_is_counted_though_the_server_broke_off_right_after_it(world: World) -> None:
    """And though the worker broke off before it counted."""
    made, stores = sent(world), world.house.stores
    record = world.record("vang_gia", made.instance_id)
    assert record is not None
    work(world)
    assert stores.submissions.add_review(WHOLE_HOUSE, record, approval(world))
    assert numbers(world) == (1, 0)
    run_due(stores, world.house.shelf, world.clock())
    assert numbers(world) == (1, 0)
    count_news(stores, KEY, world.clock())
    assert numbers(world) == (0, 1)
    assert stores.counters.standing(KEY).changed == {}


def test_a_review_that_was_counted_meanwhile_is_not_counted_twice(world: World) -> None:
    made, stores = sent(world), world.house.stores
    record = world.record("vang_gia", made.instance_id)
    assert record is not None
    day = day_of(record.at)
    seen = stores.counters.round_of(KEY, day)
    assert stores.submissions.add_review(WHOLE_HOUSE, record, approval(world))
    recount_day(stores, KEY, day)
    stores.counters.move(record, ReviewState.APPROVED, day, seen)
    assert numbers(world) == (0, 1)


def test_what_is_not_counted_yet_is_not_moved(world: World) -> None:
    counted, stores = sent(world), world.house.stores
    fresh = record_of("vang_gia").without_files()
    world.send(fresh.xml)
    record = world.record("vang_gia", fresh.instance_id)
    assert record is not None
    day = day_of(record.at)
    stores.counters.move(record, ReviewState.APPROVED, day, stores.counters.round_of(KEY, day))
    assert numbers(world) == (1, 0)
    old = world.record("vang_gia", counted.instance_id)
    assert old is not None
    odd = replace(old, within=("*", "VP.01"))
    stores.counters.move(odd, ReviewState.APPROVED, day, stores.counters.round_of(KEY, day))
    assert numbers(world) == (1, 0)


def test_a_change_that_is_noted_while_its_day_is_counted_stays_noted(world: World) -> None:
    made, counters = sent(world), world.house.stores.counters
    record = world.record("vang_gia", made.instance_id)
    assert record is not None
    day = day_of(record.at)
    counters.note_change(KEY, day)
    note = counters.standing(KEY).changed[day]
    counters.note_change(KEY, day)
    counters.forget_change(KEY, day, note)
    assert list(counters.standing(KEY).changed) == [day]
