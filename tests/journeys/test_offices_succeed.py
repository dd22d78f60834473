"""Two communes merge: who reads what before and after, on phones, pages and in counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from flask import Flask

from server.access.verbs import CASE_MANAGER, Verb, scope_for
from server.errors import OfficeUnknown, SuccessionUnderWay
from server.model.calendar import day_of
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.offices import Kind, Office, chains_of
from server.model.people import Grant
from server.model.records import Record, Worker
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.sequence import seq_at
from server.model.succession import Heir, Wish, plan_succession
from server.processing.accounts.people import connect_phone
from server.processing.offices.succeed import affected, succeed
from server.processing.records.counting import count_news
from server.processing.recovery.rebuild import rebuild
from server.processing.recovery.replay import replay
from server.processing.registers.assign_entry import give_entries
from server.services import PROJECT, Services
from server.storage.offices import Change
from server.worker import follow
from tests import registers
from tests.conftest import empty_house
from tests.records import record_of
from tests.registers import CHILDREN, KEY, changed, created, entry, rebuilt, said_of, worked_off
from tests.world import Clock, Handset, World, sign_in

pytestmark = pytest.mark.journey
VISITS = FormKey(PROJECT, "vang_gia")
NA, TI, XA, MAI = (f"{n}d0c2b1a-9f8e-4d7c-8b6a-5f4e3d2c1b0a" for n in (3, 4, 5, 6))
NEW = "06676"
SEES_BOTH, SEES_NA, SEES_TI = {NA, TI}, {NA}, {TI}


@pytest.fixture
def merging(world: World) -> World:
    """Na of VP02, Tí of VP03, Xa far away; a visit by each of the two phones."""
    world.publish(registers.form())
    for name, child, phone in (
        ("Bé Na", NA, world.hong),
        ("Bé Tí", TI, world.cuong),
        ("Bé Xa", XA, world.thao),
    ):
        world.send(created(name, child).xml, by=phone)
    world.send(record_of("vang_gia", 1).without_files().xml)
    world.send(record_of("vang_gia", 2).without_files().xml, by=world.cuong)
    worked_off(world)
    for key in (KEY, VISITS):
        count_news(world.house.stores, key, world.clock())
    return world


def merge(
    world: World,
    ends: tuple[str, ...] = ("VP02", "VP03"),
    into: str = NEW,
    *,
    stays: frozenset[str] = frozenset(),
    label: str = "Văn phòng CTXH phường Hà Lầm",
) -> None:
    stores, at = world.house.stores, world.clock()
    wish = Wish(ends, [Heir(into, label)], day_of(at))
    plan = plan_succession(wish, stores.offices.tree(), WHOLE_HOUSE, day_of(at))
    who = affected(stores, WHOLE_HOUSE, wish.ends)
    moves = {each.id: into for each in (*who.phones, *who.people) if each.id not in stays}
    succeed(stores, world.house.shelf, plan, moves, by="Hà", at=at)


def phone_of_the_region(world: World) -> Handset:
    """Of Hạ Long itself, above both communes."""
    house = world.house
    actor, token = connect_phone(
        house.stores, house.shelf, WHOLE_HOUSE, "Máy của khu vực", "VP01", world.clock()
    )
    return Handset(actor, token, "VP01")


def worker_looks(world: World, times: int = 2) -> None:
    for _ in range(times):
        follow(world.house)
        worked_off(world)
        for key in (KEY, VISITS):
            count_news(world.house.stores, key, world.clock())


def on_phone(world: World, token: str) -> set[str]:
    """The children that a phone gets, as its token stands now."""
    actor = world.house.door.phone(token)
    world.house.door.forget(actor.id)
    scope = scope_for(world.house.door.phone(token), Verb.FETCH_FORMS)
    its_list = world.house.stores.entity_lists.get(CHILDREN)
    text = b"".join(world.house.registers.cut(scope, its_list).pieces()).decode()
    return {child for child in (NA, TI, XA) if child in text}


def visits(world: World, office: str) -> int:
    asked = Filters(top=seq_at(world.clock()))
    return len(world.house.stores.submissions.lines(Scope.of([office]), VISITS, asked, 10))


def numbers(house: Services) -> dict[str, int]:
    counts = house.stores.counters.counts(VISITS)
    offices = ("*", "VP01", "VP02", "VP03", NEW, "VP09")
    return {each: counts.number(frozenset([each])) for each in offices}


def test_after_a_merger_each_phone_has_the_children_of_both(
    merging: World, app: Flask, mongo_uri: str, clock: Clock
) -> None:
    world, house = merging, merging.house
    hong, cuong, thao = world.hong.token, world.cuong.token, world.thao.token
    assert (on_phone(world, hong), on_phone(world, cuong)) == (SEES_NA, SEES_TI)
    clock.move(days=3)  # so that no day is counted anew for other reasons
    merge(world)
    with pytest.raises(SuccessionUnderWay):
        merge(world, ("VP10",), "X1")
    assert (on_phone(world, hong), on_phone(world, cuong)) == (SEES_NA, SEES_TI)
    follow(house)
    assert (on_phone(world, hong), on_phone(world, cuong)) == (SEES_NA, SEES_TI), (
        "nobody moves before the lists are complete, or children would vanish and come back"
    )
    worker_looks(world)
    for token in (hong, cuong):
        assert on_phone(world, token) == SEES_BOTH
    assert on_phone(world, thao) == {XA}
    with pytest.raises(OfficeUnknown):  # the old unit has no phones of its own any more
        connect_phone(house.stores, house.shelf, WHOLE_HOUSE, "Máy mới", "VP02", clock())
    the_old_unit_s_records_are_its_own_and_the_new_one_s(world, app)
    it_goes_to_another_region(world, clock)
    the_journal_alone_says_the_same(world, mongo_uri, clock)


def the_old_unit_s_records_are_its_own_and_the_new_one_s(world: World, app: Flask) -> None:
    assert (visits(world, "VP02"), visits(world, "VP03"), visits(world, NEW)) == (1, 1, 2)
    assert (visits(world, "VP01"), visits(world, "VP09")) == (2, 0)
    expected = {"*": 2, "VP01": 2, "VP02": 1, "VP03": 1, NEW: 2, "VP09": 0}
    assert numbers(world.house) == expected
    actors = world.house.stores.actors.phones(Scope.of([NEW]))
    assert {each.name for each in actors} == {"Máy của Hồng", "Máy của Cường"}
    client = app.test_client()
    sign_in(client, world.lan)
    (record, *_) = world.records("vang_gia")
    page = client.get(f"/records/vang_gia/{record.instance_id}").get_data(as_text=True)
    assert "Văn phòng CTXH phường Bãi Cháy" in page, "the name of its time"
    assert "nay là Văn phòng CTXH phường Hà Lầm" in page


def it_goes_to_another_region(world: World, clock: Clock) -> None:
    """With edits from before and after. A rebuild says the same."""
    house, edit = world.house, record_of("vang_gia", 4).without_files()
    world.send(edit.xml, by=world.cuong)
    world.send(edit.edited().xml, by=phone_of_the_region(world))
    moved = replace(house.stores.offices.tree()[NEW], parent="VP09")
    house.stores.offices.change(Change([moved]), clock())
    house.shelf.forget()
    worker_looks(world)
    expected = {"*": 3, "VP01": 0, "VP02": 1, "VP03": 2, NEW: 3, "VP09": 3}
    assert numbers(house) == expected
    before = chains(world.records("vang_gia"))
    rebuild(house.stores, house.shelf, VISITS, clock(), lambda _: None)
    assert chains(world.records("vang_gia")) == before
    assert numbers(house) == expected


def the_journal_alone_says_the_same(world: World, mongo_uri: str, clock: Clock) -> None:
    house, before = world.house, chains(world.records("vang_gia"))
    with empty_house(house.config, mongo_uri, clock) as lost:
        lost.stores.offices.put(what_no_act_made(house))
        done = replay(lost.intake, lambda _: None)
        assert (done.refused, done.damaged) == (0, ())
        assert lost.stores.offices.tree() == house.stores.offices.tree()
        follow(lost)
        assert chains(lost.stores.submissions.records(*world.everything(VISITS))) == before
        assert replay(lost.intake, lambda _: None).healed == 0


def what_no_act_made(house: Services) -> list[Office]:
    """The units that an installation has of its own file."""
    tree = house.stores.offices.tree().values()
    return [each for each in tree if not each.valid_to and each.code != NEW]


def chains(records: Iterable[Record]) -> dict[str, tuple[str, ...]]:
    return {each.instance_id: each.within for each in records}


def test_what_the_former_region_had_said_of_a_child_stays_said(merging: World) -> None:
    """And what it says after the commune has gone to another is held, as any stranger's."""
    world, region = merging, phone_of_the_region(merging)
    made = created("Bé Mai", MAI, muc="thap")
    world.send(made.xml, by=world.hong)
    world.send(changed(1, child=MAI, muc="cao").xml, by=region)
    world.send(made.edited().saying(b"thap", b"tb").xml, by=region)
    worked_off(world)
    before = said_of(world, MAI)
    assert before["muc"] == "cao"
    moved = replace(world.house.stores.offices.tree()["VP02"], parent="VP09")
    world.house.stores.offices.change(Change([moved]), world.clock())
    worker_looks(world)
    assert on_phone(world, world.thao.token) == {XA}
    child = entry(world, MAI)
    assert child is not None
    assert (child.state.data, child.state.held) == (before, None)
    assert child.within == ("*", "TT", "VP09", "VP02")
    world.send(changed(3, child=MAI, muc="khong").xml, by=region)
    worked_off(world)
    assert said_of(world, MAI) == before
    rebuilt(world)
    assert said_of(world, MAI) == before


