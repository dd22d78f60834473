"""What people decided and was killed before the journal had it: the worker's next look writes it
down, and a replay brings it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from server.access.verbs import ADMINISTRATOR
from server.errors import SameIdOtherAnswers
from server.model.approvals import About
from server.model.calendar import ZONE
from server.model.data_requests import Concern
from server.model.incidents import Incident
from server.model.scope import WHOLE_HOUSE
from server.processing.approvals.approved_acts import DELETE, EXPORT
from server.processing.duties import incidents
from server.services import Services
from server.storage.journal import Journal
from tests.journeys.healing import Fresh, Killed, one_round, replayed
from tests.journeys.test_withheld_late import acted, stopped
from tests.sheets import answers_to
from tests.world import World

pytestmark = pytest.mark.journey

CHAIN, WHY = ("*", "TT", "VP01", "VP03"), "Gửi nhầm khi tập huấn"
ONE, ALL = Concern("records", "x", "uuid:1"), Concern("records", "x", "")
DECIDED = ("approvals", "incidents", "data_requests", "set_aside")


@contextmanager
def broken_off(monkeypatch: pytest.MonkeyPatch, after: int = 0) -> Iterator[None]:
    """Killed when the database has it, and ``after`` entries of the journal."""
    note, left = Journal.note, [None] * after

    def counted(*what: Any, **more: Any) -> None:
        if not left:
            raise Killed
        left.pop()
        note(*what, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "note", counted)
        with pytest.raises(Killed):
            yield


def test_whatever_two_people_decide_is_not_forgotten(
    small_world: World, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal, also of what was granted before, above all: else it would be in force again."""
    world = small_world
    rule, first = world.house.two_people, world.admin.actor
    second = world.hire("pho@example.org", "Đỗ Thị Nga", ADMINISTRATOR, "TT").actor
    world.send(answers_to("x", "<ten>Mai</ten>", instance_id="uuid:1"), by=world.cuong)

    def asked(act: str = EXPORT) -> str:
        about = About((ALL,), (), 7) if act == EXPORT else About((ONE,))
        return rule.ask(first, act, about, CHAIN, WHY, world.clock()).id

    ended, *others = (asked() for _ in range(4))
    deleted = asked(DELETE)
    rule.grant(second, ended, "", world.clock())
    now = world.clock
    acts: list[tuple[Callable[[], object], int]] = [
        (lambda: rule.refuse(second, ended, "Không cần nữa.", now()), 0),
        (lambda: rule.refuse(second, others[0], "Chưa cần.", now()), 0),
        (lambda: rule.take_back(first, others[1], now()), 0),
        (lambda: rule.grant(second, others[2], "", now()), 0),
        (lambda: rule.grant(second, deleted, "", now()), 1),  # carried out
    ]
    for act, after in acts:
        with broken_off(monkeypatch, after):
            act()
    come_back_after_a_look(world, fresh, monkeypatch)
    in_force = world.house.stores.approvals.in_force(first.id, now())
    assert {each.id for each in in_force if each.act == EXPORT} == {others[2]}


def test_what_is_done_about_incidents_requests_and_what_was_set_aside_is_not_forgotten(
    small_world: World, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = small_world
    world.send(answers_to("x", "<ten>Mai</ten>", instance_id="uuid:1"))
    with pytest.raises(SameIdOtherAnswers):
        world.send(answers_to("x", "<ten>Khác</ten>", instance_id="uuid:1"))
    [thing] = world.set_aside()
    request = stopped(world, "/records/x/uuid:1")
    lost, other = a_phone_was_lost(world), a_phone_was_lost(world)
    acts: list[Callable[[], object]] = [
        lambda: world.deal_with(thing),
        lambda: acted(world, request, "noted", 2),
        lambda: stepped(world, other, "notified"),
        lambda: stepped(world, lost, "notified"),
        lambda: amended(world, lost),
        lambda: stepped(world, lost, "closed"),
    ]
    for act in acts:
        with broken_off(monkeypatch):
            act()
    # On top of it, before the worker's look.
    acted(world, request, "answered", 3)
    stepped(world, other, "closed")
    come_back_after_a_look(world, fresh, monkeypatch)


def come_back_after_a_look(world: World, fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    before = decided(world.house)
    for _ in range(2):
        one_round(world.house, monkeypatch)
    assert decided(world.house) == before
    with fresh() as house:
        assert replayed(house).refused == 0
        assert decided(house) == before
        assert replayed(house).healed == 0


def decided(house: Services) -> dict[str, dict[str, Any]]:
    """All that people decided, but for what the journal lacks of it."""
    db = house.stores.submissions._records.database
    return {
        f"{name} {each['_id']}": {**each, "is_unsaid": False, "unfinished": False}
        for name in DECIDED
        for each in db[name].find({})
    }


def a_phone_was_lost(world: World) -> str:
    by, who = world.admin.actor, (world.hong.actor.id,)
    offices, at = world.house.shelf.offices(), world.clock()
    told = filled(world, "Mất máy")
    return incidents.open_incident(
        world.house.stores, offices, WHOLE_HOUSE, by, told, who, "VP02", at
    ).id


def filled(world: World, what: str) -> incidents.Filled:
    now = f"{world.clock().astimezone(ZONE):%Y-%m-%dT%H:%M}"
    return incidents.Filled(what, "", "", "", "", now, (world.hong.actor.id,), now, "")


def as_it_is(world: World, id: str) -> Incident:
    return incidents.incident_of(world.house.stores, WHOLE_HOUSE, id)


def stepped(world: World, id: str, deed: str) -> None:
    found, by = as_it_is(world, id), world.admin.actor
    seen = len(found.acts)
    incidents.step(world.house.stores, found, by, deed, "Đã báo.", seen, world.clock())


def amended(world: World, id: str) -> None:
    found, by, told = as_it_is(world, id), world.admin.actor, filled(world, "Mất máy và thẻ")
    seen, who = len(found.acts), (world.hong.actor.id,)
    incidents.amend(world.house.stores, found, by, told, who, seen, world.clock())
