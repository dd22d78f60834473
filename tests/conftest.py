"""The fixtures that suffice: ``world`` (or its ``house``), ``phone``, ``browser``; beside them
``app`` and ``server`` for what is asked over HTTP, and ``shared_world`` for a whole module.

One database program serves a test process; each test has a fresh database in it.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from pymongo import monitoring

from server.config import Config
from server.engine import own_database
from server.processing.first_run import read_offices
from server.processing.forms.library import LibraryForm, library
from server.processing.forms.publish import Publication, publish
from server.services import PROJECT, Services, build_services
from server.storage.database import connect
from server.xforms.read_form import read_form
from tests.javarosa.filler import FORMS, xform
from tests.lent import Databases, lent_app, writes
from tests.logs import overheard, told_in
from tests.phone import Phone
from tests.questions import heard
from tests.serving import serving
from tests.work import work
from tests.world import Clock, Handset, World, build_world, close

ROOT = Path(__file__).resolve().parents[1]
MEGABYTE = 1024**2

# Where a machine keeps no bytecode, each server that a test starts would compile the house anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Before any client is made, so that all are heard.
monitoring.register(heard)
monitoring.register(writes)
monitoring.register(work)
# The house itself as loud as in earnest (server/wsgi.py).
logging.getLogger("server").setLevel(logging.INFO)
logging.getLogger().addHandler(overheard)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Three more than processors: each waits half its time for a database or a browser."""
    return (os.cpu_count() or 1) + 3


@pytest.fixture(autouse=True)
def _every_question_has_an_index() -> Iterator[None]:
    heard.take()
    yield
    assert heard.take() == [], "storage asked what no index answers"


@pytest.fixture(autouse=True)
def _no_log_names_anybody() -> Iterator[None]:
    overheard.take()
    yield
    assert overheard.take() == []


# -- the database and the house over it ------------------------------------------------------------


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The engine of the test run: CAUNOI_TEST_MONGO_URI, else CAUNOI_ENGINE, else the embedded."""
    home = os.environ.get("CAUNOI_ENGINE_HOME") or ROOT / ".cache" / "engine"
    return Config(
        data=tmp_path_factory.mktemp("installation"),
        mongo_uri=os.environ.get("CAUNOI_TEST_MONGO_URI") or None,
        engine=os.environ.get("CAUNOI_ENGINE") or "secantusdb",
        # Kept between runs: the engine is installed once.
        engine_home=Path(home).resolve(),
        secret_key="chi-dung-de-thu-nghiem-chi-dung-de-thu",
        journal=True,
        disk_reserve=MEGABYTE,
    )


@pytest.fixture(scope="session")
def mongo_uri(installation: Config) -> Iterator[str]:
    """A running database server, this test process's own."""
    with own_database(installation) as uri:
        yield uri
    # What the database itself wrote, over all tests of this process.
    logs = [each.read_text(errors="replace") for each in (installation.data / "logs").glob("*")]
    assert told_in("".join(logs)) == []


@pytest.fixture(scope="session", autouse=True)
def _light_hashes_and_forms_read_once() -> Iterator[None]:
    """A world has three passwords and fourteen forms; what they cost is no test's question (what a
    password's hash must cost is tests/access/test_credentials.py's)."""
    light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.access.credentials._HASHER", light)
        patch.setattr("server.processing.forms.shelf.read_form", lru_cache(64)(read_form))
        yield


@pytest.fixture(scope="session")
def library_forms() -> list[LibraryForm]:
    """The library as XForms: converted once, since ODK Validate takes a second each."""
    return [
        LibraryForm(f"{Path(each.name).stem}.xml", xform(Path(each.name).stem), each.media)
        for each in library(FORMS)
    ]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def house_in(databases: Databases, config: Config, uri: str, clock: Clock) -> Iterator[Services]:
    """Over a database that no other test uses meanwhile."""
    with databases.one() as name:
        house = build_services(replace(config, db=name), uri, clock)
        try:
            yield house
        finally:
            close(house)


@contextmanager
def empty_house(config: Config, mongo_uri: str, clock: Clock) -> Iterator[Services]:
    """Over a new database: indexes, and nothing else."""
    with (
        closing(Databases(mongo_uri, {})) as databases,
        house_in(databases, config, mongo_uri, clock) as house,
    ):
        yield house


@pytest.fixture(scope="session")
def empty_databases(installation: Config, mongo_uri: str) -> Iterator[Databases]:
    with closing(Databases(mongo_uri, {}, engine=installation.engine)) as databases:
        yield databases