def test_who_has_to_look_after_a_child_has_after_a_merger_too(merging: World) -> None:
    """The units are one, and still a child goes along with one phone alone: she who made it, or
    who was named."""
    world, stores = merging, merging.house.stores
    stores.entity_lists.set_option(CHILDREN, "assigned_only", "everybody")
    merge(world)
    worker_looks(world)
    assert on_phone(world, world.hong.token) == SEES_NA
    assert on_phone(world, world.cuong.token) == SEES_TI
    cuong = Worker(world.cuong.actor.id, "Cường", "Lan", world.clock())
    give_entries(stores, CHILDREN, [NA], cuong)
    assert on_phone(world, world.hong.token) == set()
    assert on_phone(world, world.cuong.token) == SEES_BOTH


def test_a_phone_that_stays_keeps_what_it_had_and_what_it_sends_is_read_by_both(
    merging: World,
) -> None:
    merge(merging, stays=frozenset([merging.cuong.actor.id]))
    worker_looks(merging)
    assert on_phone(merging, merging.hong.token) == SEES_BOTH
    assert on_phone(merging, merging.cuong.token) == SEES_TI
    merging.send(record_of("vang_gia", 4).without_files().xml, by=merging.cuong)
    assert (visits(merging, "VP03"), visits(merging, NEW)) == (2, 3)


