"""How the engines are started. No real ``mongod`` has run under these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.engine.folder import Folder
from server.engine.rungs import Engine, Rung
from server.engine.start_line import start_line


@pytest.mark.parametrize("engine", [Engine.MONGOD, Engine.RUST, Engine.PYPI])
def test_a_stranger_on_the_network_cannot_reach_the_database(engine: Engine) -> None:
    line = start_line(Rung(engine, "1", ("run",)), Folder(Path("/data")), 20_000, closed=True)
    assert line[0] == "run"
    assert "127.0.0.1" in line
    assert line[line.index("--port") + 1] == "20000"


@pytest.mark.parametrize("engine", [Engine.RUST, Engine.PYPI])
def test_a_record_survives_a_crash_of_a_beta_engine(engine: Engine) -> None:
    line = start_line(Rung(engine, "1", ("run",)), Folder(Path("/data")), 20_000, closed=True)
    assert "--sync-on-commit" in line
    assert "--auth" in line
    assert "--standalone" not in line


def test_an_office_s_mongod_is_a_replica_set_that_asks_for_the_password() -> None:
    rung = Rung(Engine.MONGOD, "8.0.4", ("/usr/bin/mongod",))
    line = start_line(rung, Folder(Path("/data")), 20_000, closed=True)
    assert line == [
        *("/usr/bin/mongod", "--dbpath", "/data/db/files", "--bind_ip", "127.0.0.1"),
        *("--port", "20000", "--nounixsocket", "--wiredTigerCacheSizeGB", "0.5"),
        *("--replSet", "caunoi", "--keyFile", "/data/db/keyfile"),
    ]


def test_an_office_s_mongod_is_open_only_while_its_account_is_made() -> None:
    rung = Rung(Engine.MONGOD, "8.0.4", ("/usr/bin/mongod",))
    line = start_line(rung, Folder(Path("/data")), 20_000, closed=False)
    assert "--keyFile" not in line
    assert "--replSet" not in line
