"""The database is lost or doubtful; the journal and the XML give everything back."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from itertools import permutations
from typing import Any

import pytest

from server.model.calendar import day_of
from server.model.entities import Contribution, ListKey, Order, Origin
from server.model.forms import FormKey
from server.model.records import Record, ReviewState
from server.model.scope import WHOLE_HOUSE
from server.processing.counting import count_news, recount_day
from server.processing.decide import Create
from server.processing.entities import bring_in_step
from server.processing.first_run import read_offices
from server.processing.follow_ups.run import run_due
from server.processing.rebuild import rebuild
from server.processing.replay import Replayed, replay
from server.processing.review import Judgement, review
from server.processing.sweep import sweep
from server.services import PROJECT, Services
from server.storage.blobs import digest
from server.storage.journal import Journal, Place
from tests.conftest import empty_house
from tests.javarosa.filler import FORMS
from tests.records import LIBRARY, Made, another_photo, record_of
from tests.registers import CHILD, worked_off
from tests.sheets import answers_to, xform_named, xform_of
from tests.world import Clock, World, build_world

pytestmark = pytest.mark.journey
KEY = FormKey(PROJECT, "vang_gia")
LIST = ListKey(PROJECT, "tre_em")
OTHER_CHILD = CHILD.replace("3d0c", "4e1d")


def fill(world: World) -> None:
    """Records with photos, one in two posts, one edited; their follow-ups done."""
    first, second, third = (record_of("vang_gia", n, seed=n) for n in (1, 2, 4))
    world.send(first.xml, first.files)
    world.send(second.xml, by=world.thao)
    world.send(second.xml, second.files, by=world.thao)
    world.send(third.xml, third.files)
    world.send(third.edited().xml, {})
    run_due(world.house.stores, world.house.shelf, world.clock())


def kept(house: Services, world: World) -> list[tuple[Record, list[bytes]]]:
    """Every record with its files' bytes."""
    records = list(house.stores.submissions.records(*world.everything(KEY)))
    return [
        (each, [house.stores.blobs.read(media.sha256) for media in each.media]) for each in records
    ]


class Stopped(Clock):
    def __init__(self, at: datetime) -> None:
        self._began = at

    def __call__(self) -> datetime:
        return self._began


Fresh = Callable[[], AbstractContextManager[Services]]


@pytest.fixture
def fresh(bare_house: Services, mongo_uri: str, clock: Clock) -> Fresh:
    """The same installation over an empty database: the journal alone is left."""

    @contextmanager
    def emptied() -> Iterator[Services]:
        with empty_house(bare_house.config, mongo_uri, clock) as house:
            house.stores.offices.put(bare_house.stores.offices.tree().values())
            yield house

    return emptied


def replayed(house: Services) -> Replayed:
    return replay(house.intake, lambda _: None)


def test_a_lost_database_comes_back_from_the_journal(world: World, fresh: Fresh) -> None:
    """Equal to before, photos byte for byte; a second replay changes nothing."""
    fill(world)
    before = kept(world.house, world)
    assert len(before) == 3
    with fresh() as house:
        first = replayed(house)
        assert (first.refused, first.damaged) == (0, ())
        run_due(house.stores, house.shelf, world.clock())
        assert kept(house, world) == before
        again = replayed(house)
        assert (again.entries, again.healed) == (first.entries, 0)
        assert kept(house, world) == before


def judged(world: World, made: Made, state: ReviewState) -> None:
    """By Lan, who looked at this version."""
    act, key = Judgement(state.value, "Đã xem", made.instance_id), FormKey(PROJECT, made.form_id)
    by, stores = world.lan.actor, world.house.stores
    review(stores, WHOLE_HOUSE, by, key, made.instance_id, act, world.clock())


def ordered(world: World, uuid: str, source: str, origin: Origin, **said: str) -> None:
    """As a person orders it for a child, from a file or settling what is in conflict."""
    makes, at, stores = origin is Origin.IMPORT, world.clock(), world.house.stores
    contribution = Contribution(
        source=source,
        origin=origin,
        orders=(Order(makes, not makes, "" if not makes else "Bé Lan", said, made=at.isoformat()),),
        count=1,
        at=at,
        by="Lan",
        office="VP01",
        within=("*", "TT", "VP01"),
        creates=makes,
    )
    stores.entity_lists.add_own(LIST, source, [(uuid, contribution)])
    bring_in_step(stores, LIST, uuid)
    stores.entity_lists.touch(LIST, filled=True, columns=sorted(said) if makes else ())


def withdrawn(world: World, batch: str) -> None:
    """As a person takes an import back."""
    stores = world.house.stores
    orders = [(uuid, each) for _, uuid, each in stores.entity_lists.batch(batch)]
    stores.entity_lists.withdraw(LIST, batch, orders, world.clock())
    for uuid, _ in orders:
        bring_in_step(stores, LIST, uuid)