def test_who_has_roles_in_several_units_stays_known_to_all_who_manage_them(
    merging: World,
) -> None:
    world, stores = merging, merging.house.stores
    who = world.hire("binh@ctxh.example", "Lê Bình", CASE_MANAGER, "VP02").actor
    places = ("VP02", "VP03", "VP10")
    grants = [Grant(CASE_MANAGER, each) for each in places]
    stores.actors.set_grants(who, grants, within=chains_of(places, stores.offices.tree()))

    def known() -> list[str]:
        everywhere = ("VP01", "VP09")
        return [each for each in everywhere if who.id in _people(world, each)]

    merge(world)
    worker_looks(world)
    assert known() == ["VP01", "VP09"]
    assert who.id in _people(world, NEW)
    moved = stores.actors.by_id(who.id)
    assert moved is not None
    assert moved.grants == (Grant(CASE_MANAGER, NEW), Grant(CASE_MANAGER, "VP10"))
    # And when a unit moves in the tree.
    stores.offices.change(
        Change([replace(stores.offices.tree()[NEW], parent="VP09")]), world.clock()
    )
    stores.offices.change(
        Change([replace(stores.offices.tree()["VP10"], parent="VP01")]), world.clock()
    )
    worker_looks(world)
    assert known() == ["VP01", "VP09"]


def _people(world: World, office: str) -> set[str]:
    return {each.id for each in world.house.stores.actors.people(Scope.of([office]))}


def test_what_kinds_are_called_comes_back_as_it_was_said_last(
    world: World, mongo_uri: str, clock: Clock
) -> None:
    house = world.house
    first, last = Kind("phuong", "Phừơng", "Ward"), Kind("phuong", "Phường", "Ward", False)
    house.stores.offices.change(Change(kinds=[first]), clock())
    house.stores.offices.change(Change(kinds=[last]), clock())
    with empty_house(house.config, mongo_uri, clock) as lost:
        replay(lost.intake, lambda _: None)
        assert lost.stores.offices.kinds()["phuong"] == last
        assert replay(lost.intake, lambda _: None).healed == 0


def test_what_arrives_while_the_tree_changes_is_brought_in_step_later(
    merging: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that still has the tree of a second ago puts a record where it stood before."""
    world = merging
    old = world.house.shelf.offices()
    merge(world)
    worker_looks(world)
    with monkeypatch.context() as stale:
        stale.setattr(type(world.house.shelf), "offices", lambda _: old)
        world.send(record_of("vang_gia", 4).without_files().xml)
    assert visits(world, NEW) == 2
    assert world.house.stores.offices.out_of_step(), "for two minutes it is looked at again"
    world.clock.move(minutes=3)
    worker_looks(world)
    assert visits(world, NEW) == 3
    assert world.house.stores.offices.out_of_step() == {}
