"""The database is thrown away after a rich working day: collection by collection the journal gives
back what was in it, and what it does not give back is named here with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server.access.verbs import ADMINISTRATOR, Verb, scope_for
from server.errors import SameIdOtherAnswers
from server.model.approvals import About
from server.model.calendar import ZONE
from server.model.data_requests import Concern
from server.model.entities import Origin
from server.model.entity_imports import EntityImport, ImportState
from server.model.forms import FormKey, FormState
from server.model.offices import Kind
from server.model.records import ReviewState, Worker
from server.model.scope import WHOLE_HOUSE
from server.processing.accounts.feedback import Asked, make_codes, revoke_codes, slip_of, use_slip
from server.processing.accounts.leaving import HandOver, ReturnedRecords
from server.processing.accounts.people import connect_phone
from server.processing.approvals.approved_acts import DELETE, ERASE, EXPORT, PHOTOS
from server.processing.duties import incidents
from server.processing.duties.clear_photos import clear_photos
from server.processing.duties.keep_longer import keep_longer
from server.processing.duties.work_calendar import drop_own_day, set_own_day
from server.processing.forms.bin import delete_form
from server.processing.offices.office_import import apply_plan, plan_file
from server.processing.offices.office_registers import keep_office_registers
from server.processing.offices.undo_import import plan_import_undo, undo_import
from server.processing.records.assign import assign
from server.processing.records.break_glass import open_with_reason
from server.processing.records.counting import count_news
from server.processing.recovery.rebuild import rebuild
from server.processing.registers.assign_entry import give_entries
from server.services import PROJECT
from server.storage.database import connect
from server.storage.offices import Change
from server.xforms.envelope import read_envelope
from tests import registers
from tests.conftest import ROOT, empty_house
from tests.journeys.healing import LIST, OTHER_CHILD, judged, ordered, replayed, withdrawn
from tests.journeys.test_offices_break_off import REASON, merge, worker_looks
from tests.journeys.test_withheld_late import stopped
from tests.records import Made, another_photo
from tests.registers import CHILD, created, worked_off
from tests.sheets import answers_to, xform_named
from tests.world import Clock, World

pytestmark = pytest.mark.journey

SAID: Mapping[str, frozenset[str]] = {
    "submissions": frozenset(("due", "tries", "erasing", "emptying", "charge_seq")),
    "forms": frozenset(("said",)),
    "form_versions": frozenset(),
    "offices": frozenset(("chain",)),
    "office_areas": frozenset(),
    "office_kinds": frozenset(),
    "office_imports": frozenset(),
    "successions": frozenset(),
    "entity_lists": frozenset(("revision",)),
    "entity_orders": frozenset(),
    "entity_imports": frozenset(),
    "openings": frozenset(),
    "data_requests": frozenset(),
    "incidents": frozenset(),
    "withheld": frozenset(),
    "approvals": frozenset(),
    "own_days": frozenset(),
    "set_aside": frozenset(),
    "entity_workers": frozenset(),
    "feedback_codes": frozenset(),
}
"""What the journal has, but for what says how it came about (how often it was written, what waits
for the worker)."""

FOLLOWS: Mapping[str, frozenset[str]] = {
    "blobs.files": frozenset(("uploadDate",)),  # photos from the journal, thumbnails of these
    "blobs.chunks": frozenset(("_id",)),
    "looks": frozenset(("within",)),  # of the photos; of that only the office is asked for
    "entities": frozenset(("revision",)),  # of records and of what people ordered
    "counters": frozenset(("rounds",)),  # of the records
}

ONLY_A_BACKUP = {
    "actors": "passwords, second factors and tokens: no second place for secrets",
    "sessions": "who is signed in: all sign in again",
    "links": "ways to a password, for days",
    "taken_out": "whose data somebody took out today, to know when it is too much",
    "tries": "wrong passwords of the last day",
    "audit": "sealed by itself, with its marks in data/audit",
}


Contents = dict[str, dict[str, Any]]


def test_every_collection_comes_back_or_says_why_not() -> None:
    """A new one says here what becomes of it, and is filled by the day below."""
    storage = (ROOT / "server" / "storage").rglob("*.py")
    named = {name for each in storage for name in _named_in(each)}
    assert named == {*SAID, *FOLLOWS, *ONLY_A_BACKUP}


def _named_in(path: Path) -> set[str]:
    return set(re.findall(r'\bdb\["([\w.]+)"\]', path.read_text(encoding="utf-8")))


def test_after_a_rich_day_every_collection_comes_back(
    small_world: World, mongo_uri: str, clock: Clock
) -> None:
    a_rich_day(small_world)
    before = contents(small_world, mongo_uri)
    empty = {name for name in (*SAID, *FOLLOWS) if not before.get(name)}
    assert empty == set(), "the day must leave something in each"
    with empty_house(small_world.house.config, mongo_uri, clock) as house:
        back = replace(small_world, house=house)
        first = replayed(house)
        assert (first.refused, first.damaged) == (0, ())
        ended(back)
        after = contents(back, mongo_uri)
        assert differing(before, after) == []
        assert replayed(house).healed == 0
        ended(back)
        assert differing(after, contents(back, mongo_uri)) == []


def differing(before: Contents, after: Contents) -> list[str]:
    """The fields that are not as they were."""
    return [
        f"{name} {id}: {field}"
        for name in sorted(before)
        for id in sorted(before[name].keys() | after.get(name, {}).keys())
        for one, other in [(before[name].get(id, {}), after.get(name, {}).get(id, {}))]
        for field in sorted(one.keys() | other.keys())
        if one.get(field) != other.get(field)
    ]


def contents(world: World, mongo_uri: str) -> Contents:
    db = connect(mongo_uri, world.house.config.db)
    try:
        return {
            name: _by_id(db[name].find({}), {**SAID, **FOLLOWS}[name])
            for name in db.list_collection_names()
            if name in SAID or name in FOLLOWS
        }
    finally:
        db.client.close()


def _by_id(found: Any, without: frozenset[str]) -> dict[str, Any]:
    documents = [
        {name: value for name, value in each.items() if name not in without}
        for each in map(_plain, found)
    ]
    if "_id" in without:
        return {f"{each['files_id']}/{each['n']}": each for each in documents}
    return {str(each["_id"]): each for each in documents}


def _plain(said: Any) -> Any:
    """When something moved says nothing of what nobody answers for less than before: it may have
    been placed there at once."""
    if isinstance(said, list):
        return [_plain(each) for each in said]
    if isinstance(said, dict):
        never = () if said.get("stood") else ("stood", "moved_at")
        return {name: _plain(value) for name, value in said.items() if name not in never}
    return said


def ended(world: World) -> None:
    """What the worker does until nothing waits, and an operator's rebuild."""
    house = world.house
    house.shelf.forget()
    for _ in range(2):
        worker_looks(world)
        world.clock.move(minutes=3)
    keep_office_registers(house.stores, PROJECT, world.clock(), {})
    for entry in house.stores.forms.with_binned(PROJECT):
        rebuild(house.stores, house.shelf, entry.key, world.clock(), lambda _: None)
    worked_off(world)
    for entry in house.stores.forms.with_binned(PROJECT):
        count_news(house.stores, entry.key, world.clock())


