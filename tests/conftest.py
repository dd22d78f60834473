"""The fixtures that suffice: ``world`` (or its ``house``), ``phone``, ``browser``; beside them
``app`` and ``server`` for what is asked over HTTP, and ``shared_world`` for a whole module.

One database program serves a test process; each test has a fresh database in it.
"""

from __future__ import annotations

import logging
import os
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pymongo import monitoring

from server.app import create_app
from server.config import Config
from server.engine import own_database
from server.processing.first_run import read_offices
from server.processing.library import LibraryForm, library
from server.processing.publish import Publication, publish
from server.services import PROJECT, Services, build_services
from server.storage.database import connect
from server.storage.indexes import create_indexes
from tests.javarosa.filler import FORMS, xform
from tests.logs import overheard
from tests.phone import Phone
from tests.questions import heard
from tests.serving import serving
from tests.world import Clock, Handset, World, build_world, close

ROOT = Path(__file__).resolve().parents[1]
MEGABYTE = 1024**2

# Before any client is made, so that all are heard.
monitoring.register(heard)
logging.getLogger().addHandler(overheard)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are processors: each waits half its time for a database or a browser."""
    return (os.cpu_count() or 1) + 1


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
def empty_house(config: Config, mongo_uri: str, clock: Clock) -> Iterator[Services]:
    """Over a database of its own: indexes, and nothing else."""
    # Random, since several runs may share the server of CAUNOI_TEST_MONGO_URI.
    name = f"caunoi_test_{uuid.uuid4().hex[:12]}"
    db = connect(mongo_uri, name)
    create_indexes(db)
    house = build_services(replace(config, db=name), mongo_uri, clock)
    try:
        yield house
    finally:
        close(house)
        db.client.drop_database(name)
        db.client.close()


@dataclass(frozen=True)
class Furniture:
    """A house's documents by collection, and the folder of its journal."""

    documents: dict[str, list[dict[str, Any]]]
    journal: Path


@pytest.fixture(scope="session")
def furniture(
    installation: Config,
    mongo_uri: str,
    library_forms: list[LibraryForm],
    tmp_path_factory: pytest.TempPathFactory,
) -> Furniture:
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
    return Furniture(documents, config.data / "journal")


def furnish(house: Services, furniture: Furniture, mongo_uri: str) -> Services:
    """As if everything had been published in it."""
    db = connect(mongo_uri, house.config.db)
    for name, documents in furniture.documents.items():
        if documents:
            db[name].insert_many(documents)
    db.client.close()
    shutil.copytree(furniture.journal, house.config.data / "journal")
    return house


@pytest.fixture
def bare_house(
    installation: Config, mongo_uri: str, clock: Clock, tmp_path: Path
) -> Iterator[Services]:
    """An installation over an empty database."""
    with empty_house(replace(installation, data=tmp_path / "data"), mongo_uri, clock) as house:
        yield house


@pytest.fixture
def house(bare_house: Services, furniture: Furniture, mongo_uri: str) -> Services:
    """With the sixteen offices, and the whole library of forms open for phones."""
    return furnish(bare_house, furniture, mongo_uri)


@pytest.fixture(scope="module")
def shared_world(
    installation: Config,
    mongo_uri: str,
    furniture: Furniture,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """One world for all tests of a module, where they do not get into each other's way."""
    config = replace(installation, data=tmp_path_factory.mktemp("shared"))
    with empty_house(config, mongo_uri, clock := Clock()) as house:
        yield build_world(furnish(house, furniture, mongo_uri), clock)


@pytest.fixture
def world(house: Services, clock: Clock) -> World:
    return build_world(house, clock)


# -- HTTP ------------------------------------------------------------------------------------------


@pytest.fixture
def app(world: World) -> Flask:
    """For pages: ``app.test_client()``, and ``tests.world.sign_in``."""
    return create_app(world.house)


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
