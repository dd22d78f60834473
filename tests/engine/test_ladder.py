"""Which database an installation gets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from server.config import Config, read_config
from server.engine import choose, describe
from server.engine.folder import Folder, Record
from server.engine.programs import PYPI_VERSION, RUST_VERSION
from server.engine.rungs import Engine, Rung
from server.errors import BadSettings, EngineTrouble


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it."""
    path = tmp_path / "path"
    path.mkdir()
    monkeypatch.setenv("PATH", str(path))
    return path


@pytest.fixture
def config(tmp_path: Path, path: Path) -> Config:
    return Config(data=tmp_path / "data", engine_home=tmp_path / "engine")


def program(path: Path, name: str, version: str) -> Path:
    """A program that can say its version, which is all the ladder asks."""
    file = path / name
    file.write_text(f"#!/bin/sh\necho '{version}'\n")
    file.chmod(0o755)
    return file


def test_a_newcomer_with_nothing_gets_the_embedded_database(config: Config) -> None:
    rung = choose(config)
    assert (rung.engine, rung.version, rung.beta) == (Engine.PYPI, PYPI_VERSION, True)


def test_an_office_with_the_rust_server_gets_it(config: Config, path: Path) -> None:
    found = program(path, "secantusd-rs", f"secantusd-rs {RUST_VERSION}")
    assert choose(config) == Rung(Engine.RUST, RUST_VERSION, (str(found),))


def test_an_office_with_an_untried_beta_does_not_get_it(config: Config, path: Path) -> None:
    program(path, "secantusd-rs", "secantusd-rs 0.5.3-beta.197")
    assert choose(config).engine is Engine.PYPI
    with pytest.raises(EngineTrouble, match="caunoi engine install"):
        choose(replace(config, engine="secantusd-rs"))


def test_an_office_with_mongodb_gets_it_first(config: Config, path: Path) -> None:
    program(path, "secantusd-rs", f"secantusd-rs {RUST_VERSION}")
    found = program(path, "mongod", "db version v8.0.4\nBuild Info: {}")
    rung = choose(config)
    assert rung == Rung(Engine.MONGOD, "8.0.4", (str(found),))
    assert not rung.beta


def test_an_office_with_a_broken_mongod_gets_the_next_best(config: Config, path: Path) -> None:
    program(path, "mongod", "error while loading shared libraries")
    assert choose(config).engine is Engine.PYPI


def test_a_province_with_a_hosted_database_uses_that(config: Config, path: Path) -> None:
    program(path, "mongod", "db version v8.0.4")
    hosted = replace(config, mongo_uri="mongodb://db.example.org", engine="secantusdb")
    assert choose(hosted) == Rung(Engine.URI)
    facts = describe(hosted)
    assert (facts.folder, facts.running, facts.better) == (None, None, None)


def test_an_operator_may_choose_a_lower_rung(config: Config, path: Path) -> None:
    program(path, "mongod", "db version v8.0.4")
    assert choose(replace(config, engine="secantusdb")).engine is Engine.PYPI


def test_an_operator_who_demands_what_is_not_there_is_told_how_to_get_it(config: Config) -> None:
    with pytest.raises(EngineTrouble, match="install MongoDB"):
        choose(replace(config, engine="mongod"))


def test_a_better_engine_that_turns_up_later_leaves_the_data_where_they_are(
    config: Config, path: Path
) -> None:
    folder = Folder(config.data)
    folder.prepare()
    folder.write_record(Record(Engine.PYPI, PYPI_VERSION, port=20_000, has_account=True))
    program(path, "mongod", "db version v8.0.4")
    assert choose(config).engine is Engine.PYPI
    # … and the operator is told of it.
    better = describe(config).better
    assert better is not None
    assert better.engine is Engine.MONGOD


def test_an_operator_with_a_misspelt_engine_is_told_the_choices(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="auto, mongod, secantusd-rs, secantusdb"):
        read_config({"CAUNOI_ENGINE": "mongodb"}, tmp_path)
    assert read_config({"CAUNOI_ENGINE": "mongod"}, tmp_path).engine == "mongod"
    assert read_config({}, tmp_path).engine == "auto"
