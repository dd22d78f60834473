"""Whole installations to break: each test has its own, with `serve` as an operator runs it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.installation import Installation, installed
from tests.logs import told_in


@pytest.fixture
def engine() -> str:
    """The engine of the test run."""
    if os.environ.get("CAUNOI_TEST_MONGO_URI"):
        pytest.skip("the database server is not ours to kill")
    return os.environ.get("CAUNOI_ENGINE") or "secantusdb"


@pytest.fixture
def installation(tmp_path: Path, engine: str) -> Iterator[Installation]:
    with installed(tmp_path / "data", engine) as installation:
        yield installation
    written = [installation.log, *(installation.data / "logs").glob("*")]
    assert told_in("".join(each.read_text(errors="replace") for each in written)) == []
