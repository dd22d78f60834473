"""What a start finds, before it serves."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from server.errors import EngineTrouble
from server.processing.first_run import FirstRun, set_up
from server.services import PROJECT, Services
from server.storage.offices import Change
from tests.javarosa.filler import FORMS
from tests.sheets import workbook_of
from tests.world import Clock


def started(house: Services, clock: Clock, forms: Path) -> FirstRun:
    return set_up(
        house.stores,
        house.shelf,
        forms,
        project=PROJECT,
        at=clock(),
        email=None,
        password=None,
    )


def test_a_start_over_the_wrong_database_refuses_to_run(bare_house: Services, clock: Clock) -> None:
    """R21: an upgrade or a setting that names another database than the one with the records does
    not begin a second, empty house."""
    stores = bare_house.stores
    stores.journal.append("record", "2026-11-24", {"seq": 1}, b"<data/>", [])
    with pytest.raises(EngineTrouble) as refused:
        started(bare_house, clock, FORMS)
    assert "CAUNOI_DB" in refused.value.words("vi")
    assert str(stores.journal.folder) in refused.value.words("en")
    assert stores.offices.tree() == {}
    assert not stores.actors.any_person()


@pytest.fixture
def small_library(tmp_path: Path) -> Path:
    """Three short forms and the sixteen offices."""
    forms = tmp_path / "forms"
    for name in ("a", "b", "c"):
        survey = [["type", "name", "label"], ["text", "ten", "Tên"]]
        settings = [["form_title", "form_id", "version"], [f"Phiếu {name}", name, "1"]]
        (forms / name).mkdir(parents=True)
        workbook = workbook_of({"survey": survey, "settings": settings})
        (forms / name / f"{name}.xlsx").write_bytes(workbook)
    (forms / "shared").mkdir()
    shutil.copy(FORMS / "shared" / "van_phong.csv", forms / "shared")
    return forms


def test_a_first_start_that_was_cut_off_is_finished_by_the_next(
    bare_house: Services, clock: Clock, small_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while it wrote the offices, and again while it published the library: else the centre
    would begin with a part of either, and never get the rest."""
    house, stores = bare_house, bare_house.stores
    change, add_version = stores.offices.change, stores.forms.add_version

    def some(said: Change, at: datetime) -> None:
        change(Change(said.offices[:3]), at)
        raise KeyboardInterrupt

    def one(version: Any) -> bool:
        if version.key.form_id == "b":
            raise KeyboardInterrupt
        return add_version(version)

    for repository, name, cut_off in (
        (stores.offices, "change", some),
        (stores.forms, "add_version", one),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(repository, name, cut_off)
            with pytest.raises(KeyboardInterrupt):
                started(house, clock, small_library)
    first = started(house, clock, small_library)
    assert first.admin is not None
    assert len(stores.offices.tree()) == 17
    assert [each.key.form_id for each in stores.forms.entries(PROJECT)] == ["a", "b", "c"]
    # From now on what is not there was taken away by somebody.
    stores.offices._offices.delete_one({"_id": "VP11"})
    stores.forms._forms.delete_one({"_id": "1/b"})
    assert started(house, clock, small_library) == FirstRun()
    assert len(stores.offices.tree()) == 16
    assert [each.key.form_id for each in stores.forms.entries(PROJECT)] == ["a", "c"]
