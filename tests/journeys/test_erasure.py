"""Who a record was about is gone, from everywhere; that it was, and what it counts for, stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import bson
import pytest

from server.errors import EditOutdated, OriginalUnknown, SameIdOtherAnswers
from server.errors.duties import RecordErased
from server.model.approvals import About, Approval, Decision, State
from server.model.data_requests import Concern
from server.model.entities import Contribution, Order, Origin
from server.model.erasures import Word
from server.model.forms import FormKey
from server.model.records import Record, Review, ReviewState
from server.model.scope import WHOLE_HOUSE
from server.processing.approvals.approved_acts import ERASE
from server.processing.duties.clear_away import clear_away
from server.processing.duties.concerns import all_about
from server.processing.duties.erase import erase, erase_record
from server.processing.follow_ups.run import run_due
from server.processing.intake.decide import Erased
from server.processing.intake.set_aside import settle
from server.processing.records.break_glass import open_with_reason
from server.processing.recovery.rebuild import rebuild
from server.processing.recovery.replay import replay
from server.processing.recovery.sweep import sweep
from server.processing.registers.entities import bring_in_step
from server.services import PROJECT, Services
from server.storage.journal import Journal
from server.storage.submissions import TwinArrived
from tests import registers
from tests.faster import overtaken
from tests.journeys.healing import OTHER_CHILD, Fresh, judged
from tests.records import Made, another_photo
from tests.registers import CHILD, CHILDREN
from tests.sheets import answers_to, xform_of
from tests.world import World

pytestmark = pytest.mark.journey

FORM = """
| survey |                 |       |        |
|        | type            | name  | label  |
|        | text            | ten   | Họ tên |
|        | select_one gioi | gioi  | Giới   |
|        | image           | anh   | Ảnh    |
| choices |      |      |      |
|         | list_name | name | label |
|         | gioi | nam  | Nam  |
|         | gioi | nu   | Nữ   |
| settings |         |         |
|          | form_id | version |
|          | tre     | 1       |
"""
KEY = FormKey(PROJECT, "tre")
WORD = Word("Lan", "Minh", "Hết thời hạn lưu giữ")
NAME = "Trieu Thi Bich Ngoc"
CHAIN = ("*", "TT", "VP01")
OWN, SHARED = another_photo(71), another_photo(72)


def sent(world: World, number: int, name: str = NAME) -> Made:
    inside = f"<ten>{name}</ten><gioi>nu</gioi><anh>a.jpg</anh>"
    xml = answers_to("tre", inside, instance_id=f"uuid:{number:08d}-0000-4000-8000-000000000000")
    return Made("tre", xml, {"a.jpg": SHARED if number == 2 else OWN, "b.jpg": SHARED})


@pytest.fixture
def child(small_world: World) -> Made:
    """Edited once, judged twice, remarked upon; an edit of it was too late. Another record shares a
    picture with it."""
    world = small_world
    world.publish(xform_of(FORM))
    made = sent(world, 1)
    world.send(made.xml, made.files)
    judged(world, made, ReviewState.HAS_ISSUES)
    edited = made.edited(b"nu<", b"nam<")
    world.send(edited.xml, {})
    late = made.edited(NAME.encode(), NAME.encode() + b" Anh")
    with pytest.raises(EditOutdated):
        world.send(late.xml, {})
    [thing] = world.set_aside()
    by, at = world.lan.actor, world.clock()
    settle(world.house.stores, WHOLE_HOUSE, thing.id, NAME, seen=9, by=by, at=at)
    reason = f"{NAME} phải nhập viện ngay"
    record, stores = found(world.house, made), world.house.stores
    open_with_reason(stores, record, reason, by=world.minh.actor, at=world.clock())
    other = sent(world, 2, "Mai")
    world.send(other.xml, other.files, by=world.thao)
    run_due(world.house.stores, world.house.shelf, world.clock())
    return made


def erased(world: World, made: Made) -> Record:
    erase_record(world.house.stores, KEY, made.instance_id, WORD, world.clock())
    return found(world.house, made)


def found(house: Services, made: Made) -> Record:
    record = house.stores.erasures.find(KEY, made.instance_id)
    assert record is not None
    return record


def worker_for_days(world: World) -> None:
    for _ in range(4):
        run_due(world.house.stores, world.house.shelf, world.clock())
        clear_away(world.house.stores, PROJECT, world.clock())
        world.clock.move(days=1)


def places_of(what: bytes, house: Services) -> list[str]:
    """Where these bytes are still to be found: files of the journal, collections."""
    folder = house.stores.journal.folder
    places = [each.name for each in folder.rglob("*.*") if what in each.read_bytes()]
    database = house.stores.submissions._records.database
    for name in database.list_collection_names():
        if any(what in bson.encode(each) for each in database[name].find({})):
            places.append(name)
    return sorted(places)


def everywhere(world: World) -> list[str]:
    return places_of(NAME.encode(), world.house) + places_of(OWN[-400:], world.house)


def test_nothing_is_left_that_says_who_it_was(small_world: World, child: Made) -> None:
    world = small_world
    assert {"submissions", "blobs.chunks"} <= set(everywhere(world))
    assert len(everywhere(world)) > 4, "the journal's entries and files as well"
    before = found(world.house, child)
    erased(world, child)
    assert "submissions" not in everywhere(world)
    worker_for_days(world)
    assert everywhere(world) == []
    assert not list(world.house.stores.journal.damaged())
    assert not world.aside()
    assert not world.house.stores.erasures.waiting(world.clock(), 10)
    what_counts_stays(world, child, before)


def what_counts_stays(world: World, child: Made, before: Record) -> None:
    """And so does what others have."""
    after, other = found(world.house, child), world.records("tre")[0]
    assert after.derived.answers == {"gioi": "nam", "meta/instanceID": after.current.instance_id}
    assert (after.seq, after.office, after.review) == (before.seq, before.office, before.review)
    assert [each.instance_id for each in after.versions] == [
        each.instance_id for each in before.versions
    ]
    assert after.erased is not None
    assert after.erased.word == WORD
    assert after.media == ()
    assert not any(each.reason for each in after.reviews)
    [opening] = world.house.stores.openings.page(WHOLE_HOUSE, world.clock(), 10)
    assert (opening.actor, opening.reason) == (world.minh.actor.id, "")
    assert [world.file(other, name) for name in ("a.jpg", "b.jpg")] == [SHARED, SHARED]
    with pytest.raises(RecordErased):
        judged(world, Made("tre", after.current.xml), ReviewState.APPROVED)


def test_a_phone_that_sends_it_again_is_thanked_and_nothing_is_kept(
    small_world: World, child: Made
) -> None:
    world = small_world
    before = erased(world, child)
    worker_for_days(world)
    for again in (child, child.edited(), child.saying(b"<gioi>nu", b"<gioi>nam")):
        received = world.send(again.xml, again.files)
        assert isinstance(received.decision, Erased)
        assert not received.is_news
    worker_for_days(world)
    assert found(world.house, child) == before
    assert everywhere(world) == []
    assert not world.aside()


def test_edits_of_its_edits_go_with_it(small_world: World, child: Made) -> None:
    """Those that were set aside, those that come later, and that come in another order."""
    world, named = small_world, NAME.encode()
    late = child.edited(named, named + b" Anh")
    further = late.edited()
    for odd, why in ((late, EditOutdated), (further, OriginalUnknown)):
        with pytest.raises(why):
            world.send(odd.xml, {})
    erased(world, child)
    worker_for_days(world)
    assert everywhere(world) == []
    assert not world.aside()
    first = child.edited(named, named + b" Em")
    second = first.edited()
    last = second.edited()
    with pytest.raises(OriginalUnknown):
        world.send(last.xml, {})
    for again in (first, second, last, further.edited()):
        assert isinstance(world.send(again.xml, {}).decision, Erased)
    worker_for_days(world)
    assert everywhere(world) == []
    assert not world.aside()


def test_what_claims_to_be_an_edit_of_it_takes_no_other_record_along(
    small_world: World, child: Made, fresh: Fresh
) -> None:
    """By the id of that one."""
    world = small_world
    other = sent(world, 3, "Mai")
    world.send(other.xml, {})
    edit = child.edited()
    odd = edit.saying(edit.instance_id.encode(), other.instance_id.encode()).xml
    with pytest.raises(SameIdOtherAnswers):
        world.send(odd, {})
    erased(world, child)
    worker_for_days(world)
    assert everywhere(world) == []
    with fresh() as house:
        replay(house.intake, lambda _: None)
        assert found(house, other).derived.answers["ten"] == "Mai"


def test_it_is_rebuilt_and_replayed_to_the_same(
    small_world: World, child: Made, fresh: Fresh
) -> None:
    world = small_world
    after = erased(world, child)
    rebuilt = rebuild(world.house.stores, world.house.shelf, KEY, world.clock(), lambda _: None)
    assert rebuilt.changed == 0
    # Its old entries still lie there.
    with fresh() as house:
        replay(house.intake, lambda _: None)
        assert found(house, child) == after
        assert "submissions" not in places_of(NAME.encode(), house)
    worker_for_days(world)
    with fresh() as house:
        done = replay(house.intake, lambda _: None)
        assert (done.refused, done.damaged) == (0, ())
        assert found(house, child) == after
        assert places_of(NAME.encode(), house) == []


def test_a_copy_of_the_database_or_journal_from_before_brings_nothing_back(
    small_world: World, child: Made, tmp_path: Path
) -> None:
    """Nor does a kill between the journal and the record."""
    folder = shutil.copytree(small_world.house.stores.journal.folder, tmp_path / "copy")
    world, records = small_world, small_world.house.stores.submissions._records
    copy = records.find_one({"instance_ids": child.instance_id})
    assert copy is not None
    after = erased(world, child)
    records.replace_one({"_id": copy["_id"]}, copy)
    assert found(world.house, child).erased is None
    assert replay(world.house.intake, lambda _: None).healed == 1
    assert found(world.house, child) == after
    assert replay(world.house.intake, lambda _: None).healed == 0
    worker_for_days(world)
    assert everywhere(world) == []
    shutil.copytree(folder, world.house.stores.journal.folder, dirs_exist_ok=True)
    assert replay(world.house.intake, lambda _: None).healed == 0
    worker_for_days(world)
    assert everywhere(world) == []


def test_an_edit_that_comes_between_is_erased_as_well(
    small_world: World, child: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, erasures = small_world, small_world.house.stores.erasures
    edit = Made("tre", found(world.house, child).current.xml).edited(b"nam<", b"nu<")
    overtaken(monkeypatch, erasures, "put", lambda: world.send(edit.xml, {}))
    after = erased(world, child)
    assert (len(after.versions), after.derived.answers["gioi"]) == (3, "nu")
    assert "submissions" not in everywhere(world)


def test_what_was_under_way_when_it_was_erased_puts_nothing_on_it(
    small_world: World, child: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit and a photo that were judged before, a rebuild that had read it, a reviewer's
    words."""
    world, submissions = small_world, small_world.house.stores.submissions
    seen = found(world.house, child)
    held = submissions.holding(WHOLE_HOUSE, KEY, [child.instance_id])[0]
    overtaken(monkeypatch, submissions, "add_version", lambda: erased(world, child))
    edit = Made("tre", seen.current.xml).edited(b"nam<", b"nu<")
    assert isinstance(world.send(edit.xml, {}).decision, Erased)
    after = found(world.house, child)
    with pytest.raises(TwinArrived):
        submissions.add_media(held, [seen.media[0]], due=world.clock())
    assert not submissions.replace_derived(seen, seen.derived, due=world.clock())
    words = Review(ReviewState.HAS_ISSUES, NAME, "x", "Lan", world.clock(), seen="")
    assert not submissions.add_review(WHOLE_HOUSE, seen, words)
    assert found(world.house, child) == after
    assert "submissions" not in everywhere(world)