def everything(house: Services, world: World) -> dict[str, Any]:
    """What people see: all records with their reviews, all registers, all counts; not how often a
    thing was written."""
    stores = house.stores
    keys = [each.key for each in stores.forms.with_binned(PROJECT)]
    for key in keys:
        count_news(stores, key, world.clock())
    found = stores.entities._entities.find({})
    return {
        "records": {
            key.text: list(stores.submissions.records(*world.everything(key))) for key in keys
        },
        "entries": {each["_id"]: {**each, "revision": 0} for each in found},
        "lists": [replace(each, revision=0) for each in stores.entity_lists.all(PROJECT)],
        "counts": {key.text: stores.counters.counts(key) for key in keys},
    }


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


@pytest.fixture
def small_world(bare_house: Services, clock: Clock) -> World:
    """One short form."""
    bare_house.stores.offices.put(read_offices(FORMS / "shared" / "van_phong.csv"))
    world = build_world(bare_house, clock)
    world.publish(xform_named("x"))
    return world


def test_an_edit_that_began_to_arrive_before_its_original_comes_back_too(
    small_world: World, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the beginnings of three posts lie, and however the journal is read: what was
    accepted is there as it was."""
    world, start = small_world, small_world.clock()
    for family, places in enumerate(permutations(range(3))):
        name, photo = f"uuid:{family}", {"a.jpg": b"%d" % family}
        xml = answers_to("x", "<ten>Na</ten>", instance_id=name)
        first = Made("x", xml)
        second = first.edited(b"Na", b"Nam")
        third = replace(second.edited(b"Nam", b"Nga"), files=photo)
        for each, place in zip((first, second, third), places, strict=True):
            began = start + timedelta(minutes=family, seconds=place)
            replace(world, clock=Stopped(began)).send(each.xml, each.files)
    before = world.records("x")
    assert [len(each.versions) for each in before] == [3] * 6
    chance, listed = random.Random(5), Journal.places
    for _ in range(2):
        with fresh() as house:
            assert replayed(house).refused == 0
            assert replace(world, house=house).records("x") == before
            assert replace(world, house=house).aside() == []
            assert replayed(house).healed == 0

        def anyhow(journal: Journal, since: str = "") -> list[Place]:
            places = listed(journal, since)
            chance.shuffle(places)
            return places

        monkeypatch.setattr(Journal, "places", anyhow)


def test_what_the_disk_has_damaged_is_named_and_the_rest_comes_back(
    small_world: World, fresh: Fresh
) -> None:
    """An entry that cannot be read, and a photo: its record is better than none."""
    world = small_world
    for name in ("a", "b", "c"):
        xml = answers_to("x", f"<ten>{name}</ten>", instance_id=name)
        world.send(xml, {f"{name}.jpg": name.encode() * 9})
    folder = world.house.stores.journal.folder
    [post] = [each for each in folder.rglob("*.post") if b"<ten>a</ten>" in each.read_bytes()]
    post.write_bytes(post.read_bytes().replace(b'"sender"', b'"\xffnder"'))
    [photo] = [each for each in folder.rglob("*.file") if each.read_bytes() == b"b" * 9]
    photo.write_bytes(b"b" * 8 + b"\0")
    with fresh() as house:
        done = replayed(house)
        lost = {f"{each.parent.name}/{each.name}" for each in (post, photo)}
        assert (set(done.damaged), done.refused, done.healed) == (lost, 0, 3)
        found = {each.instance_id: each for each in replace(world, house=house).records("x")}
        assert {name: len(each.media) for name, each in found.items()} == {"b": 0, "c": 1}


def test_a_phone_s_retry_over_a_damaged_entry_is_taken(small_world: World) -> None:
    """The database lost the record and the disk its entry: the phone has the last copy."""
    if small_world.house.config.engine == "secantusd-rs":
        pytest.skip("secantusd-rs keeps a deleted record's entry in the unique index")
    xml = answers_to("x", "<ten>Na</ten>", instance_id="a")
    small_world.send(xml)
    stores = small_world.house.stores
    for post in stores.journal.folder.rglob("*.post"):
        post.write_bytes(b"\xff\xfe" + post.read_bytes())
    stores.submissions._records.delete_one({"instance_ids": "a", "form": "1/x"})
    assert isinstance(small_world.send(xml).decision, Create)
    assert len(list(stores.journal.damaged())) == 1, "the form alone"


def test_an_old_version_that_comes_back_is_not_the_one_that_phones_get(
    small_world: World,
) -> None:
    small_world.publish(xform_named("x", version="2").replace(b"<ten/>", b"<ten/><tuoi/>"))
    house, key = small_world.house, FormKey(PROJECT, "x")
    house.stores.forms._versions.delete_one({"_id": f"{key.text}//1"})
    assert replayed(house).healed == 1
    assert house.stores.forms.hashes(key).keys() == {"1", "2"}
    assert house.shelf.current(key).version.version == "2"
    house.stores.forms._forms.delete_one({"_id": key.text})
    assert replayed(house).healed == 1
    assert house.shelf.current(key).version.version == "2"


def test_one_lost_write_is_healed_and_nothing_else_changes(world: World) -> None:
    if world.house.config.engine == "secantusd-rs":
        pytest.skip("secantusd-rs keeps a deleted record's entry in the unique index")
    fill(world)
    before = kept(world.house, world)
    lost = before[0][0]
    world.house.stores.submissions._records.delete_one({"_id": f"{KEY.text}/{lost.instance_id}"})
    assert len(kept(world.house, world)) == 2
    replayed(world.house)
    run_due(world.house.stores, world.house.shelf, world.clock())
    assert kept(world.house, world) == before


def test_a_record_that_comes_back_is_counted_on_its_day_again(world: World) -> None:
    """A day below the newest counted record would else stay short until the next rebuild."""
    if world.house.config.engine == "secantusd-rs":
        pytest.skip("secantusd-rs keeps a deleted record's entry in the unique index")
    fill(world)
    stores = world.house.stores
    lost = kept(world.house, world)[0][0]
    world.clock.move(days=1)
    later = record_of("vang_gia", 3, seed=9)
    world.send(later.xml, later.files)
    count_news(stores, KEY, world.clock())
    totals = stores.counters.counts(KEY)
    stores.submissions._records.delete_one({"_id": f"{KEY.text}/{lost.instance_id}"})
    recount_day(stores, KEY, day_of(lost.at))
    assert stores.counters.counts(KEY) != totals

    replayed(world.house)
    assert stores.counters.counts(KEY) == totals


def test_a_rebuild_from_the_xml_gives_what_was_there(world: World) -> None:
    """R26."""
    fill(world)
    before = kept(world.house, world)
    stores, shelf = world.house.stores, world.house.shelf
    count_news(stores, KEY, world.clock())
    totals = stores.counters.counts(KEY)

    done = rebuild(stores, shelf, KEY, world.clock(), lambda _: None)
    assert (done.records, done.changed) == (3, 0)
    assert kept(world.house, world) == before
    assert stores.counters.counts(KEY) == totals

    records = stores.submissions._records
    records.update_many({}, {"$set": {"answers": {}, "name": "", "expected": [], "point": None}})
    stores.counters.clear(KEY)
    done = rebuild(stores, shelf, KEY, world.clock(), lambda _: None)
    assert done.changed == 3
    while run_due(stores, shelf, world.clock() + timedelta(minutes=1)):
        pass
    assert kept(world.house, world) == before
    assert stores.counters.counts(KEY) == totals


def test_the_sweeper_removes_orphans_alone(world: World) -> None:
    fill(world)
    before = kept(world.house, world)
    blobs = world.house.stores.blobs
    file = BytesIO(b"a photo whose record never came")
    sha256, size = digest(file)
    blobs.put(file, sha256=sha256, size=size, type="image/jpeg")
    assert sweep(world.house.stores, PROJECT, world.clock()) == 0
    world.clock.move(days=3)
    assert sweep(world.house.stores, PROJECT, world.clock()) == 1
    assert not blobs.is_whole(sha256)
    assert kept(world.house, world) == before


def test_a_sweep_takes_nothing_of_what_comes_back_beside_it(
    small_world: World, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days old as it is: neither a form's files, nor photos whose record is just being written,
    nor their thumbnails."""
    world = small_world
    world.publish(xform_of(WITH_PHOTO), {"so_do.png": b"a map"})
    world.send(answers_to("anh", "<anh>1.jpg</anh>", instance_id="a"), {"1.jpg": another_photo(1)})
    world.clock.move(days=3)
    swept: list[str] = []

    def beside(a_sweep_of: Services, repository: object, name: str) -> None:
        write = getattr(repository, name)

        def written(*asked: Any, **wanted: Any) -> Any:
            sweep(a_sweep_of.stores, PROJECT, world.clock())
            swept.append(name)
            return write(*asked, **wanted)

        monkeypatch.setattr(repository, name, written)

    with fresh() as house:
        stores = house.stores
        beside(house, stores.forms, "add_version")
        beside(house, stores.submissions, "create")
        beside(house, stores.follow_ups, "finish")
        replayed(house)
        run_due(stores, house.shelf, world.clock())
        assert set(swept) == {"add_version", "create", "finish"}
        [record] = replace(world, house=house).records("anh")
        [facts] = record.facts.values()
        [plan] = house.shelf.current(record.key).version.media
        for sha256 in (record.media[0].sha256, *facts["thumbnails"].values(), plan.sha256):
            assert stores.blobs.is_whole(sha256)
        assert len(facts["thumbnails"]) == 2


WITH_PHOTO = """
| survey |
| | type  | name | label | media::image |
| | image | anh  | Ảnh   | so_do.png    |
| settings |
| | form_title | form_id | version |
| | Ảnh        | anh     | 1       |
"""
