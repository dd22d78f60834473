"""Whole installations to break: each test has its own, with `serve` as an operator runs it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.installation import Installation, installed
from tests.logs import told_in


@pytest.fixture(scope="session")
def engine() -> str:
    """The engine of the test run."""
    if os.environ.get("CAUNOI_TEST_MONGO_URI"):
        pytest.skip("the database server is not ours to kill")
    return os.environ.get("CAUNOI_ENGINE") or "secantusdb"


@pytest.fixture(scope="session")
def after_first_start(tmp_path_factory: pytest.TempPathFactory, engine: str) -> Path:
    """The data folder of an installation that has published the library, and was ended. Each test
    breaks a copy."""
    folder = tmp_path_factory.mktemp("installed") / "data"
    with installed(folder, engine):
        pass
    return folder


@pytest.fixture
def installation(after_first_start: Path, tmp_path: Path, engine: str) -> Iterator[Installation]:
    shutil.copytree(after_first_start, tmp_path / "data")
    with installed(tmp_path / "data", engine) as installation:
        yield installation
    written = [installation.log, *(installation.data / "logs").glob("*")]
    assert told_in("".join(each.read_text(errors="replace") for each in written)) == []
