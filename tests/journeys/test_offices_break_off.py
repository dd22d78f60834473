"""A change of offices that breaks off goes on where it stopped, or never was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pymongo.collection import Collection

from server.errors import RecordUnreadable, SuccessionUnderWay
from server.model.calendar import day_of
from server.model.entities import Origin
from server.model.entity_imports import EntityImport
from server.model.past_succession import Move, PastSuccession, Stage
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.succession import Heir, Wish, plan_succession
from server.processing.offices import office_steps
from server.processing.offices.succeed import succeed, under_way
from server.processing.records.break_glass import open_with_reason
from server.storage.offices import Change, Offices
from server.worker import follow
from tests.journeys.healing import LIST, Fresh, Killed, killed, ordered, replayed
from tests.registers import CHILD, worked_off
from tests.sheets import answers_to
from tests.world import World

pytestmark = pytest.mark.journey
REASON = "Gia đình gọi khẩn trong đêm"


def merge(world: World, into: str, *who: str) -> None:
    """VP02 and VP03 become one."""
    stores, at = world.house.stores, world.clock()
    wish = Wish(("VP02", "VP03"), [Heir(into, f"Văn phòng {into}")], day_of(at))
    plan = plan_succession(wish, stores.offices.tree(), WHOLE_HOUSE, day_of(at))
    succeed(stores, world.house.shelf, plan, dict.fromkeys(who, into), by="Hà", at=at)


def worker_looks(world: World) -> None:
    for _ in range(2):
        follow(world.house)
        worked_off(world)


def office_of(world: World, actor_id: str) -> str | None:
    actor = world.house.stores.actors.by_id(actor_id)
    assert actor is not None
    return actor.office


def test_a_succession_that_broke_off_never_comes_to_life_with_another_one(
    small_world: World, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the tree was changed; then the units merge otherwise, and Hồng's phone goes
    where the second one says, Cường's nowhere. The journal knows both as they ended."""
    world, stores = small_world, small_world.house.stores
    hong, cuong = world.hong.actor.id, world.cuong.actor.id
    with monkeypatch.context() as patch:
        patch.setattr(Offices, "change", killed)
        with pytest.raises(Killed):
            merge(world, "SAI", hong, cuong)
    assert under_way(stores) == []
    with pytest.raises(SuccessionUnderWay):  # it might be just about to change the tree
        merge(world, "DUNG", hong)
    world.clock.move(minutes=3)
    merge(world, "DUNG", hong)
    [alive] = under_way(stores)
    assert alive.moves == (Move(hong, "DUNG"),)
    worker_looks(world)
    assert (office_of(world, hong), office_of(world, cuong)) == ("DUNG", "VP03")
    said = stores.successions.all()
    assert [each.stage for each in said] == [Stage.DONE, Stage.GIVEN_UP]
    with fresh() as house:
        assert replayed(house).refused == 0
        assert house.stores.successions.all() == said
        assert replayed(house).healed == 0


