"""A form's version is in the database, in the journal and on the phones, wherever it broke off."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.errors import VersionExists
from server.model.forms import FormEntry, FormKey, FormVersion
from server.processing.forms.publish import complete_unsaid
from server.services import PROJECT, Services
from server.storage.forms import Forms
from server.storage.journal import Journal
from tests.faster import overtaken
from tests.journeys.healing import Fresh, Killed, killed, replayed
from tests.sheets import xform_named
from tests.world import World

pytestmark = pytest.mark.journey
KEY = FormKey(PROJECT, "x")
SECOND = xform_named("x", version="2", media=("a.png",))
OTHER = SECOND.replace(b"<ten/>", b"<ten/><tuoi/>")
THIRD = xform_named("x", version="3")
PICTURE = {"a.png": b"PNG"}
STEPS = {
    "kept": (Forms, "add_version"),
    "told": (Journal, "append"),
    "out": (Forms, "make_current"),
}


def state(house: Services) -> tuple[list[FormVersion], FormEntry | None]:
    return house.stores.forms.versions(KEY), house.stores.forms.entry(KEY)


def again(world: World) -> None:
    world.publish(SECOND, PICTURE)


def another_in_its_place(world: World) -> None:
    """Taken where nothing of the first is there; else its number is another's."""
    try:
        world.publish(OTHER, PICTURE)
    except VersionExists:
        world.publish(THIRD, {})


def nothing(_: World) -> None:
    """Until the worker looks."""


def test_of_two_that_are_published_at_once_phones_get_the_later(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = small_world.house.stores.forms
    overtaken(monkeypatch, forms, "make_current", lambda: small_world.publish(THIRD))
    small_world.publish(SECOND, PICTURE)
    _, entry = state(small_world.house)
    assert entry is not None
    assert entry.version == "3"


@pytest.mark.parametrize("then", [again, another_in_its_place, nothing])
@pytest.mark.parametrize("step", STEPS)
def test_whatever_broke_off_the_journal_has_the_versions_that_there_are(
    small_world: World,
    fresh: Fresh,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    then: Callable[[World], None],
) -> None:
    """Each once, as it was published first; and phones get the newest of them. Days later no more
    is said of it."""
    world = small_world
    with monkeypatch.context() as patch:
        patch.setattr(*STEPS[step], killed)
        with pytest.raises(Killed):
            world.publish(SECOND, PICTURE)
    world.clock.move(minutes=1)
    then(world)
    complete_unsaid(world.house.stores)
    replayed(world.house)
    before = state(world.house)
    versions, entry = before
    assert entry is not None
    assert entry.version == versions[0].version
    numbers = [each.version for each in versions]
    assert numbers in (["1"], ["2", "1"], ["3", "2", "1"])
    assert (numbers == ["1"]) == (step == "kept" and then is nothing)
    told = [each for each in world.journalled() if each.kind == "form"]
    assert len(told) == len(versions)
    world.clock.move(days=1)
    world.publish(versions[0].xml, PICTURE if versions[0].media else {})
    assert complete_unsaid(world.house.stores) == 0
    assert state(world.house) == before
    with fresh() as house:
        assert replayed(house).refused == 0
        assert state(house) == before
        assert replayed(house).healed == 0
