"""A database of ours: what those who write to it, and those who pry, find."""

from __future__ import annotations

import stat
import subprocess
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pymongo.errors import OperationFailure

from server.config import Config
from server.engine import describe, managed, own_database
from server.engine.credentials import read_credentials
from server.engine.folder import LOOKING_SECONDS, Folder
from server.engine.probe import Health
from server.engine.rungs import Engine
from server.errors import DataFolderInUse, EngineTrouble, ForeignDataFolder
from tests.engine.conftest import Client

Connect = Callable[[str], Client]


def test_an_operator_finds_what_was_written_before_the_last_stop(
    config: Config, connect: Connect
) -> None:
    with own_database(config) as uri:
        connect(uri)["caunoi"]["visits"].insert_one({"_id": "thăm nhà"})
    with own_database(config) as uri:
        assert connect(uri)["caunoi"]["visits"].find_one() == {"_id": "thăm nhà"}


def test_a_stranger_on_the_machine_may_not_look(started: Config, connect: Connect) -> None:
    with own_database(started):
        running = describe(started).running
        assert running is not None
        stranger = connect(f"mongodb://127.0.0.1:{running.port}/?directConnection=true")
        for command in ("find", "count", "listCollections", "createUser", "usersInfo"):
            with pytest.raises(OperationFailure) as refused:
                stranger["admin"].command(command, "visits")
            assert refused.value.code == 13


def test_a_stranger_with_a_wrong_password_may_not_look(started: Config, connect: Connect) -> None:
    with own_database(started) as uri:
        password = read_credentials(Folder(started.data).credentials).password
        stranger = connect(uri.replace(password, "guessed"))
        with pytest.raises(OperationFailure) as refused:
            stranger["caunoi"]["visits"].find_one()
        assert refused.value.code == 18


def test_a_stranger_on_the_machine_cannot_read_a_file_of_the_database(
    config: Config, connect: Connect
) -> None:
    with own_database(config) as uri:
        connect(uri)["caunoi"]["visits"].insert_one({})
        everything = [config.data / "db", *(config.data / "db").rglob("*"), config.data / "logs"]
        for path in everything:
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
        # The folder of an installation may have been opened by a careless copy.
        (config.data / "db").chmod(0o755)
    with own_database(config):
        assert stat.S_IMODE((config.data / "db").stat().st_mode) == 0o700


def test_a_stranger_finds_no_password_in_a_process_list_or_a_log(
    config: Config, connect: Connect
) -> None:
    with own_database(config) as uri:
        connect(uri)["caunoi"]["visits"].insert_one({})
        password = read_credentials(Folder(config.data).credentials).password
        processes = subprocess.run(["ps", "axeww"], capture_output=True, text=True).stdout
        assert password not in processes
        for log in (config.data / "logs").iterdir():
            assert password not in log.read_text()
        assert password not in repr(describe(config))


