"""A server's clock was a year ahead, and is put right: what people say from then on holds, though
it is earlier, and still does when the journal gives it back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from server.access.verbs import ADMINISTRATOR
from server.model.approvals import About, State
from server.model.charges import Charge
from server.model.data_requests import Concern
from server.model.erasures import Word
from server.model.forms import FormKey, FormState
from server.model.people import Actor
from server.model.records import ReviewState, Worker
from server.model.scope import WHOLE_HOUSE
from server.model.withholding import RECORDS
from server.processing.approvals.approved_acts import EXPORT
from server.processing.duties.erase import erase_record
from server.processing.duties.keep_longer import keep_longer, keep_no_longer
from server.processing.duties.work_calendar import drop_own_day, set_own_day
from server.processing.forms.bin import delete_form
from server.processing.records.assign import assign
from server.processing.records.break_glass import open_with_reason
from server.processing.registers.assign_entry import give_entries
from server.services import PROJECT, Services
from server.storage.offices import Change
from tests.journeys.healing import LIST, Fresh, judged, one_round, replayed
from tests.journeys.test_erasure import places_of
from tests.journeys.test_withheld_late import acted, stopped
from tests.records import Made, another_photo
from tests.registers import CHILD
from tests.sheets import answers_to, xform_named
from tests.world import World

pytestmark = pytest.mark.journey

KEY, ID, DAY, WHY = FormKey(PROJECT, "x"), "uuid:1", "2027-03-01", "Vụ việc còn đang xét"
GONE = FormKey(PROJECT, "cu")
MADE = Made("x", answers_to("x", "<ten>Na</ten>", instance_id=ID))


def test_what_is_said_after_a_clock_went_back_holds(small_world: World, fresh: Fresh) -> None:
    world = small_world
    world.send(MADE.xml)
    second = world.hire("pho@example.org", "Đỗ Thị Nga", ADMINISTRATOR, "TT").actor
    world.clock.move(days=400)
    request = stopped(world, f"/records/x/{ID}")
    export = said_first(world, second)
    world.clock.move(days=-400)
    assert not opened(world), "what is open for hours is not open until then"
    acted(world, request, "resumed", 2)
    said_then(world, second, export)
    holds = {
        "state": FormState.OPEN,
        "version": "3",
        "own days": [],
        "binned": [GONE],
        "unit": "Đúng tên",
        "option": False,
        "worker": world.admin.actor.id,
        "review": ReviewState.APPROVED,
        "kept until": "",
        "charge": [ID],
        "entry": world.admin.actor.id,
        "export": State.REFUSED,
        "withheld": False,
    }
    assert what_holds(world.house, world, export) == holds
    with fresh() as house:
        assert replayed(house).refused == 0
        assert what_holds(house, world, export) == holds


def test_what_waited_for_a_day_far_ahead_is_done(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = small_world
    world.clock.move(days=400)
    world.send(MADE.xml, {"1.jpg": another_photo(1)})
    erased = Made("x", answers_to("x", "<ten>Bích Ngọc</ten>", instance_id="uuid:2"))
    world.send(erased.xml)
    word = Word("Lan", "Minh", "Hết hạn")
    erase_record(world.house.stores, KEY, erased.instance_id, word, world.clock())
    world.clock.move(days=-400)
    for _ in range(2):
        one_round(world.house, monkeypatch)
    record = world.record("x", ID)
    assert record is not None
    assert list(record.facts) == [each.sha256 for each in record.media]
    assert places_of("Bích Ngọc".encode(), world.house) == []
    world.send(erased.xml)
    assert places_of("Bích Ngọc".encode(), world.house)
    one_round(world.house, monkeypatch)
    assert places_of("Bích Ngọc".encode(), world.house) == []


def said_first(world: World, second: Actor) -> str:
    stores, lan = world.house.stores, world.lan.actor
    world.set_state("x", FormState.CLOSED)
    world.publish(xform_named("x", version="2"))
    world.publish(xform_named("cu"))
    set_own_day(stores, DAY, "Nghỉ bù", works=False)
    called(world, "Sai tên")
    stores.entity_lists.set_option(LIST, "approval", True)
    everybodys(world, lan)
    judged(world, MADE, ReviewState.HAS_ISSUES)
    record = world.record("x", ID)
    assert record is not None
    keep_longer(stores, WHOLE_HOUSE, lan, [record], "2090-01-01", WHY, world.clock())
    open_with_reason(stores, record, WHY, by=world.minh.actor, at=world.clock())
    assert opened(world)
    rule, about = world.house.two_people, About((Concern(RECORDS, "x", ""),), (), 7)
    chain = ("*", "TT", "VP02")
    export = rule.ask(world.admin.actor, EXPORT, about, chain, WHY, world.clock()).id
    rule.grant(second, export, "", world.clock())
    return export


def opened(world: World) -> frozenset[tuple[str, str]]:
    openings, minh = world.house.stores.openings, world.minh.actor.id
    return openings.open_now(minh, WHOLE_HOUSE, world.clock())


def said_then(world: World, second: Actor, export: str) -> None:
    stores = world.house.stores
    world.set_state("x", FormState.OPEN)
    world.publish(xform_named("x", version="3"))
    drop_own_day(stores, DAY)
    delete_form(stores, world.house.shelf, GONE, world.clock())
    called(world, "Đúng tên")
    stores.entity_lists.set_option(LIST, "approval", False)
    everybodys(world, world.admin.actor)
    judged(world, MADE, ReviewState.APPROVED)
    record = world.record("x", ID)
    assert record is not None
    keep_no_longer(stores, WHOLE_HOUSE, world.lan.actor, record, WHY, world.clock())
    world.house.two_people.refuse(second, export, "Không cần nữa.", world.clock())


def called(world: World, name: str) -> None:
    unit = replace(world.house.stores.offices.tree()["VP10"], label=name)
    world.house.stores.offices.change(Change([unit]), world.clock())


def everybodys(world: World, whose: Actor) -> None:
    """A record, its correction and an entry of a register are this person's."""
    stores, shelf, by = world.house.stores, world.house.shelf, world.admin.actor
    assign(stores, shelf, WHOLE_HOUSE, by, KEY, ID, whose.id, world.clock())
    stores.charges.give(Charge(KEY, ID, "VP02", world.clock()), whose.id)
    give_entries(stores, LIST, [CHILD], Worker(whose.id, whose.name, by.name, world.clock()))


def what_holds(house: Services, world: World, export: str) -> dict[str, Any]:
    stores, admin = house.stores, world.admin.actor.id
    record, entry = stores.erasures.find(KEY, ID), stores.forms.entry(KEY)
    approval = stores.approvals.find(WHOLE_HOUSE, export)
    assert record is not None
    assert entry is not None
    assert approval is not None
    return {
        "state": entry.state,
        "version": entry.version,
        "own days": stores.own_days.all(),
        "binned": [each.key for each in stores.forms.binned(PROJECT)],
        "unit": stores.offices.tree()["VP10"].label,
        "option": stores.entity_lists.get(LIST).approval,
        "worker": record.worker_id,
        "review": record.review,
        "kept until": record.keeping and record.keeping.until,
        "charge": [
            each["instance_ids"][0] for each in stores.charges._records.find({"charge": admin})
        ],
        "entry": stores.entity_workers.named(LIST)[CHILD],
        "export": approval.stored_state,
        "withheld": ID in stores.withheld.ids(RECORDS, KEY.text),
    }
