"""What people did comes back with the records, and registers as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from server.errors import DatabaseDown, SameIdOtherAnswers
from server.model.aside import SetAside
from server.model.entities import Origin
from server.model.forms import FormKey
from server.model.records import ReviewState, Worker
from server.model.scope import WHOLE_HOUSE
from server.processing.forms.bin import BIN_DAYS, delete_form, empty_bin
from server.processing.records.assign import assign
from server.processing.registers.assign_entry import give_entries
from server.services import PROJECT, Services
from server.storage.journal import Journal
from tests.faster import overtaken
from tests.journeys.healing import (
    LIST,
    OTHER_CHILD,
    Fresh,
    Killed,
    everything,
    judged,
    killed,
    ordered,
    replayed,
    withdrawn,
)
from tests.records import LIBRARY, Made, another_photo, record_of
from tests.registers import CHILD, worked_off
from tests.sheets import answers_to, xform_named
from tests.world import World

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("edited", [False, True])
def test_a_review_whose_journal_was_out_of_order_comes_back(
    small_world: World, fresh: Fresh, monkeypatch: pytest.MonkeyPatch, edited: bool
) -> None:
    """The disk failed, or the process was killed, when the record had it already: the follow-up
    that the review ordered writes it down."""
    world = small_world
    made = Made("x", answers_to("x", "<ten>Na</ten>"))
    world.send(made.xml)

    def broken(*_: Any) -> None:
        raise DatabaseDown

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "append", broken)
        with pytest.raises(DatabaseDown):
            judged(world, made, ReviewState.APPROVED)
    if edited:
        world.send(made.edited(b"Na", b"Nam").xml)
    worked_off(world)
    [before] = world.records("x")
    assert before.review is (ReviewState.EDITED if edited else ReviewState.APPROVED)
    with fresh() as house:
        back = replace(world, house=house)
        for _ in range(2):
            assert replayed(house).refused == 0
            worked_off(back)
            assert back.records("x") == [before]


def test_what_came_after_something_set_aside_was_dealt_with_waits_anew_in_a_replay_too(
    small_world: World, fresh: Fresh
) -> None:
    """Also what came while somebody read what was there."""
    world, photos = small_world, [{f"{n}.jpg": another_photo(n)} for n in range(4)]
    world.send(answers_to("x", "<ten>Na</ten>", instance_id="uuid:1"))

    def refused(files: dict[str, bytes]) -> SetAside:
        with pytest.raises(SameIdOtherAnswers):
            world.send(answers_to("x", "<ten>Khác</ten>", instance_id="uuid:1"), files)
        [thing] = world.set_aside()
        return thing

    def waiting(house: Services) -> list[list[str]]:
        found = replace(world, house=house).set_aside()
        return [[each.name for each in thing.files] for thing in found]

    world.deal_with(refused(photos[0]))
    read = refused(photos[1])
    refused(photos[2])
    world.deal_with(read)
    assert waiting(world.house) == [["2.jpg"]]
    refused(photos[3])
    assert waiting(world.house) == [["2.jpg", "3.jpg"]]
    with fresh() as house:
        assert replayed(house).refused == 0
        assert waiting(house) == [["2.jpg", "3.jpg"]]
        assert replayed(house).healed == 0
        assert waiting(house) == [["2.jpg", "3.jpg"]]


def test_of_two_who_name_a_worker_at_once_the_later_holds_and_comes_back(
    small_world: World, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose write came first says nothing; one that broke off after the journal is healed."""
    world, key = small_world, FormKey(PROJECT, "x")
    stores, submissions = world.house.stores, world.house.stores.submissions
    world.send(answers_to("x", "<ten>Na</ten>", instance_id="uuid:1"))
    slow, fast = world.clock(), world.clock()
    admin, lan, write = world.admin.actor, world.lan.actor, submissions.name_worker

    def name(worker: str, at: datetime) -> None:
        assign(stores, world.house.shelf, WHOLE_HOUSE, admin, key, "uuid:1", worker, at)

    overtaken(monkeypatch, submissions, "name_worker", lambda: name(lan.id, fast))
    name("", slow)
    [before] = world.records("x")
    assert before.worker is not None
    assert before.worker.id == lan.id
    with fresh() as house:
        back = replace(world, house=house)
        assert replayed(house).refused == 0
        assert [each.worker for each in back.records("x")] == [before.worker]
        assert replayed(house).healed == 0
    monkeypatch.setattr(submissions, "name_worker", killed)
    with pytest.raises(Killed):
        name("", world.clock())
    monkeypatch.setattr(submissions, "name_worker", write)
    assert replayed(world.house).healed == 1
    [after] = world.records("x")
    assert after.worker is not None
    assert after.worker.id == ""


