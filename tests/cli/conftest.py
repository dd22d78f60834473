"""Commands as an operator runs them, in a test's own house."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from click.testing import CliRunner

from server.cli.main import commands
from server.services import build_services
from tests.world import World

Run = Callable[..., Any]


@pytest.fixture
def run(world: World, mongo_uri: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("form", "draft", …)`` in this test's house; what it says as JSON."""
    config = world.house.config
    monkeypatch.setenv("CAUNOI_DATA", str(config.data))
    monkeypatch.setenv("CAUNOI_MONGO_URI", mongo_uri)
    monkeypatch.setenv("CAUNOI_DB", config.db)
    monkeypatch.setattr(
        "server.cli.house.build_services", partial(build_services, clock=world.clock)
    )

    def ran(*words: str) -> Any:
        made = CliRunner().invoke(commands, [*words, "--json"], catch_exceptions=False)
        assert made.exit_code == 0, made.output
        world.house.shelf.forget()
        return json.loads(made.stdout)

    return ran
