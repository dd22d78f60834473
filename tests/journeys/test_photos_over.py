"""The photos of a record whose time is over are gone, from everywhere; all else of it stays."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import bson
import pytest

from server.access.verbs import ADMINISTRATOR
from server.model.approvals import About
from server.model.data_requests import Concern
from server.model.erasures import Word
from server.model.forms import FormKey
from server.model.records import Record
from server.model.scope import WHOLE_HOUSE
from server.model.sequence import LAST_SEQ
from server.processing.approvals.approved_acts import PHOTOS
from server.processing.duties.clear_away import clear_away
from server.processing.duties.clear_photos import clear_photos
from server.processing.duties.erase import erase_record
from server.processing.duties.retention import Number, number_over, over
from server.processing.duties.retention_rule import given_rule, set_rule
from server.processing.follow_ups.run import run_due
from server.processing.intake.decide import Same
from server.processing.records.counting import count_news
from server.processing.records.record_lists import lists_of
from server.processing.recovery.rebuild import rebuild
from server.processing.recovery.replay import replay
from server.services import PROJECT, Services
from tests.faster import overtaken
from tests.journeys.healing import Fresh
from tests.journeys.test_erasure import places_of
from tests.records import Made, another_photo
from tests.sheets import answers_to, xform_of
from tests.world import World

pytestmark = pytest.mark.journey

FORM = """
| survey |       |      |          |            |
|        | type  | name | label    | appearance |
|        | text  | ten  | Họ tên   |            |
|        | image | anh  | Ảnh      |            |
|        | image | ky   | Chữ ký   | signature  |
| settings |         |         |
|          | form_id | version |
|          | tre     | 1       |
"""
KEY = FormKey(PROJECT, "tre")
OWN, SHARED, SIGNED, LATER = (another_photo(each) for each in (81, 82, 83, 85))


def sent(number: int, **files: bytes) -> Made:
    inside = "<ten>Na</ten><anh>a.jpg</anh><ky>k.jpg</ky>"
    xml = answers_to("tre", inside, instance_id=f"uuid:{number:08d}-0000-4000-8000-000000000000")
    return Made("tre", xml, {f"{name}.jpg": data for name, data in files.items()})


@pytest.fixture
def visit(small_world: World) -> Made:
    """Came 800 days ago with two photos and a signature; another record shares a photo with it."""
    world = small_world
    world.publish(xform_of(FORM))
    made = sent(1, a=OWN, b=SHARED, k=SIGNED)
    world.send(made.xml, made.files)
    other = sent(2, b=SHARED)
    world.send(other.xml, other.files, by=world.thao)
    run_due(world.house.stores, world.house.shelf, world.clock())
    count_news(world.house.stores, KEY, world.clock())
    world.clock.move(days=800)
    return made


def found(house: Services, made: Made) -> Record:
    record = house.stores.erasures.find(KEY, made.instance_id)
    assert record is not None
    return record


def erased(world: World, made: Made) -> Record:
    """As two people agree."""
    house, rule, email = world.house, world.house.two_people, "pho@example.org"
    known = house.stores.actors.by_email(email)
    second = known or world.hire(email, "Đỗ Thị Nga", ADMINISTRATOR, "TT").actor
    about = About((Concern("records", "tre", made.instance_id),))
    chain, why = found(house, made).within, "Ảnh đã quá thời hạn lưu giữ"
    asked = rule.ask(world.admin.actor, PHOTOS, about, chain, why, world.clock())
    rule.grant(second, asked.id, "", world.clock())
    return found(house, made)


def worker_for_days(world: World) -> None:
    for _ in range(4):
        run_due(world.house.stores, world.house.shelf, world.clock())
        clear_away(world.house.stores, PROJECT, world.clock())
        clear_photos(world.house.stores, PROJECT, world.clock())
        world.clock.move(days=1)


def everywhere(world: World) -> list[str]:
    return places_of(OWN[-400:], world.house)


def listed(world: World) -> list[str]:
    house = world.house
    shown, _ = over(
        house.stores,
        house.shelf,
        WHOLE_HOUSE,
        KEY,
        world.clock(),
        top=LAST_SEQ,
        most=9,
        photos=True,
    )
    return [each.line.instance_id for each in shown]


def test_the_photos_go_and_the_record_stays(small_world: World, visit: Made) -> None:
    world, house = small_world, small_world.house
    rule = given_rule(house.shelf, KEY, "photos 24")
    assert rule is not None
    assert listed(world) == []
    lists = lists_of(house.stores, house.shelf, WHOLE_HOUSE, KEY, world.clock())
    assert number_over(lists, rule, photos=True) == Number(2, is_all=True)
    set_rule(house.stores, house.shelf, KEY, "photos 24")
    before = found(house, visit)
    assert listed(world)[-1] == visit.instance_id
    assert len(listed(world)) == 2
    small = {sha for each in before.facts.values() for sha in each.get("thumbnails", {}).values()}
    assert small
    after = erased(world, visit)
    assert [each.name for each in after.media] == ["k.jpg"]
    assert {each.name for each in after.gone} == {"a.jpg", "b.jpg"}
    assert after.derived == before.derived
    assert after.missing == ()
    assert listed(world) == [world.records("tre")[0].instance_id]
    worker_for_days(world)
    assert everywhere(world) == []
    assert not list(house.stores.journal.damaged())
    assert house.stores.erased_photos.waiting(world.clock(), 9) == []
    other, after = world.records("tre")
    assert world.file(other, "b.jpg") == SHARED
    assert world.file(after, "k.jpg") == SIGNED
    assert set(after.facts) == {each.sha256 for each in after.media}
    assert not any("a.jpg" in str(each) for each in after.issues)


def test_they_do_not_come_back(small_world: World, visit: Made, fresh: Fresh) -> None:
    """By a replay of the journal before it is cleared and after, a rebuild, nor by a phone."""
    world = small_world
    after = erased(world, visit)

    def comes_to_the_same() -> None:
        with fresh() as house:
            done = replay(house.intake, lambda _: None)
            assert (done.refused, done.damaged) == (0, ())
            back = found(house, visit)
            assert (back.media, back.photos_erased) == (after.media, after.photos_erased)
            assert (back.versions, back.derived) == (after.versions, after.derived)
            assert replay(house.intake, lambda _: None).healed == 0

    comes_to_the_same()
    assert replay(world.house.intake, lambda _: None).healed == 0
    worker_for_days(world)
    comes_to_the_same()
    assert replay(world.house.intake, lambda _: None).healed == 0
    received = world.send(visit.xml, visit.files)
    assert isinstance(received.decision, Same)
    assert everywhere(world), "written before it is known for what it is"
    worker_for_days(world)
    assert everywhere(world) == []
    rebuild(world.house.stores, world.house.shelf, KEY, world.clock(), lambda _: None)
    worker_for_days(world)
    assert found(world.house, visit).media == after.media


def test_what_comes_later_is_taken_in(small_world: World, visit: Made) -> None:
    world = small_world
    erased(world, visit)
    edit = visit.edited(b"Na", b"Nam")
    world.send(edit.xml, {**visit.files, "c.jpg": LATER})
    after = found(world.house, visit)
    assert [each.name for each in after.media] == ["k.jpg", "c.jpg"]
    assert after.derived.answers["ten"] == "Nam"
    assert after.missing == ()
    worker_for_days(world)
    assert everywhere(world) == []
    assert world.file(found(world.house, visit), "c.jpg") == LATER


def test_what_comes_later_is_looked_through_again(
    small_world: World, visit: Made, fresh: Fresh
) -> None:
    world = small_world
    set_rule(world.house.stores, world.house.shelf, KEY, "photos 24")
    other = world.records("tre")[0].instance_id
    erased(world, visit)
    assert listed(world) == [other]
    world.clock.move(days=1)
    edit = visit.edited(b"k.jpg", b"moi.jpg")
    world.send(edit.xml, {"c.jpg": LATER, "moi.jpg": another_photo(84)})
    assert listed(world) == [other, visit.instance_id]
    after = erased(world, visit)
    assert {each.name for each in after.gone} == {"a.jpg", "b.jpg", "c.jpg"}
    assert {each.name for each in after.media} == {"k.jpg", "moi.jpg"}
    assert listed(world) == [other], "signatures stay, and were looked through"
    with fresh() as house:
        replay(house.intake, lambda _: None)
        assert found(house, visit).photos_erased == after.photos_erased


def test_what_they_looked_like_is_forgotten_also_where_somebody_was_looking(
    small_world: World, visit: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, stores = small_world, small_world.house.stores
    made = replace(sent(3), files={"a.jpg": LATER, "k.jpg": SIGNED})
    world.send(made.xml, made.files)
    overtaken(monkeypatch, stores.looks, "keep", lambda: erased(world, made))
    worker_for_days(world)
    looks = [each["sha256"] for each in stores.looks._looks.find({"instance_id": made.instance_id})]
    [signed] = found(world.house, made).media
    assert looks == [signed.sha256]


def test_a_copy_of_the_database_from_before_brings_nothing_back(
    small_world: World, visit: Made
) -> None:
    """Nor does a kill between the journal and the record."""
    world, records = small_world, small_world.house.stores.submissions._records
    copy = records.find_one({"instance_ids": visit.instance_id})
    assert copy is not None
    after = erased(world, visit)
    records.replace_one({"_id": copy["_id"]}, copy)
    assert len(found(world.house, visit).media) == 3
    assert replay(world.house.intake, lambda _: None).healed == 1
    assert found(world.house, visit).photos_erased == after.photos_erased
    worker_for_days(world)
    assert everywhere(world) == []


def test_a_copy_of_the_journal_from_before_is_cleared_when_it_is_read(
    small_world: World, visit: Made, tmp_path: Path
) -> None:
    world, folder = small_world, small_world.house.stores.journal.folder
    shutil.copytree(folder, tmp_path / "copy")
    after = erased(world, visit)
    worker_for_days(world)
    shutil.copytree(tmp_path / "copy", folder, dirs_exist_ok=True)
    assert everywhere(world)
    assert replay(world.house.intake, lambda _: None).healed == 0
    assert found(world.house, visit).media == after.media
    worker_for_days(world)
    assert everywhere(world) == []


def test_their_names_go_when_the_whole_record_is_erased(small_world: World, visit: Made) -> None:
    world = small_world
    named = replace(sent(3), files={"Trieu-Thi-Ngoc.jpg": OWN})
    world.send(named.xml, named.files)
    erased(world, named)
    word = Word("Lan", "Minh", "Hết hạn")
    erase_record(world.house.stores, KEY, named.instance_id, word, world.clock())
    kept = world.house.stores.submissions._records.find_one({"instance_ids": named.instance_id})
    assert kept is not None
    assert b"Trieu" not in bson.encode(kept)
    worker_for_days(world)
    assert places_of(b"Trieu-Thi-Ngoc", world.house) == []
