"""The database is lost or doubtful, and the journal gives everything back."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from server.errors import EditOutdated, SameIdOtherAnswers
from server.model.calendar import day_of
from server.model.forms import FormKey
from server.processing.follow_ups.run import run_due
from server.processing.intake.decide import Taken
from server.processing.records.counting import count_news, recount_day
from server.services import PROJECT
from server.storage.journal import Journal, Place
from server.storage.submissions import Submissions
from tests.faster import overtaken
from tests.journeys.healing import KEY, Fresh, Killed, Stopped, fill, kept, killed, replayed
from tests.records import Made, record_of
from tests.sheets import answers_to, xform_named
from tests.world import World

pytestmark = pytest.mark.journey


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


def test_what_gave_way_to_a_faster_one_gives_way_again(
    small_world: World, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit of two at one moment, and a record of two under one id: the first to begin was the
    second to come, and the other one's phone was thanked."""
    world, submissions = small_world, small_world.house.stores.submissions

    def record(name: str, says: str) -> Made:
        return Made("x", answers_to("x", f"<ten>{says}</ten>", instance_id=name))

    base = record("uuid:1", "Na")
    world.send(base.xml)
    slow, fast = base.edited(b"Na", b"Mai"), base.edited(b"Na", b"Hoa")
    overtaken(monkeypatch, submissions, "add_version", lambda: world.send(fast.xml))
    with pytest.raises(EditOutdated):
        world.send(slow.xml)
    world.send(fast.edited(b"Hoa", b"Lan").xml)

    slow, fast = record("uuid:2", "Mai"), record("uuid:2", "Hoa")
    overtaken(monkeypatch, submissions, "create", lambda: world.send(fast.xml))
    with pytest.raises(SameIdOtherAnswers):
        world.send(slow.xml)
    slow, fast = record("uuid:3", "Mai"), record("uuid:3", "Hoa")
    overtaken(monkeypatch, submissions, "create", lambda: world.send(fast.xml, by=world.thao))
    assert isinstance(world.send(slow.xml).decision, Taken)

    run_due(world.house.stores, world.house.shelf, world.clock())
    before, beside = world.records("x"), sorted(world.aside())
    assert len(before) == 3
    assert beside == ["EditOutdated", "IdTaken", "SameIdOtherAnswers"]
    with fresh() as house:
        again = replace(world, house=house)
        for _ in range(2):
            assert replayed(house).refused == 0
            run_due(house.stores, house.shelf, world.clock())
            assert (again.records("x"), sorted(again.aside())) == (before, beside)


def test_what_was_tried_before_midnight_and_again_after_it_comes_back_as_it_was(
    small_world: World, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process was killed between the journal and the database."""
    world, xml = small_world, answers_to("x", "<ten>Na</ten>")
    with monkeypatch.context() as patch:
        patch.setattr(Submissions, "create", killed)
        with pytest.raises(Killed):
            world.send(xml, {"1.jpg": b"photo"})
    world.clock.move(days=1)
    world.send(xml, {"1.jpg": b"photo"})
    before = world.records("x")
    with fresh() as house:
        assert replayed(house).refused == 0
        assert replace(world, house=house).records("x") == before


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