def test_a_form_that_was_removed_for_good_stays_so_and_another_has_its_name(
    small_world: World, fresh: Fresh
) -> None:
    world, forms = small_world, small_world.house.stores.forms
    for name in ("cu", "tham"):
        world.publish(xform_named(name))
        forms.set_retention(FormKey(PROJECT, name), "2 years")
        removed(world, FormKey(PROJECT, name))
    world.publish(xform_named("tham", media=("a.png",)), {"a.png": b"PNG"})
    before = {each.key: forms.versions(each.key) for each in forms.with_binned(PROJECT)}
    assert {each.form_id for each in before} == {"tham", "x"}
    with fresh() as house:
        for _ in range(2):
            assert replayed(house).refused == 0
            back = house.stores.forms.with_binned(PROJECT)
            assert {each.key: house.stores.forms.versions(each.key) for each in back} == before
            assert {each.retention for each in back} == {""}


def removed(world: World, key: FormKey) -> None:
    """It lay in the bin for thirty days, and nothing came in."""
    stores = world.house.stores
    delete_form(stores, world.house.shelf, key, world.clock())
    world.clock.move(days=BIN_DAYS + 1)
    assert empty_bin(stores, PROJECT, world.clock()) == []
    world.clock.move(minutes=3)
    assert empty_bin(stores, PROJECT, world.clock()) == [key]


def test_phones_hear_of_an_entry_that_was_given_though_that_broke_off(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists, at = small_world.house.stores.entity_lists, small_world.clock()
    with monkeypatch.context() as patch:
        patch.setattr(lists, "touch", killed)
        with pytest.raises(Killed):
            give_entries(small_world.house.stores, LIST, [CHILD], Worker("1", "Hồng", "Lan", at))
    before = lists.get(LIST).revision
    assert replayed(small_world.house).healed == 1
    assert lists.get(LIST).revision > before
    assert replayed(small_world.house).healed == 0


def test_records_registers_and_what_people_did_come_back(world: World, fresh: Fresh) -> None:
    """Of all forms of the library, and equal however often it is replayed; work goes on from
    there."""
    samples = [record_of(form, number).without_files() for form in LIBRARY for number in (1, 3)]
    for made in samples:
        world.send(made.xml)
    first, second, third = samples[:3]
    judged(world, first, ReviewState.HAS_ISSUES)
    edited = first.edited()
    world.send(edited.xml)
    judged(world, second, ReviewState.HAS_ISSUES)
    judged(world, second, ReviewState.APPROVED)
    judged(world, third, ReviewState.REJECTED)
    ordered(world, CHILD, "import:1", Origin.IMPORT, thon="Khu 1", ghi_chu="")
    ordered(world, CHILD, "settled:1", Origin.SETTLED, thon="Khu 2")
    ordered(world, OTHER_CHILD, "import:2", Origin.IMPORT, thon="Khu 3")
    withdrawn(world, "import:2")
    worked_off(world)
    before = everything(world.house, world)
    assert len(before["entries"]) > 10
    assert before["entries"][f"{LIST.text}/{OTHER_CHILD}"]["gone"]
    assert {each.review for each in before["records"][FormKey(PROJECT, first.form_id).text]} == {
        ReviewState.EDITED,
        ReviewState.APPROVED,
    }
    with fresh() as house:
        back = replace(world, house=house)
        done = replayed(house)
        assert (done.refused, done.healed) == (0, done.entries)
        worked_off(back)
        assert everything(house, world) == before
        assert replayed(house).healed == 0
        worked_off(back)
        assert everything(house, world) == before

        house.stores.entities._entities.delete_one({"uuid": CHILD})
        assert replayed(house).healed == 1
        assert everything(house, world) == before
