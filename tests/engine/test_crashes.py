"""Who may die, and what lives on: the database, its keeper, the server."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable

import pytest
from pymongo.errors import PyMongoError

from server.config import Config
from server.engine import describe, own_database
from server.engine.folder import Folder, Running
from server.engine.ladder import choose
from server.engine.managed import Managed
from server.engine.supervise import Supervisor
from tests.engine.conftest import Client, is_alive, until

Connect = Callable[[str], Client]


def running_on(config: Config) -> Running:
    running = describe(config).running
    assert running is not None
    return running


def until_restarted(config: Config, before: Running) -> None:
    until(lambda: running_on(config).pid != before.pid)


def keeper_of(pid: int) -> int:
    said = subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, text=True)
    return int(said.stdout)


def test_a_phone_is_served_again_after_the_database_was_killed(
    started: Config, connect: Connect
) -> None:
    with own_database(started) as uri:
        visits = connect(uri)["caunoi"]["visits"]
        for number in range(20):
            visits.insert_one({"_id": number})
            before = running_on(started)
            if number % 7 == 6:
                os.kill(before.pid, signal.SIGKILL)
                until_restarted(started, before)
                assert running_on(started).port == before.port
        # The same client, which had the old address, reads all that was acknowledged.
        assert sorted(visit["_id"] for visit in visits.find()) == list(range(20))


def test_a_phone_is_served_again_after_the_keeper_was_killed(
    started: Config, connect: Connect
) -> None:
    with own_database(started) as uri:
        visits = connect(uri)["caunoi"]["visits"]
        visits.insert_one({"_id": 1})
        before = running_on(started)
        os.kill(keeper_of(before.pid), signal.SIGKILL)
        until_restarted(started, before)
        assert not is_alive(before.pid)
        assert visits.find_one() == {"_id": 1}


def test_a_database_that_dies_again_and_again_is_restarted_ever_more_slowly(
    embedded_started: Config,
) -> None:
    with Managed(embedded_started, choose(embedded_started)) as managed:
        supervisor = Supervisor(managed, embedded_started.db)
        pauses = []
        for _ in range(2):
            os.kill(running_on(embedded_started).pid, signal.SIGKILL)
            assert managed.ended(timeout=30)
            pauses.append(supervisor.pause())
            supervisor.check()
        assert pauses == [0.0, 1.0]
        supervisor.check()  # a look that finds it well
        assert supervisor.pause() == 0.0
        supervisor.stop()


def test_nothing_is_left_running_when_the_server_is_killed(
    started: Config, another_server: subprocess.Popen[str]
) -> None:
    running = running_on(started)
    keeper = keeper_of(running.pid)
    another_server.kill()
    another_server.wait()
    until(lambda: not is_alive(running.pid) and not is_alive(keeper))
    assert describe(started).running is None


def test_a_server_starts_at_once_after_the_one_before_was_killed(
    started: Config, another_server: subprocess.Popen[str], connect: Connect
) -> None:
    # The database of the dead one may still be stopping; nobody is told that the folder is in use.
    another_server.kill()
    another_server.wait()
    with own_database(started) as uri:
        connect(uri)["caunoi"]["visits"].insert_one({})


def test_nothing_is_left_running_when_the_server_is_asked_to_end(
    started: Config, another_server: subprocess.Popen[str]
) -> None:
    running = running_on(started)
    another_server.terminate()
    another_server.wait()
    until(lambda: not is_alive(running.pid))
    until(lambda: not Folder(started.data).is_claimed())


def test_an_operator_who_stops_the_server_finds_the_database_stopped_too(started: Config) -> None:
    with own_database(started):
        running = running_on(started)
        keeper = keeper_of(running.pid)
    assert not is_alive(running.pid)
    assert not is_alive(keeper)
    assert describe(started).running is None


def test_a_server_can_be_stopped_while_its_database_is_dead(started: Config) -> None:
    with own_database(started):
        running = running_on(started)
        os.kill(running.pid, signal.SIGKILL)
    until(lambda: not Folder(started.data).is_claimed())


def test_a_web_worker_that_outlives_the_server_does_not_keep_its_database(
    embedded_started: Config,
) -> None:
    with own_database(embedded_started):
        running = running_on(embedded_started)
        worker = os.fork()
        if worker == 0:
            signal.pause()
    try:
        assert not is_alive(running.pid)
        assert not Folder(embedded_started.data).is_claimed()
        with own_database(embedded_started):
            assert running_on(embedded_started).pid != running.pid
    finally:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)


def test_a_hung_database_is_killed_and_started_again(
    embedded_started: Config, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Managed(embedded_started, choose(embedded_started)) as managed:
        connect(managed.uri)["caunoi"]["visits"].insert_one({"_id": 1})
        # A watch that waits half a second for an answer instead of half a minute.
        hurried = managed.uri.replace("socketTimeoutMS=30000", "socketTimeoutMS=500")
        hurried = hurried.replace("serverSelectionTimeoutMS=8000", "serverSelectionTimeoutMS=500")
        monkeypatch.setattr(managed, "uri", hurried)
        supervisor = Supervisor(managed, embedded_started.db)
        hung = running_on(embedded_started)
        os.kill(hung.pid, signal.SIGSTOP)
        for _ in range(2):
            supervisor.check()
            assert running_on(embedded_started).pid == hung.pid
        supervisor.check()
        assert running_on(embedded_started).pid != hung.pid
        assert not is_alive(hung.pid)
        assert connect(managed.uri)["caunoi"]["visits"].find_one() == {"_id": 1}
        supervisor.stop()


def test_a_phone_that_sends_while_the_database_is_stopped_hears_of_it(
    embedded_started: Config, connect: Connect
) -> None:
    with own_database(embedded_started) as uri:
        hurried = uri.replace("serverSelectionTimeoutMS=8000", "serverSelectionTimeoutMS=500")
        visits = connect(hurried)["caunoi"]["visits"]
        visits.insert_one({})
    with pytest.raises(PyMongoError):
        visits.insert_one({})
