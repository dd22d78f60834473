"""What comes on the phone of a record that is deleted: nothing brings it back, nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from server.model.scope import WHOLE_HOUSE
from tests.journeys.test_edits import original, send
from tests.phone import Phone
from tests.records import Made, another_photo
from tests.world import World

__all__ = ["original"]

pytestmark = pytest.mark.journey


def deleted(world: World) -> None:
    [record] = world.records("ho")
    assert world.house.stores.submissions.mark_deleted(WHOLE_HOUSE, record, world.clock())


def test_a_deleted_record_that_comes_again_is_said_to_be_deleted(
    world: World, phone: Phone, original: Made
) -> None:
    """R82: 202, so that the phone stops; it stays deleted, and nobody is troubled."""
    assert send(phone, original) == [201]
    deleted(world)
    for made in (original, original.without_files()):
        again = phone.send(made.xml, made.files)
        assert again.statuses == [202]
        assert "đã được xóa" in again.message
        assert "was deleted" in again.message
        assert "giữ riêng" not in again.message
    assert world.records("ho") == []
    assert world.aside() == []


def test_an_edit_of_a_deleted_record_is_thanked_for_and_kept_aside(
    world: World, phone: Phone, original: Made
) -> None:
    """R82: the phone deletes what it was thanked for, so the edit and its photos wait for a person;
    once, however often it comes, and it is found again where the database was lost."""
    assert send(phone, original) == [201]
    deleted(world)
    files = {**original.files, "2.jpg": another_photo(2)}
    edit = replace(original.edited(b"Na", b"Mai"), files=files)
    for _ in range(2):
        said = phone.send(edit.xml, edit.files)
        assert said.statuses == [202]
        assert "được giữ riêng" in said.message
        assert "set aside" in said.message
    assert world.records("ho") == []
    [kept] = world.set_aside()
    assert (kept.why, kept.instance_id) == ("RecordDeleted", edit.instance_id)
    blobs = world.house.stores.blobs
    assert blobs.read(kept.xml) == edit.xml
    assert {each.name: blobs.read(each.sha256) for each in kept.files} == edit.files
    assert edit.xml in [each.body for each in world.journalled()]


def test_a_late_photo_of_a_deleted_record_is_kept_aside(
    world: World, phone: Phone, original: Made
) -> None:
    """R82."""
    assert send(phone, original.without_files()) == [201]
    deleted(world)
    assert send(phone, original) == [202]
    [kept] = world.set_aside()
    assert [world.house.stores.blobs.read(each.sha256) for each in kept.files] == [
        original.files["1.jpg"]
    ]


@pytest.mark.parametrize("late", ["an edit", "a photo"])
def test_what_a_deletion_overtakes_is_kept_aside(
    world: World, original: Made, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    """R82: the record goes between the look and the write."""
    world.send(original.xml)
    submissions = world.house.stores.submissions
    looked = submissions.holding

    def look_then_delete(*asked: Any) -> Any:
        found = looked(*asked)
        if not any(each.deleted for each in found):
            deleted(world)
        return found

    monkeypatch.setattr(submissions, "holding", look_then_delete)
    made = original.edited(b"Na", b"Mai") if late == "an edit" else original
    world.send(made.xml, made.files)
    assert world.records("ho") == []
    [kept] = world.set_aside()
    assert (kept.why, kept.instance_id, len(kept.files)) == ("RecordDeleted", made.instance_id, 1)
