"""Files that nothing points to are swept, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from server.processing.follow_ups.run import run_due
from server.processing.recovery.sweep import sweep
from server.services import PROJECT, Services
from server.storage.blobs import digest
from tests.journeys.healing import Fresh, Stopped, fill, kept, replayed
from tests.records import another_photo
from tests.sheets import answers_to, xform_of
from tests.world import World

pytestmark = pytest.mark.journey


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


def test_photos_of_a_record_that_came_while_the_clock_was_wrong_are_kept(
    small_world: World, fresh: Fresh
) -> None:
    """Its place lies a month ahead; brought back from the journal after the clock was set right,
    its photos are older than its place."""
    ahead = Stopped(small_world.clock() + timedelta(days=30))
    photo = {"1.jpg": another_photo(1)}
    replace(small_world, clock=ahead).send(answers_to("x", "<ten>Na</ten>"), photo)
    with fresh() as house:
        replayed(house)
        small_world.clock.move(days=3)
        sweep(house.stores, PROJECT, small_world.clock())
        [(sha256, _)] = house.stores.blobs.older_than(small_world.clock())
        assert house.stores.blobs.read(sha256) == photo["1.jpg"]


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
