"""What one person asks for happens when another grants it: never without, and never twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from server.access.verbs import ADMINISTRATOR, Verb
from server.errors import Forbidden, NotUnderstood
from server.errors.two_people import (
    ApprovalDecided,
    ApprovalUnknown,
    AskerMayNoMore,
    AskerMayNotGrant,
    SecondTooNew,
)
from server.model.approvals import About, Approval, State
from server.model.data_requests import Concern
from server.model.people import Actor
from server.model.withholding import RECORDS
from server.processing.approvals.approved_acts import ACTS, DELETE, EXPORT, Act
from server.processing.approvals.two_people import TwoPeople
from server.processing.recovery.replay import replay
from tests.journeys.healing import one_round
from tests.records import record_of
from tests.world import World

FORM, CHAIN = "vang_gia", ("*", "TT", "VP01")
WHY = "Phiếu thử, gửi nhầm khi tập huấn"
EVERYTHING = About((Concern(RECORDS, FORM, ""),), days=7)


@pytest.fixture(scope="module")
def second(shared_world: World) -> Actor:
    return head(shared_world, "pho")


@pytest.fixture(scope="module")
def third(shared_world: World) -> Actor:
    return head(shared_world, "ba")


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of what was carried out, of an act that does nothing else."""
    heard: list[str] = []
    act = Act(Verb.DELETE_RECORDS, lambda _, approval, _at: heard.append(approval.id))
    monkeypatch.setitem(ACTS, "heard", act)  # type: ignore[arg-type]
    return heard


def head(world: World, name: str, office: str = "VP01") -> Actor:
    return world.hire(f"{name}@example.org", name, ADMINISTRATOR, office).actor


def rule(world: World) -> TwoPeople:
    return world.house.two_people


def asked(world: World, act: str = "heard", about: About | None = None) -> Approval:
    one = About((Concern(RECORDS, FORM, "uuid:1"),))
    return rule(world).ask(world.admin.actor, act, about or one, CHAIN, WHY, world.clock())


def state(world: World, found: Approval) -> State:
    return rule(world).seen_by(world.admin.actor, found.id).state(world.clock())


def test_another_person_with_the_same_power_grants_it_and_it_is_done(
    shared_world: World, second: Actor, done: list[str]
) -> None:
    found = asked(shared_world)
    assert [each.id for each in rule(shared_world).waiting_for(second, shared_world.clock())] == [
        found.id
    ]
    granted = rule(shared_world).grant(second, found.id, " Đồng ý. ", shared_world.clock())
    assert done == [found.id]
    assert granted.decision is not None
    assert (granted.decision.by_name, granted.decision.words) == ("pho", "Đồng ý.")
    assert state(shared_world, found) is State.CARRIED_OUT
    for late in (rule(shared_world).grant, rule(shared_world).refuse):
        with pytest.raises(ApprovalDecided):
            late(second, found.id, "x", shared_world.clock())
    assert done == [found.id]
    assert not rule(shared_world).waiting_for(second, shared_world.clock())


def test_who_asked_never_grants_it_whatever_they_may(
    shared_world: World, second: Actor, done: list[str]
) -> None:
    found = asked(shared_world)
    for alone in (rule(shared_world).grant, rule(shared_world).refuse):
        with pytest.raises(AskerMayNotGrant):
            alone(shared_world.admin.actor, found.id, "x", shared_world.clock())
    assert not rule(shared_world).waiting_for(shared_world.admin.actor, shared_world.clock())
    with pytest.raises(Forbidden):
        rule(shared_world).take_back(second, found.id, shared_world.clock())
    rule(shared_world).take_back(shared_world.admin.actor, found.id, shared_world.clock())
    with pytest.raises(ApprovalDecided):
        rule(shared_world).grant(second, found.id, "", shared_world.clock())
    assert done == []


