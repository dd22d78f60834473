"""What a start finds, before it serves."""

from __future__ import annotations

import pytest

from server.errors import EngineTrouble
from server.processing.first_run import set_up
from server.services import PROJECT, Services
from tests.javarosa.filler import FORMS
from tests.world import Clock


def test_a_start_over_the_wrong_database_refuses_to_run(bare_house: Services, clock: Clock) -> None:
    """R21: an upgrade or a setting that names another database than the one with the records does
    not begin a second, empty house."""
    stores = bare_house.stores
    stores.journal.append("record", "2026-11-24", {"seq": 1}, b"<data/>", [])
    with pytest.raises(EngineTrouble) as refused:
        set_up(
            stores,
            bare_house.shelf,
            FORMS,
            project=PROJECT,
            at=clock(),
            email=None,
            password=None,
        )
    assert "CAUNOI_DB" in refused.value.words("vi")
    assert str(stores.journal.folder) in refused.value.words("en")
    assert stores.offices.tree() == {}
    assert not stores.actors.any_person()
