"""Houses whose database is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from server.processing.first_run import read_offices
from server.services import Services
from tests.conftest import empty_house
from tests.javarosa.filler import FORMS
from tests.journeys.healing import Fresh
from tests.sheets import xform_named
from tests.world import Clock, World, build_world


@pytest.fixture
def fresh(bare_house: Services, mongo_uri: str, clock: Clock) -> Fresh:
    """The same installation over an empty database: the journal alone is left."""

    @contextmanager
    def emptied() -> Iterator[Services]:
        with empty_house(bare_house.config, mongo_uri, clock) as house:
            house.stores.offices.put(bare_house.stores.offices.tree().values())
            yield house

    return emptied


@pytest.fixture
def small_world(bare_house: Services, clock: Clock) -> World:
    """One short form."""
    bare_house.stores.offices.put(read_offices(FORMS / "shared" / "van_phong.csv"))
    world = build_world(bare_house, clock)
    world.publish(xform_named("x"))
    return world