def test_of_two_successions_that_begin_at_once_none_is_half_another_s(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, add = small_world, small_world.house.stores.successions.add

    def beside_another(its: PastSuccession) -> None:
        add(replace(its, id="other", heirs=("SAI",), moves=(Move(world.cuong.actor.id, "SAI"),)))
        add(its)

    monkeypatch.setattr(world.house.stores.successions, "add", beside_another)
    before = world.house.stores.offices.tree()
    with pytest.raises(SuccessionUnderWay):
        merge(world, "DUNG", world.hong.actor.id)
    assert world.house.stores.offices.tree() == before
    stages = {each.id: each.stage for each in world.house.stores.successions.all()}
    assert stages.pop("other") is Stage.BEGUN
    assert list(stages.values()) == [Stage.GIVEN_UP]


def test_who_gets_another_role_while_they_move_keeps_it(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, actors = small_world, small_world.house.stores.actors
    hong, known = world.hong.actor, actors.phones(WHOLE_HOUSE)
    other = (*hong.grants, replace(hong.grants[0], office="VP04"))
    merge(world, "DUNG", hong.id)
    assert actors.set_grants(hong, other, within=("*", "TT", "VP01", "VP02", "VP04"))
    with monkeypatch.context() as stale:
        stale.setattr(actors, "phones", lambda _: known)
        follow(world.house)
    assert office_of(world, hong.id) == "VP02"
    follow(world.house)
    moved = actors.by_id(hong.id)
    assert moved is not None
    assert moved.offices == ("DUNG", "VP04")


def to_another_region(world: World, office: str = "VP02") -> None:
    offices = world.house.stores.offices
    offices.change(Change([replace(offices.tree()[office], parent="VP09")]), world.clock())
    world.house.shelf.forget()


def chain_of(world: World, child: str = CHILD) -> tuple[str, ...]:
    found = world.house.stores.entities.find(WHOLE_HOUSE, LIST, child)
    assert found is not None
    return found.within


def of_vp02(world: World) -> None:
    """One of each thing that stands under an office, besides records."""
    stores, at = world.house.stores, world.clock()
    ordered(world, CHILD, "import:1", Origin.IMPORT, office="VP02", thon="Khu 1")
    chain = ("*", "TT", "VP01", "VP02")
    stores.entity_imports.begin(EntityImport(LIST, "1", at, "Lan", "VP02", chain, 1))
    world.send(answers_to("x", "<ten>Na</ten>"))
    with pytest.raises(RecordUnreadable):
        world.send(b"<x")
    [record] = world.records("x")
    open_with_reason(stores, record, REASON, by=world.minh.actor, at=world.clock())


def test_an_entry_follows_its_office_though_the_worker_was_killed_before_it(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, lists = small_world, small_world.house.stores.entity_lists
    of_vp02(world)
    for broken in ((office_steps, "bring_in_step"), (lists, "touch")):
        to_another_region(world)
        with monkeypatch.context() as patch:
            patch.setattr(*broken, killed)
            with pytest.raises(Killed):
                follow(world.house)
        revision = lists.get(LIST).revision
        follow(world.house)
        assert chain_of(world) == ("*", "TT", "VP09", "VP02")
        assert lists.get(LIST).revision > revision, "phones hear of it"
        back = replace(world.house.stores.offices.tree()["VP02"], parent="VP01")
        world.house.stores.offices.change(Change([back]), world.clock())
        world.house.shelf.forget()
        worker_looks(world)
        assert chain_of(world) == ("*", "TT", "VP01", "VP02")


def test_what_stands_right_is_not_written_again_at_each_look(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For two minutes after a change the worker looks every ten seconds, and then no more."""
    world, stores = small_world, small_world.house.stores
    of_vp02(world)
    to_another_region(world)
    worker_looks(world)
    assert stores.offices.out_of_step(), "it is looked at again"
    written: list[str] = []
    update = Collection.update_one

    def noted(self: Collection[Any], *asked: Any, **wanted: Any) -> Any:
        done = update(self, *asked, **wanted)
        written.extend([self.name] * done.matched_count)
        return done

    monkeypatch.setattr(Collection, "update_one", noted)
    worker_looks(world)
    assert written == []
    world.clock.move(minutes=3)
    worker_looks(world)
    assert set(written) == {"offices"}
    assert stores.offices.out_of_step() == {}


def test_what_was_opened_with_a_reason_is_told_of_where_its_office_stands_and_comes_back(
    small_world: World, fresh: Fresh
) -> None:
    world, openings = small_world, small_world.house.stores.openings
    of_vp02(world)
    to_another_region(world)
    now = world.clock()
    assert openings.page(Scope.of(["VP09"]), now, 9) == []
    worker_looks(world)
    [told] = openings.page(Scope.of(["VP09"]), now, 9)
    assert openings.page(Scope.of(["VP01"]), now, 9) == []
    assert (told.reason, told.within) == (REASON, ("*", "TT", "VP09", "VP02"))
    with fresh() as house:
        assert replayed(house).refused == 0
        assert house.stores.openings.page(WHOLE_HOUSE, now, 9) == [told]
        assert house.stores.openings.open_now(world.minh.actor.id, WHOLE_HOUSE, now)
        assert replayed(house).healed == 0
