"""What is dear to make and is lent from test to test: databases with their indexes, and the WSGI
application.

A database goes back as it was when it was lent: what the tests' own clients wrote is heard, and its
collections are filled anew. Where anything else is different (another process wrote, an index was
made) the database is dropped, and the next test gets a new one.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

from flask import Flask
from pymongo.errors import AutoReconnect
from pymongo.monitoring import CommandStartedEvent

from server.app import create_app
from server.services import Services, secret_key
from server.storage.database import Mongo, connect
from server.storage.indexes import INDEXES, create_indexes
from tests.listening import Listener

Documents = Mapping[str, Sequence[dict[str, Any]]]
"""By collection."""

_WRITES = frozenset(("insert", "update", "delete", "findAndModify"))
_UNIQUE = frozenset(each.collection for each in INDEXES if each.unique)
_SHAPE = ("collections", "indexes", "objects", "dataSize")


class Writes(Listener):
    """Which collections of which databases this process has written to."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._written: dict[str, set[str]] = {}

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in _WRITES:
            with self._lock:
                written = self._written.setdefault(event.database_name, set())
                written.add(event.command[event.command_name])

    def take(self, database: str) -> set[str]:
        with self._lock:
            return self._written.pop(database, set())


writes = Writes()


class Databases:
    """Of one server, all with the same ``documents``. Where the engine's unique indexes keep what
    was deleted (secantusd-rs), a database that had any is dropped too."""

    def __init__(self, uri: str, documents: Documents, *, engine: str = "") -> None:
        self._uri, self._documents = uri, documents
        self._once = _UNIQUE if engine == "secantusd-rs" else frozenset[str]()
        self._free: list[Mongo] = []
        self._shape: tuple[Any, ...] = ()

    @contextmanager
    def one(self) -> Iterator[str]:
        """The name of one that nobody else uses meanwhile."""
        db = self._free.pop() if self._free else self._new()
        try:
            yield db.name
        finally:
            (self._free.append if self._is_as_it_was(db) else _drop)(db)

    def _is_as_it_was(self, db: Mongo) -> bool:
        written = writes.take(db.name)
        if not written.isdisjoint(self._once):
            return False
        self._fill(db, written)
        return _shape_of(db) == self._shape

    def close(self) -> None:
        for each in self._free:
            _drop(each)

    def _new(self) -> Mongo:
        # Random, since several runs may share the server of CAUNOI_TEST_MONGO_URI.
        db = connect(self._uri, f"caunoi_test_{uuid.uuid4().hex[:12]}")
        _patiently(lambda: create_indexes(db))
        self._fill(db, set(self._documents))
        writes.take(db.name)
        self._shape = _shape_of(db)
        return db

    def _fill(self, db: Mongo, collections: set[str]) -> None:
        for name in collections:
            db[name].delete_many({})
            if documents := self._documents.get(name):
                db[name].insert_many(documents)
        writes.take(db.name)


def _shape_of(db: Mongo) -> tuple[Any, ...]:
    told = db.command("dbStats")
    return tuple(told[each] for each in _SHAPE)


def _patiently(make: Callable[[], None]) -> None:
    """The embedded engine has stood still for two minutes after records of 16 MB; no test asks
    whether it does, so what is set up waits."""
    for _ in range(5):
        try:
            return make()
        except AutoReconnect:  # a time-out too
            continue
    raise AssertionError("the database stands still")


def _drop(db: Mongo) -> None:
    db.client.drop_database(db.name)
    db.client.close()


_apps: dict[tuple[Any, ...], list[Flask]] = {}


@contextmanager
def lent_app(house: Services) -> Iterator[Flask]:
    """The application over ``house``: as ``create_app`` makes it, with the routes and templates
    that an earlier test has compiled."""
    config = house.config
    kind = (secret_key(config), config.max_upload, config.public_url, config.oidc_issuer)
    free = _apps.setdefault(kind, [])
    app = free.pop() if free else create_app(house)
    app.extensions["caunoi"] = house
    try:
        yield app
    finally:
        free.append(app)
