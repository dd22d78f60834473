"""Whoever knows an entry's UUID does not have the entry: it is its office's."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from server.model.entities import Conflict, EntityRow, Held, ListKey
from server.model.offices import Office
from server.model.scope import WHOLE_HOUSE, Scope
from server.processing.accounts.people import connect_phone
from server.processing.first_run import office_ids, set_up
from server.processing.offices.office_registers import keep_office_registers
from server.processing.offices.office_steps import keep_in_step
from server.processing.registers.given_registers import give_registers
from server.processing.registers.settle import settle
from server.services import PROJECT
from server.storage.offices import Change
from tests import registers
from tests.javarosa.filler import FORMS
from tests.records import record_of
from tests.registers import CHILD, CHILDREN, changed, created, entry, rebuilt, said_of, worked_off
from tests.world import Handset, World

OURS, THEIRS = Scope.of(["VP02"]), Scope.of(["VP10"])
OFFICES = ListKey(PROJECT, "van_phong")
SHORTFALLS = ListKey(PROJECT, "ton_tai")


@pytest.fixture
def register(world: World) -> World:
    world.publish(registers.form())
    return world


def listed(world: World, scope: Scope) -> list[tuple[str, dict[str, str]]]:
    rows = world.house.stores.entities.rows(scope, CHILDREN)
    return [(row.label, dict(row.data)) for row in rows]


def test_another_office_neither_makes_nor_changes_nor_reads_our_child(register: World) -> None:
    """Tiên Yên's phone makes Hạ Long's child again, long before by its clock, and changes it."""
    register.send(created(muc="thap").xml)
    taken = created("Bé Khác", muc="x", end="2001-01-01T00:00:00.000+07:00")
    register.send(taken.xml, by=register.thao)
    either = changed(1, "1", muc="cao")
    register.send(either.xml.replace(b'update="1"', b'create="1" update="1"'), by=register.thao)
    worked_off(register)
    assert listed(register, OURS) == [("Bé Na", {"muc": "thap"})]
    assert listed(register, THEIRS) == []
    stores = register.house.stores
    [line] = stores.entities.conflicts(OURS, CHILDREN, "", 9)
    assert (line.conflict, line.held) == (Conflict.SOFT, Held.FOREIGN)
    assert stores.entities.conflicts(THEIRS, CHILDREN, "", 9) == []
    before = entry(register)
    stores.entities._entities.drop()
    rebuilt(register)
    again = entry(register)
    assert before is not None
    assert again is not None
    assert (again.state, again.office) == (before.state, "VP02")


def test_what_another_office_sent_holds_once_a_person_lets_it_in(register: World) -> None:
    register.send(created(muc="thap").xml)
    register.send(changed(1, "1", "", muc="cao").xml, by=register.cuong)
    worked_off(register)
    held = entry(register)
    assert held is not None
    [step] = [each for each in held.state.steps if each.held]
    settle(
        register.house.stores,
        WHOLE_HOUSE,
        register.admin.actor,
        CHILDREN,
        CHILD,
        seen=held.state.version,
        chosen={},
        let_in={step.saying: True},
        at=register.clock(),
    )
    assert said_of(register) == {"muc": "cao"}
    register.house.stores.entities._entities.drop()
    rebuilt(register)
    assert said_of(register) == {"muc": "cao"}


def test_the_centre_visits_a_child_of_a_commune(register: World) -> None:
    register.send(created(muc="thap").xml)
    register.send(changed(1, "1", "", muc="cao").xml, by=register.spare)
    worked_off(register)
    assert listed(register, OURS) == [("Bé Na", {"muc": "cao"})]


def test_where_all_phones_have_a_list_all_change_it(register: World) -> None:
    register.house.stores.entity_lists.set_option(CHILDREN, "shared", True)
    register.send(created(muc="thap").xml)
    register.send(changed(1, "1", "", muc="cao").xml, by=register.thao)
    worked_off(register)
    assert said_of(register) == {"muc": "cao"}


def test_an_edit_from_another_office_says_nothing_to_the_register(register: World) -> None:
    """Accepted before edits had a reach (docs/decisions/0013): a replay brings such ones back."""
    first = created(muc="thap")
    register.send(first.xml)
    register.send(first.edited(b"thap", b"cao").xml, by=register.thao, reach=WHOLE_HOUSE)
    worked_off(register)
    assert said_of(register) == {"muc": "thap"}
    [record] = register.records("so_tre")
    assert [each.code for each in record.issues] == ["edited_elsewhere"]


def test_an_old_record_that_is_edited_keeps_its_place(register: World) -> None:
    """What was said earlier does not become the last word by being mended."""
    register.send(created(muc="thap").xml)
    old = changed(1, "1", "", muc="tb", end="2026-11-02T08:00:00.000+07:00")
    register.send(old.xml)
    register.send(changed(1, "1", "", muc="cao", end="2026-11-03T08:00:00.000+07:00").xml)
    worked_off(register)
    assert said_of(register)["muc"] == "cao"
    mended = old.edited(b"2026-11-02", b"2026-11-09")
    register.send(mended.saying(b">tb<", b">khong<").xml)
    worked_off(register)
    assert said_of(register)["muc"] == "cao"


# -- what the library's registers are given -------------------------------------------------------


def test_what_the_centre_makes_about_a_commune_is_that_commune_s(world: World) -> None:
    """An inspection by the centre's phone finds shortfalls of one office; a child is about an
    office by its code. Nobody gives an entry to an office that is not below the own."""
    stores = world.house.stores
    give_registers(stores, FORMS, PROJECT)
    ids = office_ids(FORMS / "shared" / "van_phong.csv")
    keep_office_registers(stores, PROJECT, world.clock(), ids)
    found = record_of("kiem_tra_van_phong", 3).without_files().xml
    there = re.sub(rb"<(van_phong|tt_vp)>[^<]*", rb"<\g<1>>" + ids["VP10"].encode(), found)
    world.send(there, by=world.spare)
    worked_off(world)
    shortfalls = set(re.findall(rb'dataset="ton_tai"[^>]* id="([^"]*)"', found))
    listed_there = stores.entities.rows(THEIRS, SHORTFALLS)
    assert {row.id.encode() for row in listed_there} == shortfalls != set()
    assert list(stores.entities.rows(OURS, SHORTFALLS)) == []

    world.publish(registers.form())
    stores.entity_lists.set_option(CHILDREN, "office_by", "thon")
    made = created(thon="VP02")
    world.send(made.xml, by=world.spare)
    world.send(created("Bé Xa", CHILD.replace("3d0c", "4e1d"), thon="VP02").xml, by=world.thao)
    world.send(changed(1, "1", "", muc="cao").xml)
    worked_off(world)
    assert listed(world, OURS) == [("Bé Na", {"thon": "VP02", "muc": "cao"})]
    assert listed(world, THEIRS) == [("Bé Xa", {"thon": "VP02"})]
    world.send(made.edited(b"VP02", b"VP10").xml, by=world.spare)
    worked_off(world)
    assert [label for label, _ in listed(world, THEIRS)] == ["Bé Na", "Bé Xa"]
    moved = entry(world)
    assert moved is not None
    stores.entities._entities.drop()
    rebuilt(world)
    again = entry(world)
    assert again is not None
    assert (again.office, again.within, again.state) == (moved.office, moved.within, moved.state)


def test_only_the_centre_confirms_that_a_shortfall_is_gone(world: World) -> None:
    """An inspection finds it; the office says that it is mended, then that this is confirmed."""
    stores = world.house.stores
    give_registers(stores, FORMS, PROJECT)
    found = record_of("kiem_tra_van_phong", 3).without_files()
    world.send(found.xml)
    shortfall = re.findall(rb'dataset="ton_tai"[^>]* id="([^"]*)"', found.xml)[0]
    deadline = re.findall(rb"<tt_han>([^<]*)", found.xml)[0]

    def reported(word: str, until: bytes, by: Handset) -> tuple[str, str, Held | None]:
        sample = record_of("khac_phuc_ton_tai").without_files().xml
        xml = re.sub(rb'(dataset="ton_tai"[^>]* id=")[^"]*', rb"\g<1>" + shortfall, sample)
        xml = re.sub(rb"<s_han>[^<]*", b"<s_han>" + until, xml)
        xml = re.sub(rb"<end>[^<]*", b"<end>" + world.clock().isoformat().encode(), xml)
        xml = re.sub(rb"<(s_tt|trang_thai)>[^<]*", rb"<\g<1>>" + word.encode(), xml)
        world.send(xml, by=by)
        worked_off(world)
        its = stores.entities.find(WHOLE_HOUSE, SHORTFALLS, shortfall.decode())
        assert its is not None
        return its.state.data["trang_thai"], its.state.data["han"], its.state.held

    old, later = deadline.decode(), b"2027-12-31"
    assert reported("cho_xn", deadline, world.hong) == ("cho_xn", old, None)
    assert reported("xac_nhan", deadline, world.hong) == ("cho_xn", old, Held.RESERVED)
    assert reported("dang", later, world.hong) == ("cho_xn", old, Held.RESERVED)
    assert reported("xac_nhan", later, world.spare)[:2] == ("xac_nhan", later.decode())


def test_a_first_start_fills_the_offices_and_they_follow_the_tree(world: World) -> None:
    house = world.house

    def started() -> None:
        set_up(
            house.stores,
            house.shelf,
            FORMS,
            project=PROJECT,
            at=world.clock(),
            email=None,
            password=None,
        )

    def rows() -> dict[str, EntityRow]:
        found = house.stores.entities.rows(WHOLE_HOUSE, OFFICES)
        return {row.data["ma_vp"]: row for row in found}

    started()
    listed = rows()
    known = house.shelf.offices()
    assert listed.keys() == known.keys() - {"TT"}
    assert listed["VP11"].id == "07093778-4033-5de3-a1f4-32c6e9de86d7", "as forms know it"
    assert (listed["VP11"].label, listed["VP11"].data["cap"]) == (known["VP11"].label, "xa")
    its_list = house.stores.entity_lists.get(OFFICES)
    assert (its_list.shared, its_list.filled) == (True, True)
    started()
    assert (rows(), house.stores.entity_lists.get(OFFICES)) == (listed, its_list)
    world.send(record_of("kiem_tra_van_phong").without_files().xml, by=world.thao)
    worked_off(world)
    inspected = rows()["VP11"]
    assert inspected.data["kt_cuoi"]
    moved = replace(known["VP11"], label="Văn phòng mới", parent="VP01")
    house.stores.offices.put([moved, Office("VP17", "Văn phòng thứ mười bảy", parent="VP01")])
    keep_office_registers(house.stores, PROJECT, world.clock(), {})
    after = rows()
    assert (after["VP11"].label, after["VP11"].data) == ("Văn phòng mới", inspected.data)
    assert after["VP11"].version > inspected.version, "phones must learn of it"
    assert after["VP17"].label == "Văn phòng thứ mười bảy"
    moved_here = house.stores.entities.rows(Scope.of(["VP01"]), OFFICES)
    assert {"VP11", "VP17"} <= {row.data["ma_vp"] for row in moved_here}


def test_an_entry_follows_the_office_that_it_is_about_though_its_record_stays(
    world: World,
) -> None:
    """Made by the region's phone about a commune, which then goes to another region. What the
    region had said of it stays said, and a rebuild says the same."""
    house, stores = world.house, world.house.stores
    world.publish(registers.form())
    stores.entity_lists.set_option(CHILDREN, "office_by", "thon")
    actor, token = connect_phone(
        stores, house.shelf, WHOLE_HOUSE, "Máy của khu vực", "VP01", world.clock()
    )
    region = Handset(actor, token, "VP01")
    world.send(created(thon="VP02").xml, by=region)
    other = CHILD.replace("3d0c", "4e1d")
    world.send(created("Bé Tâm", other, thon="VP02").xml, by=world.spare)
    world.send(changed(1, "1", "", muc="cao").xml, by=region)
    worked_off(world)
    both = [("Bé Na", {"thon": "VP02", "muc": "cao"}), ("Bé Tâm", {"thon": "VP02"})]
    here, there = Scope.of(["VP01"]), Scope.of(["VP09"])
    assert (listed(world, here), listed(world, there)) == (both, [])
    revision = stores.entity_lists.get(CHILDREN).revision

    moved = replace(stores.offices.tree()["VP02"], parent="VP09")
    stores.offices.change(Change([moved]), world.clock())
    house.shelf.forget()
    keep_in_step(stores, house.shelf, PROJECT, world.clock())
    worked_off(world)
    assert (listed(world, here), listed(world, there)) == ([], both)
    assert listed(world, OURS) == both
    assert stores.entity_lists.get(CHILDREN).revision > revision, "phones hear of it"
    found = [entry(world), entry(world, other)]
    stores.entities._entities.drop()
    rebuilt(world)
    assert [(each.office, each.within, each.state) for each in found if each] == [
        (each.office, each.within, each.state)
        for each in (entry(world), entry(world, other))
        if each
    ]
    world.send(changed(2, "2", "", muc="khong").xml, by=region)
    worked_off(world)
    assert listed(world, OURS) == both, "what the region says now is a stranger's"