def test_the_database_of_an_operator_does_not_inherit_the_secrets_of_the_server(
    started: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAUNOI_SECRET_KEY", "x" * 40)
    monkeypatch.setenv("SECANTUS_TEST_FAST_STORAGE", "1")
    with own_database(started):
        running = describe(started).running
        assert running is not None
        environment = Path(f"/proc/{running.pid}/environ")
        if not environment.exists():
            pytest.skip("this system does not show a process's environment")
        found = environment.read_bytes()
        assert b"CAUNOI" not in found
        assert b"FAST_STORAGE" not in found


def test_a_second_server_on_the_same_data_is_told_who_has_it(started: Config) -> None:
    with own_database(started):
        running = describe(started).running
        assert running is not None
        with pytest.raises(DataFolderInUse) as refused, own_database(started):
            pass
        assert str(running.owner) in refused.value.words("vi")
        assert describe(started).running == running


def test_a_server_started_while_a_command_ends_waits_for_it(config: Config) -> None:
    """Its database takes longer to stop than a look at the lock, and it is still alive then."""
    folder = Folder(config.data)
    folder.prepare()
    ending = folder.claim()
    threading.Timer(LOOKING_SECONDS * 3, ending.close).start()
    with closing(folder.claim()):
        assert folder.is_claimed()


def test_an_operator_cannot_open_the_data_of_another_engine_or_version(
    embedded_started: Config,
) -> None:
    folder = Folder(embedded_started.data)
    record = folder.record()
    assert record is not None
    others = ((Engine.MONGOD, "8.0.4"), (Engine.PYPI, "0.0.1"), (Engine.RUST, "0.0.1"))
    for engine, version in others:
        folder.write_record(replace(record, engine=engine, version=version))
        with pytest.raises(ForeignDataFolder) as refused, own_database(embedded_started):
            pass
        assert f"{engine} {version}" in refused.value.words("vi")
        assert "move-database" in refused.value.words("en")
        assert not folder.is_claimed()
    folder.write_record(record)
    with own_database(embedded_started):
        assert folder.is_claimed()


def test_an_operator_who_lost_the_record_of_the_folder_loses_no_data(
    embedded_started: Config,
) -> None:
    (embedded_started.data / "db" / "record.json").unlink()
    with pytest.raises(ForeignDataFolder), own_database(embedded_started):
        pass
    assert any((embedded_started.data / "db" / "files").iterdir())


def test_an_operator_who_lost_the_password_is_told_which_file_to_restore(
    embedded_started: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    password_file = Folder(embedded_started.data).credentials
    right = password_file.read_text()
    password_file.unlink()
    with pytest.raises(EngineTrouble, match=r"credentials\.json is missing"):
        own_database(embedded_started).__enter__()
    password_file.write_text('{"user": "caunoi", "password": "guessed"}')
    monkeypatch.setattr(managed, "REFUSED_SECONDS", 0.2)
    with pytest.raises(EngineTrouble, match=r"credentials\.json does not fit"):
        own_database(embedded_started).__enter__()
    password_file.write_text(right)
    with own_database(embedded_started):
        assert Folder(embedded_started.data).is_claimed()


def test_a_first_start_that_was_cut_off_is_finished_by_the_next(
    started: Config, connect: Connect
) -> None:
    folder = Folder(started.data)
    record = folder.record()
    assert record is not None
    # As after a kill before it was written down that the account is made: an engine that was killed
    # while it made its files may have half of them.
    folder.write_record(replace(record, has_account=False))
    for path in folder.files.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with own_database(started) as uri:
        connect(uri)["caunoi"]["visits"].insert_one({})
    record = folder.record()
    assert record is not None
    assert record.has_account


def test_a_first_start_whose_account_did_not_last_is_begun_anew(
    embedded: Config, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database was killed before what it had said was on the disk."""
    with monkeypatch.context() as patch:
        patch.setattr(managed, "create_account", lambda *_: None)
        patch.setattr(managed, "REFUSED_SECONDS", 0)
        with pytest.raises(EngineTrouble, match=r"credentials\.json does not fit"):
            own_database(embedded).__enter__()
    with own_database(embedded) as uri:
        connect(uri)["caunoi"]["visits"].insert_one({})


def test_a_database_that_does_not_know_its_account_for_a_moment_is_waited_for(
    embedded: Config, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not told that the password is wrong, and so not told to restore it."""
    looked, said = managed.health, [Health.REFUSED, Health.FAILING, Health.REFUSED]

    def look(uri: str, database: str) -> Health:
        return said.pop() if said else looked(uri, database)

    monkeypatch.setattr(managed, "health", look)
    with own_database(embedded) as uri:
        assert said == []
        connect(uri)["caunoi"]["visits"].insert_one({})


def test_an_operator_whose_port_was_taken_gets_another(embedded_started: Config) -> None:
    record = Folder(embedded_started.data).record()
    assert record is not None
    taken = f"import socket; s = socket.create_server(('127.0.0.1', {record.port})); "
    with subprocess.Popen(
        ["python3", "-c", taken + "print(1, flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with own_database(embedded_started):
            running = describe(embedded_started).running
            assert running is not None
            assert running.port != record.port
        other.kill()