def a_rich_day(world: World) -> None:
    """Whatever people may do that leaves something in the database, each at least once."""
    house = world.house
    stores = house.stores
    stores.offices.journal_what_it_lacks(world.clock())
    stores.entity_lists.set_option(LIST, "approval", False)
    world.publish(registers.form())
    world.publish(xform_named("anh", media=("so_do.png",)), {"so_do.png": b"a map"})
    world.publish(xform_named("cu"))
    records_come(world)
    people_decide(world)
    registers_are_filled(world)
    stopped(world, "/records/x/uuid:1")
    a_phone_is_lost(world)
    two_people_agree(world)
    codes_are_handed_out(world)
    world.set_state("anh", FormState.CLOSING)
    delete_form(stores, house.shelf, FormKey(PROJECT, "cu"), world.clock())
    set_own_day(stores, "2027-03-01", "Ngày thành lập", works=False)
    set_own_day(stores, "2027-03-02", "Nghỉ bù", works=False)
    drop_own_day(stores, "2027-03-02")
    area = {"type": "Polygon", "coordinates": [[[107, 21], [107, 22], [108, 22], [107, 21]]]}
    vp10 = replace(stores.offices.tree()["VP10"], parent="VP01")
    kind = Kind("phuong", "Phường", "Ward")
    stores.offices.change(Change([vp10], {"VP10": area}, [kind]), world.clock())
    a_file_of_units_is_undone(world)
    ended(world)
    merge(world, "HL", world.cuong.actor.id)
    ended(world)
    for _ in range(3):
        clear_photos(stores, PROJECT, world.clock())
        world.clock.move(days=1)


def a_file_of_units_is_undone(world: World) -> None:
    """One of two units that it added has a phone."""
    stores, shelf, at = world.house.stores, world.house.shelf, world.clock()
    file = b"code,label,parent\nX1,A,VP01\nX2,B,VP01\n"
    apply_plan(stores, shelf, plan_file(stores, WHOLE_HOUSE, file), "Hà", at)
    connect_phone(stores, shelf, WHOLE_HOUSE, "Máy thôn", "X2", at)
    [its] = stores.office_imports.all()
    plan = plan_import_undo(stores, PROJECT, its, WHOLE_HOUSE)
    undo_import(stores, shelf, plan, by="Hà", at=world.clock())


