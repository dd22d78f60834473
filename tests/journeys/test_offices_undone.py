"""A merger of communes is undone: who reads what afterwards, and whatever breaks off goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from exports.units import units_csv
from server.errors import NotUnderstood, OfficeUnknown, SuccessionStays, SuccessionUnderWay
from server.model.calendar import day_of
from server.model.entities import Origin
from server.model.feedback import CodeBatch
from server.model.past_import import PastImport
from server.model.past_succession import PastSuccession, Stage
from server.model.people import Grant
from server.model.scope import WHOLE_HOUSE, Scope
from server.processing.accounts.people import connect_phone
from server.processing.offices import office_steps
from server.processing.offices.office_file import COLUMNS
from server.processing.offices.office_import import apply_plan, plan_file
from server.processing.offices.succeed import under_way
from server.processing.offices.undo_import import ImportUndoing, plan_import_undo, undo_import
from server.processing.offices.undo_succession import BACK, Undoing, movers, plan_undo, undo
from server.services import PROJECT
from server.storage.actors import Actors
from server.storage.offices import Offices
from server.storage.successions import Successions
from server.worker import follow
from tests import registers
from tests.conftest import empty_house
from tests.journeys.healing import Fresh, Killed, killed, ordered, replayed
from tests.journeys.test_offices_break_off import office_of
from tests.journeys.test_offices_succeed import (
    NA,
    NEW,
    TI,
    VISITS,
    XA,
    chains,
    merge,
    numbers,
    on_phone,
    visits,
    what_no_act_made,
    worker_looks,
)
from tests.records import record_of
from tests.registers import created
from tests.world import Clock, Handset, World

pytestmark = pytest.mark.journey
SINCE = "7d0c2b1a-9f8e-4d7c-8b6a-5f4e3d2c1b0a"


def done(world: World) -> None:
    """What the worker does until nothing is under way any more."""
    worker_looks(world)
    world.clock.move(minutes=3)
    worker_looks(world)


def last(world: World) -> PastSuccession:
    return world.house.stores.successions.all()[0]


def plan(
    world: World, scope: Scope = WHOLE_HOUSE, given: Mapping[str, str] | None = None
) -> Undoing:
    stores = world.house.stores
    past, today = stores.successions.all(), day_of(world.clock())
    its = next(each for each in past if not each.undoes and each.stage is not Stage.GIVEN_UP)
    return plan_undo(its, past, stores.offices.tree(), scope, today, given or {})


def undone(
    world: World,
    choices: Mapping[str, str] | None = None,
    given: Mapping[str, str] | None = None,
) -> None:
    """Whoever was moved goes back, but for what is chosen otherwise."""
    house, its = world.house, plan(world, given=given)
    who = movers(house.stores, WHOLE_HOUSE, its)
    back = {each.id: BACK for each in (*who.phones, *who.people)}
    undo(house.stores, house.shelf, its, who, back | dict(choices or {}), by="Hà", at=world.clock())


def test_after_an_undone_merger_each_has_what_was_theirs_and_what_came_since_stays(
    world: World, mongo_uri: str, clock: Clock
) -> None:
    house, stores = world.house, world.house.stores
    world.publish(registers.form())
    for name, child, phone in (("Na", NA, world.hong), ("Tí", TI, world.cuong)):
        world.send(created(name, child).xml, by=phone)
        world.send(record_of("vang_gia", 1 + (child == TI)).without_files().xml, by=phone)
    worker_looks(world)
    before = stores.offices.tree()
    merge(world)
    with pytest.raises(SuccessionUnderWay):
        plan(world)
    done(world)
    new, token = connect_phone(stores, house.shelf, WHOLE_HOUSE, "Máy mới", NEW, world.clock())
    moved = stores.actors.by_id(world.hong.actor.id)
    assert moved is not None
    hong = Handset(moved, world.hong.token, NEW)
    world.send(created("Mai", XA).xml, by=hong)
    world.send(record_of("vang_gia", 4).without_files().xml, by=hong)
    done(world)
    assert on_phone(world, world.hong.token) == {NA, TI, XA}

    undone(world, {new.id: "VP03"})
    with pytest.raises(SuccessionUnderWay):
        merge(world, ("VP10",), "X1")
    assert on_phone(world, world.hong.token) == {NA, TI, XA}, "nobody moves before the lists do"
    done(world)
    tokens = (world.hong.token, world.cuong.token, token)
    assert [on_phone(world, each) for each in tokens] == [{NA}, {TI}, {TI}]
    assert numbers(house) == {"*": 3, "VP01": 3, "VP02": 1, "VP03": 1, NEW: 1, "VP09": 0}
    assert (visits(world, "VP02"), visits(world, "VP03"), visits(world, NEW)) == (1, 1, 1)
    tree = stores.offices.tree()
    assert {code: tree[code] for code in before} == before
    assert tree[NEW].valid_to, "it ended, and what came to it keeps its name"
    assert last(world).stage is Stage.DONE
    with pytest.raises(SuccessionStays, match="undone already"):
        plan(world)
    the_journal_alone_says_the_same(world, mongo_uri, clock)


def the_journal_alone_says_the_same(world: World, mongo_uri: str, clock: Clock) -> None:
    house = world.house
    with empty_house(house.config, mongo_uri, clock) as lost:
        lost.stores.offices.put(what_no_act_made(house))
        assert replayed(lost).refused == 0
        assert lost.stores.offices.tree() == house.stores.offices.tree()
        assert lost.stores.successions.all() == house.stores.successions.all()
        follow(lost)
        again = lost.stores.submissions.records(*world.everything(VISITS))
        assert chains(again) == chains(world.records("vang_gia"))
        assert replayed(lost).healed == 0


def test_what_came_since_goes_to_the_only_unit_that_is_in_force_again(world: World) -> None:
    """A commune that got another name and code."""
    merge(world, ("VP02",))
    done(world)
    moved = world.house.stores.actors.by_id(world.hong.actor.id)
    assert moved is not None
    world.send(
        record_of("vang_gia", 1).without_files().xml, by=Handset(moved, world.hong.token, NEW)
    )
    undone(world)
    done(world)
    assert (visits(world, "VP02"), visits(world, NEW)) == (1, 1)
    assert world.house.stores.offices.tree()[NEW].successor == "VP02"


def test_a_merger_that_nothing_came_of_leaves_no_trace_and_can_be_done_again(
    small_world: World, fresh: Fresh
) -> None:
    """With one who held the same role in both units."""
    world, stores = small_world, small_world.house.stores
    before = stores.offices.tree()
    hong = world.hong.actor
    both = (*hong.grants, Grant(hong.grants[0].role, "VP03"))
    assert stores.actors.set_grants(hong, both, within=("*", "TT", "VP01", "VP02", "VP03"))
    merge(world)
    done(world)
    assert _offices_of(world, hong.id) == (NEW,)
    undone(world)
    assert NEW in stores.offices.tree(), "until everybody has moved"
    done(world)
    assert _offices_of(world, hong.id) == ("VP02", "VP03")
    assert stores.offices.tree() == before
    with fresh() as lost:
        replayed(lost)
        assert lost.stores.offices.tree() == before
        assert replayed(lost).healed == 0
    with pytest.raises(SuccessionStays, match="undone already"):
        plan(world)
    merge(world)
    done(world)
    assert stores.offices.tree()[NEW].valid_to == ""
    assert office_of(world, hong.id) == NEW


def test_of_a_unit_that_took_over_and_stood_before_only_who_came_goes(small_world: World) -> None:
    world, stores = small_world, small_world.house.stores
    before = stores.offices.tree()
    cuong = world.cuong.actor
    merge(world, ("VP02",), "VP03", label="")
    done(world)
    assert [each.code for each in plan(world).staying] == ["VP03"]
    who = movers(stores, WHOLE_HOUSE, plan(world))
    assert [each.id for each in who.phones] == [world.hong.actor.id]
    undone(world, {cuong.id: "VP02"})
    done(world)
    assert (office_of(world, world.hong.actor.id), office_of(world, cuong.id)) == ("VP02", "VP03")
    assert stores.offices.tree() == before


def test_what_was_built_upon_is_undone_first(small_world: World) -> None:
    world = small_world
    merge(world)
    done(world)
    with pytest.raises(OfficeUnknown):
        plan(world, Scope.of(["VP09"]))
    with pytest.raises(OfficeUnknown):
        plan(world, Scope.of([NEW]))
    first = last(world)
    world.clock.move(days=1)
    merge(world, (NEW,), "06677")
    done(world)
    stores, today = world.house.stores, day_of(world.clock())
    past, tree = stores.successions.all(), stores.offices.tree()
    with pytest.raises(SuccessionStays, match="changed again after it"):
        plan_undo(first, past, tree, WHOLE_HOUSE, today, {})
    undone(world)
    done(world)
    past, tree = stores.successions.all(), stores.offices.tree()
    again = plan_undo(first, past, tree, WHOLE_HOUSE, today, {})
    assert [each.code for each in again.restored] == ["VP02", "VP03"]


def taken_in(world: World, *lines: str) -> PastImport:
    """A file of units."""
    house, data = world.house, "\n".join(("code,label,parent,valid_from,valid_to", *lines))
    its = plan_file(house.stores, WHOLE_HOUSE, data.encode())
    apply_plan(house.stores, house.shelf, its, "Hà", world.clock())
    return house.stores.office_imports.all()[0]


def undone_file(world: World, its: PastImport, scope: Scope = WHOLE_HOUSE) -> ImportUndoing:
    house = world.house
    plan = plan_import_undo(house.stores, PROJECT, its, scope)
    undo_import(house.stores, house.shelf, plan, by="Hà", at=world.clock())
    return plan


def test_an_undone_file_leaves_no_unit_where_none_can_stand(small_world: World) -> None:
    """What it would say again no longer fits what was said since: it stays as it is."""
    world, tree = small_world, small_world.house.stores.offices.tree
    a_home = taken_in(world, "X1,Tổ 1,VP01,,", "VP05,Năm,X1,,")
    moved_out = taken_in(world, "VP05,Năm,VP01,,")
    taken_in(world, "VP02,Hai,VP03,,")
    back = taken_in(world, "VP02,Hai,VP01,,")
    above = taken_in(world, "VP03,Ba,VP02,,")
    ended = taken_in(world, "VP04,Bốn,VP01,,2026-01-31")
    taken_in(world, "VP04,Bốn mới,VP01,2026-02-01,")
    assert [each.code for each in undone_file(world, a_home).removed] == ["X1"]
    # X1 is gone; VP03 stands below VP02 now; the code of VP04 is another unit's.
    for its, code in ((moved_out, "VP05"), (back, "VP02"), (ended, "VP04")):
        before = tree()[code]
        assert [each.code for each in undone_file(world, its).changed_since] == [code]
        assert tree()[code] == before
    undone_file(world, above)
    assert tree()["VP03"].parent == "VP01"


def test_a_unit_for_which_codes_are_on_paper_is_not_taken_out(small_world: World) -> None:
    """What comes by them would be in no office."""
    world, stores = small_world, small_world.house.stores
    its = taken_in(world, "X1,Tổ 1,VP01,,")
    at = world.clock()
    batch = CodeBatch("1", VISITS, "X1", "ha", "Hà", at, at + timedelta(days=30), ("a" * 64,), {})
    stores.feedback_codes.add(batch)
    assert [each.code for each in undone_file(world, its).kept] == ["X1"]


def test_a_code_that_two_units_had_at_once_by_an_undone_merger_stops_no_file(
    small_world: World,
) -> None:
    """A commune that merged with another kept its code, and got a phone before that was undone."""
    world, stores = small_world, small_world.house.stores
    merge(world, ("VP02", "VP03"), "VP02")
    done(world)
    new = f"VP02@{last(world).day}"
    connect_phone(stores, world.house.shelf, WHOLE_HOUSE, "Máy mới", new, world.clock())
    undone(world)
    done(world)
    assert stores.offices.tree()[new].valid_to
    file = units_csv(COLUMNS, stores.offices.tree().values())
    same = plan_file(stores, WHOLE_HOUSE, b"".join(file))
    assert (same.problems, same.changes) == ((), ())
    named = taken_in(world, "VP02,Cao Xanh,VP01,,")
    undone_file(world, named)
    assert stores.offices.tree()["VP02"].label == named.changed[0].before.label


def test_who_answers_for_one_unit_moves_it_to_nobody_else_by_undoing_a_file(
    small_world: World,
) -> None:
    world = small_world
    its = taken_in(world, "VP10,Mười,VP01,,")
    with pytest.raises(OfficeUnknown):
        undone_file(world, its, Scope.of(["VP10"]))
    undone_file(world, its, Scope.of(["VP09", "VP10"]))
    assert world.house.stores.offices.tree()["VP10"].parent == "VP09"


def test_a_merger_is_not_undone_where_a_unit_would_stand_above_itself(small_world: World) -> None:
    world = small_world
    merge(world, ("VP02",), "VP10", label="")
    done(world)
    taken_in(world, "VP01,Một,VP02,,")
    with pytest.raises(NotUnderstood, match="“Một” stands below"):
        plan(world)


@pytest.mark.parametrize(
    "broken",
    [
        (office_steps, "bring_in_step"),
        (Actors, "set_grants"),
        (Offices, "note_chain"),
        (Successions, "reach"),
    ],
    ids=lambda each: each[1],
)
def test_an_undoing_that_is_killed_goes_on(
    small_world: World, monkeypatch: pytest.MonkeyPatch, broken: tuple[Any, str]
) -> None:
    world, stores = small_world, small_world.house.stores
    before = stores.offices.tree()
    ordered(world, NA, "import:1", Origin.IMPORT, office="VP02", thon="Khu 1")
    merge(world)
    done(world)
    undone(world)
    with broken_off(monkeypatch, *broken):
        for _ in range(2):
            with pytest.raises(Killed):
                done(world)
            world.clock.move(minutes=3)
    done(world)
    assert under_way(stores) == []
    assert last(world).stage is Stage.DONE
    assert office_of(world, world.hong.actor.id) == "VP02"
    assert stores.offices.tree() == before


@contextmanager
def broken_off(monkeypatch: pytest.MonkeyPatch, where: Any, name: str) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(where, name, killed)
        yield


def test_an_undoing_that_broke_off_before_the_tree_never_was(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, stores = small_world, small_world.house.stores
    merge(world)
    done(world)
    merged = stores.offices.tree()
    with broken_off(monkeypatch, Offices, "change"), pytest.raises(Killed):
        undone(world)
    assert under_way(stores) == []
    worker_looks(world)
    assert stores.offices.tree() == merged
    assert office_of(world, world.hong.actor.id) == NEW
    world.clock.move(minutes=3)
    undone(world)
    done(world)
    assert office_of(world, world.hong.actor.id) == "VP02"
    assert [each.stage for each in stores.successions.all()][:2] == [Stage.DONE, Stage.GIVEN_UP]


def _offices_of(world: World, actor_id: str) -> tuple[str, ...]:
    found = world.house.stores.actors.by_id(actor_id)
    assert found is not None
    return found.offices


def test_a_file_that_broke_off_takes_nothing_from_the_one_that_was_taken_in(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores, shelf = small_world.house.stores, small_world.house.shelf
    before, file = stores.offices.tree(), b"code,label,parent\nX1,A,VP01\nVP02,Other,\n"

    def taken_in() -> None:
        plan = plan_file(stores, WHOLE_HOUSE, file)
        apply_plan(stores, shelf, plan, "Hà", small_world.clock())

    with monkeypatch.context() as patch:
        patch.setattr(Offices, "_put", killed)
        with pytest.raises(Killed):
            taken_in()
    small_world.clock.move(minutes=1)
    taken_in()
    done, broken_off = stores.office_imports.all()
    lost = plan_import_undo(stores, PROJECT, broken_off, WHOLE_HOUSE)
    assert (lost.removed, lost.back, lost.kept) == ((), (), ())
    assert [each.code for each in lost.changed_since] == ["VP02", "X1"]
    plan = plan_import_undo(stores, PROJECT, done, WHOLE_HOUSE)
    undo_import(stores, shelf, plan, by="Hà", at=small_world.clock())
    assert stores.offices.tree() == before
