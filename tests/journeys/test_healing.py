"""The database is lost or doubtful; the journal and the XML give everything back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest

from server.model.calendar import day_of
from server.model.forms import FormKey
from server.model.records import Record
from server.processing.counting import count_news, recount_day
from server.processing.follow_ups.run import run_due
from server.processing.rebuild import rebuild
from server.processing.replay import replay
from server.processing.sweep import sweep
from server.services import PROJECT, Services, build_services
from server.storage.blobs import digest
from server.storage.database import connect
from server.storage.indexes import create_indexes
from tests.records import record_of
from tests.world import World

pytestmark = pytest.mark.journey
KEY = FormKey(PROJECT, "vang_gia")


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


def test_a_lost_database_comes_back_from_the_journal(world: World, mongo_uri: str) -> None:
    """Equal to before, photos byte for byte; a second replay changes nothing."""
    fill(world)
    before = kept(world.house, world)
    assert len(before) == 3

    config = replace(world.house.config, db=f"{world.house.config.db}_new")
    db = connect(mongo_uri, config.db)
    try:
        create_indexes(db)
        fresh = build_services(config, mongo_uri, world.clock)
        fresh.stores.offices.put(world.house.shelf.offices().values())
        first = replay(fresh.intake, lambda _: None)
        assert first.refused == 0
        run_due(fresh.stores, fresh.shelf, world.clock())
        assert kept(fresh, world) == before
        again = replay(fresh.intake, lambda _: None)
        assert (again.entries, again.healed) == (first.entries, 0)
        assert kept(fresh, world) == before
    finally:
        db.client.drop_database(config.db)
        db.client.close()


def test_one_lost_write_is_healed_and_nothing_else_changes(world: World) -> None:
    if world.house.config.engine == "secantusd-rs":
        pytest.skip("secantusd-rs keeps a deleted record's entry in the unique index")
    fill(world)
    before = kept(world.house, world)
    lost = before[0][0]
    world.house.stores.submissions._records.delete_one({"_id": f"{KEY.text}/{lost.instance_id}"})
    assert len(kept(world.house, world)) == 2
    replay(world.house.intake, lambda _: None)
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

    replay(world.house.intake, lambda _: None)
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
    blobs.put(file, sha256=sha256, size=size, type="image/jpeg", at=world.clock())
    assert sweep(world.house.stores, PROJECT, world.clock()) == 0
    world.clock.move(days=3)
    assert sweep(world.house.stores, PROJECT, world.clock()) == 1
    assert not blobs.is_whole(sha256)
    assert kept(world.house, world) == before