def test_what_was_made_of_its_pictures_meanwhile_goes_too(
    small_world: World, child: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, stores = small_world, small_world.house.stores
    made = Made("tre", sent(world, 3).xml, {"a.jpg": another_photo(73)})
    world.send(made.xml, made.files)
    overtaken(monkeypatch, stores.follow_ups, "finish", lambda: erased(world, made))
    worker_for_days(world)
    assert sweep(stores, PROJECT, world.clock()) == 0, "nothing is left to be swept"


def test_of_two_tries_to_erase_it_the_journal_gives_back_the_one_that_held(
    small_world: World, child: Made, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, journal = small_world, small_world.house.stores.journal
    append, edits = type(journal).append, [found(world.house, child)]

    def slow(self: Journal, kind: str, *rest: Any) -> Any:
        facts = append(self, kind, *rest)
        if kind == "erasure" and edits:
            current = Made("tre", edits.pop().current.xml)
            world.send(current.edited(b"nam<", b"nu<").xml, {})
        return facts

    monkeypatch.setattr(type(journal), "append", slow)
    after = erased(world, child)
    assert after.derived.answers["gioi"] == "nu"
    assert replay(world.house.intake, lambda _: None).healed == 0
    with fresh() as house:
        replay(house.intake, lambda _: None)
        assert found(house, child) == after


def test_a_person_is_erased_in_the_register_and_in_all_records_about_them(
    small_world: World, fresh: Fresh
) -> None:
    """Of a file in which others stand as well, theirs stay."""
    world = small_world
    a_person_is_erased(world)
    assert "entities" in everywhere(world), "the worker is still to come"
    worker_for_days(world)
    assert everywhere(world) == []
    gone, other = registers.entry(world), registers.entry(world, OTHER_CHILD)
    assert gone is not None
    assert not gone.state.exists
    assert other is not None
    assert other.state.label == "Mai"
    with fresh() as house:
        assert replay(house.intake, lambda _: None).refused == 0
        run_due(house.stores, house.shelf, world.clock())
        assert places_of(NAME.encode(), house) == []
        back = house.stores.entities.find(WHOLE_HOUSE, CHILDREN, OTHER_CHILD)
        assert back is not None
        assert back.state == other.state
        again = house.stores.entities.find(WHOLE_HOUSE, CHILDREN, CHILD)
        assert again is not None
        assert again.state == gone.state


def test_a_rebuild_that_had_read_a_record_before_it_was_erased_puts_nothing_back(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor where the entry itself was lost, and comes anew."""
    world, house = small_world, small_world.house
    world.publish(registers.form())
    made = registers.created(NAME)
    world.send(made.xml)
    registers.worked_off(world)
    submissions = house.stores.submissions
    submissions._records.update_one({"form": registers.KEY.text}, {"$set": {"name": "another"}})

    def erased_and_followed() -> None:
        erase_record(house.stores, registers.KEY, made.instance_id, WORD, world.clock())
        registers.worked_off(world)
        house.stores.entities._entities.delete_many({})

    stale = list(submissions.records(*world.everything(registers.KEY)))

    def late(*_: Any) -> Iterator[Record]:
        erased_and_followed()
        yield from stale

    monkeypatch.setattr(submissions, "records", late)
    done = rebuild(house.stores, house.shelf, registers.KEY, world.clock(), lambda _: None)
    assert done.changed == 0
    assert "entities" not in everywhere(world)


def test_of_a_person_whose_erasure_was_lost_with_the_database_the_journal_is_cleared(
    small_world: World, fresh: Fresh
) -> None:
    world = small_world
    a_person_is_erased(world)
    with fresh() as house:
        assert replay(house.intake, lambda _: None).refused == 0
        worker_for_days(replace(world, house=house))
        assert places_of(NAME.encode(), house) == []
        assert replay(house.intake, lambda _: None).healed == 0


def a_person_is_erased(world: World) -> None:
    """In a register and in all records about them; the worker is still to come."""
    stores = world.house.stores
    world.publish(registers.form())
    made = registers.created(NAME, thon=f"Cạnh nhà {NAME}")
    world.send(made.xml, made.files)
    registers.worked_off(world)
    at = world.clock()
    stores.entity_lists.add_own(
        CHILDREN, "import:7", [(CHILD, imported(CHILD, NAME, at)), (OTHER_CHILD, others(at))]
    )
    for uuid in (CHILD, OTHER_CHILD):
        bring_in_step(stores, CHILDREN, uuid)
    entity = registers.entry(world)
    assert entity is not None
    things, chain = all_about(stores, entity)
    assert [each.kind for each in things] == ["lists", "records"]
    erase(stores, granted(things, chain, at), world.clock())


def imported(uuid: str, name: str, at: datetime) -> Contribution:
    order = Order(True, False, name, {"thon": "Khu 1"}, made=at.isoformat())
    return Contribution(
        source=f"import:7/{uuid}",
        origin=Origin.IMPORT,
        orders=(order,),
        count=1,
        at=at,
        by="Lan",
        office="VP01",
        within=CHAIN,
        creates=True,
    )


def others(at: datetime) -> Contribution:
    return imported(OTHER_CHILD, "Mai", at)


def granted(things: tuple[Concern, ...], chain: tuple[str, ...], at: datetime) -> Approval:
    decision = Decision(State.GRANTED, "2", WORD.granted_by, "", at)
    asked = Approval(
        "1", PROJECT, ERASE, About(things), chain, WORD.reason, "1", WORD.asked_by, at, at
    )
    return replace(asked, decision=decision)