def test_who_has_not_the_power_there_is_told_of_nothing(
    shared_world: World, done: list[str]
) -> None:
    found = asked(shared_world)
    elsewhere = head(shared_world, "noi-khac", office="VP09")
    for other in (shared_world.lan.actor, elsewhere):
        for decide in (rule(shared_world).grant, rule(shared_world).refuse):
            with pytest.raises(ApprovalUnknown):
                decide(other, found.id, "x", shared_world.clock())
        assert not rule(shared_world).waiting_for(other, shared_world.clock())
    with pytest.raises(Forbidden):
        rule(shared_world).ask(
            shared_world.lan.actor,
            "heard",
            found.about,
            found.within,
            WHY,
            shared_world.clock(),
        )
    assert done == []


def test_a_second_person_who_was_made_afterwards_is_none(
    shared_world: World, done: list[str]
) -> None:
    found = asked(shared_world)
    made = head(shared_world, "moi-lap")
    with pytest.raises(SecondTooNew):
        rule(shared_world).grant(made, found.id, "", shared_world.clock())
    assert done == []


def test_who_may_no_more_has_asked_in_vain(
    shared_world: World, second: Actor, done: list[str]
) -> None:
    gone = head(shared_world, "nghi-viec")
    things = About((Concern(RECORDS, FORM, "uuid:1"),))
    at = shared_world.clock()
    found = rule(shared_world).ask(gone, "heard", things, CHAIN, WHY, at)
    shared_world.house.stores.actors.end(gone.id, at)
    with pytest.raises(AskerMayNoMore):
        rule(shared_world).grant(second, found.id, "", shared_world.clock())
    assert done == []
    assert rule(shared_world).refuse(second, found.id, "Đã nghỉ.", at).decision is not None


