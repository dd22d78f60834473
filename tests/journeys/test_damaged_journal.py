"""The disk has damaged the journal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.processing.intake.decide import Create
from tests.journeys.healing import Fresh, replayed
from tests.sheets import answers_to
from tests.world import World

pytestmark = pytest.mark.journey


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
