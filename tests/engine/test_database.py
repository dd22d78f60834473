"""Commands and the server share one database."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from server.config import Config
from server.engine import describe, join_database, open_database, own_database
from server.engine.folder import Folder
from server.errors import DataFolderInUse, EngineTrouble
from tests.engine.conftest import Client, until

Connect = Callable[[str], Client]


def test_an_operator_runs_a_command_while_the_server_runs(
    started: Config, another_server: subprocess.Popen[str], connect: Connect
) -> None:
    with open_database(started) as uri:
        connect(uri)["caunoi"]["people"].insert_one({"_id": "by command"})
        running = describe(started).running
        assert running is not None
        assert running.owner == another_server.pid
    # The command is over; the server goes on.
    assert describe(started).running == running


def test_an_operator_runs_a_command_without_a_server(config: Config, connect: Connect) -> None:
    with open_database(config) as uri:
        connect(uri)["caunoi"]["people"].insert_one({"_id": "by command"})
    assert describe(config).running is None
    assert not Folder(config.data).is_claimed()


def test_two_commands_started_together_use_one_database(
    embedded_started: Config, connect: Connect
) -> None:
    together, owners = threading.Barrier(2), []

    def command() -> None:
        with open_database(embedded_started) as uri:
            connect(uri)["caunoi"]["people"].insert_one({})
            running = describe(embedded_started).running
            assert running is not None
            owners.append(running)
            together.wait(timeout=60)

    commands = [threading.Thread(target=command) for _ in range(2)]
    for thread in commands:
        thread.start()
    for thread in commands:
        thread.join()
    assert len(owners) == 2
    assert owners[0] == owners[1]


def test_a_command_keeps_its_database_when_the_command_that_started_it_is_done(
    embedded_started: Config, connect: Connect
) -> None:
    started, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        with open_database(embedded_started):
            started.set()
            go_on.wait(timeout=60)
        done.set()

    thread = threading.Thread(target=first)
    thread.start()
    assert started.wait(timeout=60)
    with open_database(embedded_started) as uri:
        go_on.set()
        until(lambda: describe(embedded_started).running is None)  # no new guests from now on
        assert not done.is_set()
        connect(uri)["caunoi"]["people"].insert_one({})
    thread.join()
    assert not Folder(embedded_started.data).is_claimed()


def test_a_server_does_not_build_on_the_database_of_a_passing_command(
    embedded_started: Config,
) -> None:
    with (
        open_database(embedded_started),
        pytest.raises(DataFolderInUse),
        own_database(embedded_started),
    ):
        pass


def test_a_web_process_without_its_server_starts_no_database_of_its_own(
    embedded_started: Config, connect: Callable[[str], Client]
) -> None:
    with pytest.raises(EngineTrouble, match="no server runs"):
        join_database(embedded_started).__enter__()
    with own_database(embedded_started), join_database(embedded_started) as uri:
        connect(uri)["caunoi"]["people"].insert_one({})


def test_a_province_with_its_own_mongodb_gets_its_own_address(embedded: Config) -> None:
    config = replace(embedded, mongo_uri="mongodb://db.example.org")
    for door in (join_database, open_database, own_database):
        with door(config) as uri:
            assert uri.startswith("mongodb://db.example.org/?")
            assert "w=majority&journal=true" in uri
    assert not config.data.exists()
