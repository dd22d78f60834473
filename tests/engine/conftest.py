"""Real databases for the tests of the engine room: the programs are shared, the folders are not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pymongo
import pytest
from pymongo import MongoClient

from server.config import Config
from server.engine import own_database
from server.engine.install import install_pypi
from server.engine.ladder import choose
from server.errors import EngineTrouble

REPOSITORY = Path(__file__).resolve().parents[2]
ENGINES = ["secantusdb", pytest.param("secantusd-rs", marks=pytest.mark.rust_engine)]


@pytest.fixture(scope="session")
def engine_home() -> Path:
    return Path(os.environ.get("CAUNOI_ENGINE_HOME") or REPOSITORY / ".cache" / "engine").resolve()


@pytest.fixture(params=ENGINES)
def config(request: pytest.FixtureRequest, tmp_path: Path, engine_home: Path) -> Config:
    """An installation with an empty data folder, once for each engine that runs here."""
    config = Config(data=tmp_path / "data", engine=request.param, engine_home=engine_home)
    if request.param == "secantusdb":
        install_pypi(config)
    try:
        choose(config)
    except EngineTrouble as error:
        pytest.skip(str(error))
    return config


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Config], Path]:
    """The data folder that a first start of an engine leaves: started once, for all to copy."""

    @cache
    def folder(engine: str, engine_home: Path) -> Path:
        data = tmp_path_factory.mktemp("started") / "data"
        with own_database(Config(data=data, engine=engine, engine_home=engine_home)):
            pass
        return data

    return lambda config: folder(config.engine, config.engine_home)


@pytest.fixture
def started(config: Config, first_start: Callable[[Config], Path]) -> Config:
    """``config`` after its first start, which makes an account and takes twice as long."""
    shutil.copytree(first_start(config), config.data)
    return config


@pytest.fixture
def embedded_started(embedded: Config, first_start: Callable[[Config], Path]) -> Config:
    """``embedded`` after its first start."""
    shutil.copytree(first_start(embedded), embedded.data)
    return embedded


@pytest.fixture
def embedded(tmp_path: Path, engine_home: Path) -> Config:
    """The same with the engine that is always there, where the engine makes no difference."""
    config = Config(data=tmp_path / "data", engine="secantusdb", engine_home=engine_home)
    install_pypi(config)
    return config


Client = MongoClient[dict[str, Any]]


@pytest.fixture
def connect() -> Iterator[Callable[[str], Client]]:
    clients: list[Client] = []

    def connect(uri: str) -> Client:
        clients.append(MongoClient(uri))
        return clients[-1]

    yield connect
    # The databases are gone by now; the driver need not wait for them.
    with pymongo.timeout(0.1):
        for client in clients:
            client.close()


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until it is true; the limit is only there so that a broken test ends."""
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "it never came true"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits to be noticed does not."""
    said = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return said.stdout.strip() not in ("", "Z", "Z+", "Zs")


OWNER = """
import sys
from pathlib import Path
from server.config import Config
from server.engine import own_database
data, engine, home = sys.argv[1:]
with own_database(Config(data=Path(data), engine=engine, engine_home=Path(home))):
    print("serving", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def another_server(started: Config) -> Iterator[subprocess.Popen[str]]:
    """A server in a process of its own that owns the database of ``started``; ends with its
    input."""
    arguments = [str(started.data), started.engine, str(started.engine_home)]
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, *arguments],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "serving\n"
        yield server
        server.kill()