def records_come(world: World) -> None:
    first = Made("x", answers_to("x", "<ten>Na</ten>", instance_id="uuid:1"))
    world.send(first.xml, {"1.jpg": another_photo(1)})
    world.send(first.xml, {"2.jpg": another_photo(2)})
    world.send(first.edited(b"Na", b"Nam").xml)
    for name in ("uuid:2", "uuid:3", "uuid:4", "uuid:5"):
        files = {"3.jpg": another_photo(3)} if name == "uuid:3" else {}
        world.send(answers_to("x", "<ten>Mai</ten>", instance_id=name), files, by=world.cuong)
    with pytest.raises(SameIdOtherAnswers):
        world.send(answers_to("x", "<ten>Khác</ten>", instance_id="uuid:2"), by=world.cuong)
    world.send(created("Bé Na").xml)
    world.send(created("Bé Xa", OTHER_CHILD).xml, by=world.thao)
    worked_off(world)


def people_decide(world: World) -> None:
    stores, shelf, key = world.house.stores, world.house.shelf, FormKey(PROJECT, "x")
    lan, minh = world.lan.actor, world.minh.actor
    for name, state in (("uuid:2", ReviewState.HAS_ISSUES), ("uuid:3", ReviewState.APPROVED)):
        judged(world, Made("x", answers_to("x", "<ten>Mai</ten>", instance_id=name)), state)
    scope = scope_for(lan, Verb.ASSIGN_RECORDS)
    assign(stores, shelf, scope, world.admin.actor, key, "uuid:3", lan.id, world.clock())
    returned = ReturnedRecords(stores, PROJECT)
    given = HandOver(lan, world.admin.actor, world.clock())
    assert returned.hand_over(world.cuong.actor, given) == 1
    record = world.record("x", "uuid:3")
    assert record is not None
    open_with_reason(stores, record, REASON, by=minh, at=world.clock())
    keep_longer(stores, WHOLE_HOUSE, lan, [record], "2090-01-01", REASON, world.clock())
    [thing, *_] = world.set_aside()
    world.deal_with(thing)


def registers_are_filled(world: World) -> None:
    stores, at = world.house.stores, world.clock()
    its = EntityImport(LIST, "2", at, "Lan", "VP01", ("*", "TT", "VP01"), 1)
    stores.entity_imports.begin(its)
    ordered(world, CHILD, "import:1", Origin.IMPORT, thon="Khu 1", ghi_chu="")
    ordered(world, CHILD, "settled:1", Origin.SETTLED, thon="Khu 2")
    ordered(world, OTHER_CHILD, "import:2", Origin.IMPORT, office="VP02", thon="Khu 3")
    withdrawn(world, "import:2")
    hong = Worker(world.hong.actor.id, world.hong.actor.name, "Lan", at)
    give_entries(stores, LIST, [CHILD], hong)
    stores.entity_imports.set_state(its, ImportState.UNDONE, world.clock())


def a_phone_is_lost(world: World) -> None:
    stores, by, who = world.house.stores, world.admin.actor, (world.hong.actor.id,)
    now = f"{world.clock().astimezone(ZONE):%Y-%m-%dT%H:%M}"
    told = incidents.Filled("Mất máy", "", "", "", "", now, who, now, "")
    offices, at = world.house.shelf.offices(), world.clock()
    lost = incidents.open_incident(stores, offices, WHOLE_HOUSE, by, told, who, "VP02", at)
    incidents.step(stores, lost, by, "notified", "Đã báo.", 1, world.clock())


def codes_are_handed_out(world: World) -> None:
    """One is used; others are revoked."""
    world.publish(xform_named("phan_hoi"))
    house, by, key = world.house, world.admin.actor, FormKey(PROJECT, "phan_hoi")
    made = (house.stores, house.shelf, WHOLE_HOUSE, key)
    _, [code, _] = make_codes(*made, Asked("VP02", "2", "30"), by, world.clock())
    slip = slip_of(house.stores, house.shelf, code, world.clock())
    sent = read_envelope(answers_to("phan_hoi", "<ten>Na</ten>"))
    use_slip(house.stores, house.shelf, slip, "f" * 32, sent, world.clock())
    gone, _ = make_codes(*made, Asked("VP03", "1", "7"), by, world.clock())
    revoke_codes(*made, gone.id, by, world.clock())


def two_people_agree(world: World) -> None:
    """On a deletion, an erasure and that photos go, and not on an export."""
    rule, office = world.house.two_people, ("*", "TT", "VP03")
    second = world.hire("pho@example.org", "Đỗ Thị Nga", ADMINISTRATOR, "TT").actor
    about = (
        About((Concern("records", "x", "uuid:4"),)),
        About((Concern("records", "x", "uuid:5"),)),
        About((Concern("records", "x", "uuid:1"),)),
        About((Concern("records", "x", ""),), (), 7),
    )
    gone, erased, photos, many = (
        rule.ask(world.admin.actor, act, each, office, "Gửi nhầm khi tập huấn", world.clock())
        for act, each in zip((DELETE, ERASE, PHOTOS, EXPORT), about, strict=True)
    )
    for each in (gone, erased, photos):
        rule.grant(second, each.id, "", world.clock())
    assert world.record("x", "uuid:4") is None
    rule.refuse(second, many.id, "Chưa cần.", world.clock())