def test_of_two_who_grant_at_once_one_does_it(
    shared_world: World,
    second: Actor,
    third: Actor,
    done: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, both, look = asked(shared_world), Barrier(2, timeout=60), TwoPeople.seen_by

    def together(its: TwoPeople, by: Actor, id: str) -> Approval:
        """Both have seen it before one of them decides."""
        seen = look(its, by, id)
        both.wait()
        return seen

    def grant(by: Actor) -> bool:
        try:
            rule(shared_world).grant(by, found.id, "", shared_world.clock())
        except ApprovalDecided:
            return False
        return True

    with monkeypatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setattr(TwoPeople, "seen_by", together)
        won = list(pool.map(grant, [second, third]))
    assert sorted(won) == [False, True]
    assert done == [found.id]


def test_what_broke_off_is_done_by_the_machine(
    shared_world: World, second: Actor, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one that cannot be done keeps no other from it."""
    house = shared_world.house
    monkeypatch.setitem(ACTS, "broken", Act(Verb.DELETE_RECORDS, lambda *_: 1 / 0))  # type: ignore[arg-type]
    bad, found = asked(shared_world, "broken"), asked(shared_world)
    with monkeypatch.context() as patch:
        patch.setattr(TwoPeople, "_carry_out", lambda _self, granted, _at: granted)
        for each in (bad, found):
            rule(shared_world).grant(second, each.id, "", shared_world.clock())
    assert rule(shared_world).finish(shared_world.clock()) == 0, "it may still be under way"
    assert done == []
    shared_world.clock.move(minutes=3)
    one_round(house, monkeypatch)
    assert done == [found.id]
    assert state(shared_world, found) is State.CARRIED_OUT
    assert state(shared_world, bad) is State.GRANTED
    [left] = house.stores.approvals.unfinished()
    assert left.id == bad.id
    monkeypatch.setitem(ACTS, "broken", ACTS["heard"])  # type: ignore[index]
    assert rule(shared_world).finish(shared_world.clock()) == 1
    assert rule(shared_world).finish(shared_world.clock()) == 0


def test_a_reason_is_needed_and_words_for_a_refusal(shared_world: World, second: Actor) -> None:
    with pytest.raises(NotUnderstood):
        rule(shared_world).ask(
            shared_world.admin.actor, EXPORT, EVERYTHING, ("*",), "vì cần", shared_world.clock()
        )
    found = asked(shared_world, EXPORT, EVERYTHING)
    with pytest.raises(NotUnderstood):
        rule(shared_world).refuse(second, found.id, "  ", shared_world.clock())
    assert state(shared_world, found) is State.ASKED


def test_what_is_granted_for_a_time_holds_so_long_and_can_be_ended(
    shared_world: World, second: Actor
) -> None:
    [thing] = EVERYTHING.things
    parts = replace(EVERYTHING, filters=(("from", "2026-01-01"),))
    whole, part = asked(shared_world, EXPORT, EVERYTHING), asked(shared_world, EXPORT, parts)
    approvals, me = shared_world.house.stores.approvals, shared_world.admin.actor.id
    assert not approvals.in_force(me, shared_world.clock())
    granted = rule(shared_world).grant(second, whole.id, "", shared_world.clock())
    cut = rule(shared_world).grant(second, part.id, "", shared_world.clock())
    now = shared_world.clock()
    assert granted.covers(thing, {}, now)
    assert granted.covers(thing, {"state": "approved"}, now), "a part of it"
    assert not granted.covers(Concern(RECORDS, "khao_sat_nhu_cau", ""), {}, now)
    assert cut.covers(thing, {"from": "2026-01-01", "to": "2026-02-01"}, now)
    assert not cut.covers(thing, {}, now)
    assert len(approvals.in_force(me, now)) == 2
    rule(shared_world).refuse(second, part.id, "Đã xong.", shared_world.clock())
    assert [each.id for each in approvals.in_force(me, shared_world.clock())] == [whole.id]
    shared_world.clock.move(days=8)
    assert state(shared_world, whole) is State.LAPSED
    assert not approvals.in_force(me, shared_world.clock())
    with pytest.raises(ApprovalDecided):
        rule(shared_world).take_back(shared_world.admin.actor, whole.id, shared_world.clock())


def test_what_nobody_decides_lapses(shared_world: World, second: Actor, done: list[str]) -> None:
    found = asked(shared_world)
    shared_world.clock.move(days=14)
    assert state(shared_world, found) is State.LAPSED
    assert not rule(shared_world).waiting_for(second, shared_world.clock())
    with pytest.raises(ApprovalDecided):
        rule(shared_world).grant(second, found.id, "", shared_world.clock())
    now = shared_world.clock()
    assert found.id in {each.id for each in rule(shared_world).decided(second, now, 50, now)}
    assert done == []


def test_a_deleted_record_is_nowhere_and_a_replay_does_not_bring_it_back(world: World) -> None:
    made = record_of(FORM).without_files()
    world.send(made.xml)
    second = head(world, "pho")
    about = About((Concern(RECORDS, FORM, made.instance_id),))
    found = asked(world, DELETE, about)
    assert world.records(FORM)
    rule(world).grant(second, found.id, "", world.clock())
    assert world.records(FORM) == []
    refused = asked(world, DELETE, about)
    rule(world).refuse(second, refused.id, "Đã xóa rồi.", world.clock())
    world.house.stores.submissions._records.delete_many({})
    before = [rule(world).seen_by(second, each.id) for each in (found, refused)]
    world.house.stores.approvals._approvals.delete_many({})
    assert replay(world.house.intake, lambda _: None).refused == 0
    assert world.records(FORM) == []
    assert [rule(world).seen_by(second, each.id) for each in (found, refused)] == before
    # A phone that sends it once more is thanked, and it stays deleted.
    world.send(made.xml)
    assert world.records(FORM) == []
    assert replay(world.house.intake, lambda _: None).healed == 0


def test_an_office_takes_along_what_waits_there(shared_world: World, done: list[str]) -> None:
    found = asked(shared_world)
    other = head(shared_world, "tien-yen", office="VP09")
    later = asked(shared_world)
    shared_world.house.stores.approvals.move("VP01", ("*", "TT", "VP09", "VP01"))
    waiting = {each.id for each in rule(shared_world).waiting_for(other, shared_world.clock())}
    assert waiting >= {found.id, later.id}
    shared_world.house.stores.approvals.move("VP01", CHAIN)