@dataclass(frozen=True)
class Furniture:
    """Databases with what a house is furnished with, and the folder of its journal."""

    databases: Databases
    journal: Path


@pytest.fixture(scope="session")
def furniture(
    installation: Config,
    mongo_uri: str,
    library_forms: list[LibraryForm],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Furniture]:
    """The sixteen offices and the whole library of forms, published once for all tests."""
    config = replace(installation, data=tmp_path_factory.mktemp("furniture"))
    with empty_house(config, mongo_uri, clock := Clock()) as house:
        house.stores.offices.put(read_offices(FORMS / "shared" / "van_phong.csv"))
        for each in library_forms:
            publication = Publication(
                project=PROJECT,
                file_name=each.name,
                source=each.source,
                media={},
                by="quantri",
                at=clock() - timedelta(hours=1),
                offered=each.media,
            )
            publish(house.stores, publication)
        db = connect(mongo_uri, house.config.db)
        documents = {name: list(db[name].find()) for name in db.list_collection_names()}
        db.client.close()
    with closing(Databases(mongo_uri, documents, engine=installation.engine)) as databases:
        yield Furniture(databases, config.data / "journal")


@contextmanager
def furnished_house(
    furniture: Furniture, config: Config, mongo_uri: str, clock: Clock
) -> Iterator[Services]:
    """With the sixteen offices, and the whole library of forms open for phones."""
    shutil.copytree(furniture.journal, config.data / "journal")
    with house_in(furniture.databases, config, mongo_uri, clock) as house:
        yield house


@pytest.fixture
def bare_house(
    installation: Config, empty_databases: Databases, mongo_uri: str, clock: Clock, tmp_path: Path
) -> Iterator[Services]:
    """An installation over an empty database."""
    config = replace(installation, data=tmp_path / "data")
    with house_in(empty_databases, config, mongo_uri, clock) as house:
        yield house


@pytest.fixture
def house(
    installation: Config, furniture: Furniture, mongo_uri: str, clock: Clock, tmp_path: Path
) -> Iterator[Services]:
    config = replace(installation, data=tmp_path / "data")
    with furnished_house(furniture, config, mongo_uri, clock) as house:
        yield house


@pytest.fixture(scope="module")
def shared_world(
    installation: Config,
    mongo_uri: str,
    furniture: Furniture,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """One world for all tests of a module, where they do not get into each other's way."""
    config = replace(installation, data=tmp_path_factory.mktemp("shared"))
    with furnished_house(furniture, config, mongo_uri, clock := Clock()) as house:
        yield build_world(house, clock)


@pytest.fixture
def world(house: Services, clock: Clock) -> World:
    return build_world(house, clock)


# -- HTTP ------------------------------------------------------------------------------------------


@pytest.fixture
def app(world: World) -> Iterator[Flask]:
    """For pages: ``app.test_client()``, and ``tests.world.sign_in``."""
    with lent_app(world.house) as app:
        yield app


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    """The address of the application behind gunicorn."""
    with serving(app) as address:
        yield address


@pytest.fixture
def phone_of(server: str) -> Iterator[Callable[[Handset], Phone]]:
    """Makes a Collect that was set up with a handset's QR code."""
    with ExitStack() as phones:
        yield lambda handset: phones.enter_context(Phone(server + handset.path))


@pytest.fixture
def phone(world: World, phone_of: Callable[[Handset], Phone]) -> Phone:
    """Hồng's phone (VP02, Hạ Long)."""
    return phone_of(world.hong)


# -- a browser (the rest is pytest-playwright's) ---------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium: ``browser``, ``context`` and ``page`` come of it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("Chromium is not installed")
    return {**browser_type_launch_args, "executable_path": found}


# -- what this machine lacks -----------------------------------------------------------------------


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """One line at the very end: what was missing, and how many tests that skipped."""
    yield
    skipped = terminalreporter.stats.get("skipped", [])
    why = Counter(_reason(each) for each in skipped)
    if why:
        listed = "; ".join(f"{reason} ({number})" for reason, number in why.most_common())
        terminalreporter.write_line(f"{len(skipped)} tests were skipped: {listed}", yellow=True)


def _reason(report: pytest.TestReport) -> str:
    where = report.longrepr
    said = where[2] if isinstance(where, tuple) else str(where)
    return said.removeprefix("Skipped: ").removeprefix("The database cannot be started: ")
