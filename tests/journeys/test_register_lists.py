"""A register on phones: each has the children of its own offices, and learns of what changed."""

from __future__ import annotations

import csv
import io
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from server.model.entities import EntityRow
from server.model.scope import Scope
from tests import registers
from tests.collect_xml import FormEntry, read_integrity, read_manifest
from tests.phone import Phone
from tests.registers import CHILD, CHILDREN, changed, created, worked_off
from tests.world import Handset, World

OTHER = CHILD.replace("3d0c", "4e1d")
FAR = CHILD.replace("3d0c", "5f2e")
UNSENT = CHILD.replace("3d0c", "6a3f")


@pytest.fixture
def register(world: World) -> World:
    world.publish(registers.form())
    return world


def listed(phone: Phone, form_id: str = "so_tre", name: str = "tre.csv") -> FormEntry.File:
    [entry] = [each for each in phone.form_list() if each.form_id == form_id]
    assert entry.manifest_url is not None
    manifest = read_manifest(phone.get(phone.path_of(entry.manifest_url)).body)
    [file] = [each for each in manifest if each.name == name]
    return file


def rows(phone: Phone, file: FormEntry.File) -> list[dict[str, str]]:
    body = phone.get(phone.path_of(file.download_url)).body
    assert file.is_of(body)
    return list(csv.DictReader(io.StringIO(body.decode())))


def test_a_phone_gets_the_children_of_its_office(
    register: World, phone_of: Callable[[Handset], Phone]
) -> None:
    register.send(created("Bé Na\r\n(2015)", muc="thấp,\r\n rồi cao").xml)
    register.send(changed(1, thon="Khu 1").xml)
    register.send(created("Bé Tí", FAR).xml, by=register.thao)
    worked_off(register)
    phone = phone_of(register.hong)
    file = listed(phone)
    assert file.type == "entityList"
    assert rows(phone, file) == [
        {
            "name": CHILD,
            "label": "Bé Na (2015)",
            "__version": "2",
            "thon": "Khu 1",
            "muc": "thấp,\n rồi cao",
            "di_hoc": "",
        }
    ]
    far = phone_of(register.thao)
    assert [each["name"] for each in rows(far, listed(far))] == [FAR]


def test_the_mark_of_a_list_changes_exactly_when_that_phone_s_list_does(
    register: World, phone_of: Callable[[Handset], Phone]
) -> None:
    hong, thao = phone_of(register.hong), phone_of(register.thao)
    marks = [(listed(hong).hash, listed(thao).hash)]
    first = created(muc="thap")
    for made, by in (
        (first, register.hong),
        (first, register.hong),
        (created("Bé Tí", FAR), register.thao),
        (changed(1, muc="cao"), register.thao),
    ):
        register.send(made.xml, by=by)
        worked_off(register)
        marks.append((listed(hong).hash, listed(thao).hash))
    moved = [
        (before[0] != after[0], before[1] != after[1])
        for before, after in itertools.pairwise(marks)
    ]
    assert moved == [(True, False), (False, False), (False, True), (True, False)]


def test_an_unchanged_list_is_not_read_again(
    register: World, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.send(created().xml)
    worked_off(register)
    file = listed(phone)

    def asked(*_: object) -> None:
        raise AssertionError("the list was read again")

    monkeypatch.setattr(type(register.house.stores.entities), "rows", asked)
    assert listed(phone).hash == file.hash
    assert len(rows(phone, file)) == 1


def test_who_is_given_an_office_and_one_below_it_gets_each_child_once(register: World) -> None:
    register.send(created().xml)
    register.send(created("Bé Tí", OTHER).xml, by=register.cuong)
    worked_off(register)
    both = Scope.of(["VP02", "VP01"])
    found = register.house.stores.entities.rows(both, CHILDREN)
    assert sorted(each.id for each in found) == sorted((CHILD, OTHER))


def test_phones_that_ask_at_once_for_a_changed_list_have_it_made_once(
    register: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.send(created().xml)
    worked_off(register)
    house, asked = register.house, threading.Barrier(8)
    rows, made = house.stores.entities.rows, []
    its_list = house.stores.entity_lists.get(CHILDREN)

    def slowly(*arguments: Any) -> list[EntityRow]:
        made.append(arguments)
        time.sleep(0.2)  # time for the others to come, if nothing stops them
        return list(rows(*arguments))

    def ask(_: int) -> str:
        asked.wait()
        return house.registers.cut(Scope.of(["VP02"]), its_list).md5

    monkeypatch.setattr(house.stores.entities, "rows", slowly)
    with ThreadPoolExecutor(8) as phones:
        marks = set(phones.map(ask, range(8)))
    assert (len(marks), len(made)) == (1, 1)


def test_a_phone_learns_what_became_of_the_children_it_made(
    register: World, phone_of: Callable[[Handset], Phone]
) -> None:
    register.send(created().xml)
    gone = created("Bé Tí", OTHER)
    register.send(gone.xml)
    register.send(created("Bé Xa", FAR).xml, by=register.thao)
    worked_off(register)
    stores = register.house.stores
    record = register.record("so_tre", gone.instance_id)
    assert record is not None
    assert stores.submissions.mark_deleted(registers.WHOLE_HOUSE, record, register.clock())
    worked_off(register)
    phone = phone_of(register.hong)
    address = listed(phone).integrity_url
    assert address is not None
    path = phone.path_of(address)
    joint = "&" if "?" in path else "?"

    def said(*asked: str) -> dict[str, bool]:
        return read_integrity(phone.get(f"{path}{joint}id={','.join(asked)}").body)

    assert said(CHILD, OTHER, FAR, UNSENT) == {CHILD: False, OTHER: True}
    assert said(UNSENT, "khong", "") == {}
    # Moved to another office, the phone that made it learns that it is not there; others do not.
    house, there = register.house, Scope.of(["VP10"])
    its_list = stores.entity_lists.get(CHILDREN)
    for handset, told in (
        (register.hong, {CHILD: True, FAR: False}),
        (register.cuong, {FAR: False}),
    ):
        asked = (CHILD, FAR, UNSENT)
        assert house.registers.deleted(handset.actor, there, its_list, asked) == told


def test_a_list_that_waits_for_approval_says_so(register: World, phone: Phone) -> None:
    register.house.stores.entity_lists.set_option(CHILDREN, "approval", True)
    assert listed(phone).type == "approvalEntityList"


def test_an_attached_file_with_rows_stands_in_until_there_is_an_entity(
    world: World, phone: Phone
) -> None:
    """The library's offices are a file; its children only a head."""
    assert listed(phone, "vang_gia", "van_phong.csv").type == ""
    file = listed(phone, "vang_gia", "tre_em.csv")
    assert file.type == "entityList"
    head = phone.get(phone.path_of(file.download_url)).body.decode().splitlines()
    assert len(head) == 1
    assert head[0].startswith("name,label,__version,ma_tre,ho_ten,")


def test_a_draft_s_link_opens_no_register(register: World, phone_of: Callable[..., Phone]) -> None:
    register.send(created().xml)
    worked_off(register)
    token = "mot-lien-ket-de-thu"
    register.publish(registers.form(), draft_token=token)
    phone = phone_of(register.hong)
    draft = f"/v1/test/{token}/projects/1/forms/so_tre/draft"
    answer = phone.get(f"{draft}/attachments/tre.csv")
    assert answer.status == 404
    assert read_manifest(phone.get(f"{draft}/manifest").body) == []
