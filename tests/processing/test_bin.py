"""A form that was deleted: gone from all lists, its records kept, and back at one word."""

from __future__ import annotations

import pytest

from server.errors import FormInBin, FormUnknown
from server.model.forms import FormKey, FormState
from server.processing.first_run import set_up
from server.processing.forms.bin import BIN_DAYS, delete_form, empty_bin, restore_form
from server.processing.records.issues import Code
from server.processing.recovery.sweep import sweep
from server.services import PROJECT
from tests.faster import overtaken
from tests.javarosa.filler import FORMS
from tests.records import record_of
from tests.sheets import answers_to, xform_named
from tests.world import World

KEY = FormKey(PROJECT, "tham")


def delete(world: World, key: FormKey = KEY) -> None:
    delete_form(world.house.stores, world.house.shelf, key, world.clock())


def empty(world: World) -> list[FormKey]:
    return empty_bin(world.house.stores, PROJECT, world.clock())


def listed(world: World) -> list[str]:
    return [each.key.form_id for each in world.house.stores.forms.entries(PROJECT)]


def test_what_phones_still_send_to_a_deleted_form_is_kept_as_late(world: World) -> None:
    """R27."""
    made = record_of("vang_gia").without_files()
    delete(world, FormKey(PROJECT, "vang_gia"))
    assert "vang_gia" not in listed(world)
    world.send(made.xml)
    [record] = world.records("vang_gia")
    assert Code.FORM_CLOSED in [each.code for each in record.all_issues]


def test_a_deleted_form_comes_back_as_it_was(world: World) -> None:
    world.publish(xform_named("tham"))
    world.send(answers_to("tham", "<ten>An</ten>"))
    world.set_state("tham", FormState.CLOSING)
    before = world.house.stores.forms.entry(KEY)
    delete(world)
    assert "tham" not in listed(world)
    restore_form(world.house.stores, world.house.shelf, KEY)
    assert world.house.stores.forms.entry(KEY) == before
    assert "tham" in listed(world)
    assert len(world.records("tham")) == 1


def test_deleting_twice_or_restoring_what_is_there_is_told(world: World) -> None:
    world.publish(xform_named("tham"))
    with pytest.raises(FormUnknown):
        restore_form(world.house.stores, world.house.shelf, KEY)
    delete(world)
    with pytest.raises(FormUnknown):
        delete(world)


def test_nobody_publishes_over_a_form_that_lies_in_the_bin(world: World) -> None:
    world.publish(xform_named("tham"))
    delete(world)
    for token in (None, "mot-duong-dan"):
        with pytest.raises(FormInBin):
            world.publish(xform_named("tham", version="2"), draft_token=token)
    assert [each.version for each in world.house.stores.forms.versions(KEY)] == ["1"]


def test_a_form_without_records_leaves_the_bin_after_thirty_days_and_not_before(
    world: World,
) -> None:
    world.publish(xform_named("tham"))
    delete(world)
    world.clock.move(days=BIN_DAYS - 1)
    assert empty(world) == []
    world.clock.move(days=1, minutes=1)
    assert empty(world) == [], "what is just coming in may still land"
    assert empty(world) == []
    world.clock.move(minutes=3)
    assert empty(world) == [KEY]
    assert world.house.stores.forms.entry(KEY) is None
    assert world.house.stores.forms.versions(KEY) == []


def test_a_record_that_comes_while_its_form_leaves_the_bin_is_not_left_without_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had passed the door before; what comes after it is told, and set aside."""
    world.publish(xform_named("tham"))
    delete(world)
    world.clock.move(days=BIN_DAYS + 1)
    emptied = list[list[FormKey]]()
    submissions = world.house.stores.submissions
    overtaken(monkeypatch, submissions, "create", lambda: emptied.append(empty(world)))
    world.send(answers_to("tham", "<ten>An</ten>", instance_id="uuid:late"))
    assert emptied == [[]]
    world.house.shelf.forget()
    with pytest.raises(FormUnknown):
        world.send(answers_to("tham", "<ten>Ba</ten>", instance_id="uuid:later"))
    assert world.aside() == ["FormUnknown"]
    world.clock.move(minutes=3)
    assert empty(world) == []
    world.house.shelf.forget()
    world.send(answers_to("tham", "<ten>Ba</ten>", instance_id="uuid:later"))
    assert {each.instance_id for each in world.records("tham")} == {"uuid:late", "uuid:later"}


def test_a_form_that_was_about_to_be_removed_is_restored_whole(world: World) -> None:
    world.publish(xform_named("tham"))
    delete(world)
    world.clock.move(days=BIN_DAYS + 1)
    assert empty(world) == []
    restore_form(world.house.stores, world.house.shelf, KEY)
    world.send(answers_to("tham", "<ten>An</ten>"))
    assert len(world.records("tham")) == 1


def test_a_form_with_a_record_stays_in_the_bin_for_ever(world: World) -> None:
    """A record that was deleted too: its XML is still there."""
    world.publish(xform_named("tham"))
    world.send(answers_to("tham", "<ten>An</ten>"))
    [record] = world.records("tham")
    scope, _, _ = world.everything(KEY)
    assert world.house.stores.submissions.mark_deleted(scope, record, world.clock())
    delete(world)
    world.clock.move(days=400)
    assert empty(world) == []
    assert [each.key for each in world.house.stores.forms.binned(PROJECT)] == [KEY]


def test_a_sweep_leaves_the_files_of_a_form_in_the_bin(world: World) -> None:
    version = world.publish(xform_named("tham", media=("a.png",)), {"a.png": b"PNG"})
    delete(world)
    world.clock.move(days=3)
    sweep(world.house.stores, PROJECT, world.clock())
    assert world.house.stores.blobs.read(version.media[0].sha256) == b"PNG"


def test_a_form_restored_before_the_sweep_is_not_removed(world: World) -> None:
    world.publish(xform_named("tham"))
    delete(world)
    world.clock.move(days=BIN_DAYS + 1)
    [seen] = world.house.stores.forms.binned(PROJECT)
    restore_form(world.house.stores, world.house.shelf, KEY)
    assert not world.house.stores.forms.remove(seen)
    assert world.house.stores.forms.entry(KEY) is not None


def test_a_start_does_not_bring_back_what_was_deleted(world: World) -> None:
    """The library is published into an empty house, not into one whose forms lie in the bin."""
    house = world.house
    for each in house.stores.forms.entries(PROJECT):
        delete(world, each.key)
    found = set_up(
        house.stores,
        house.shelf,
        FORMS,
        project=PROJECT,
        at=world.clock(),
        email=None,
        password=None,
    )
    assert found.forms == ()
    assert listed(world) == []
