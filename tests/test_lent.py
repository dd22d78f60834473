"""What one test leaves in a database no other finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from pymongo import MongoClient

from server.storage.database import Mongo, connect
from tests.lent import Databases, writes

THINGS = {"things": [{"_id": 1, "is": "a"}, {"_id": 2, "is": "b"}]}


@pytest.fixture
def databases(mongo_uri: str) -> Iterator[Databases]:
    with closing(Databases(mongo_uri, THINGS)) as databases:
        yield databases


def all_in(db: Mongo) -> dict[str, list[dict[str, Any]]]:
    found = {name: list(db[name].find().sort("_id")) for name in db.list_collection_names()}
    return {name: documents for name, documents in found.items() if documents}


def write(db: Mongo) -> None:
    db["things"].update_one({"_id": 1}, {"$set": {"is": "c"}})
    db["things"].delete_one({"_id": 2})
    db["submissions"].insert_one({"_id": 3})


def index(db: Mongo) -> None:
    db["things"].create_index("is")


@pytest.mark.parametrize("disturb", [write, index])
def test_it_is_lent_as_it_was(
    databases: Databases, mongo_uri: str, disturb: Callable[[Mongo], None]
) -> None:
    with databases.one() as name:
        client = connect(mongo_uri, name)
        disturb(client)
        client.client.close()
    with databases.one() as name:
        again = connect(mongo_uri, name)
        assert all_in(again) == THINGS
        assert list(again["things"].index_information()) == ["_id_"]
        again.client.close()


def test_what_a_process_wrote_that_nobody_heard_is_lent_to_nobody(
    databases: Databases, mongo_uri: str
) -> None:
    with databases.one() as name:
        unheard: MongoClient[dict[str, Any]] = MongoClient(mongo_uri)
        unheard[name]["things"].insert_one({"_id": 3})
        unheard.close()
        writes.take(name)
    with databases.one() as another:
        assert another != name


def test_two_at_once_are_two(databases: Databases) -> None:
    with databases.one() as one, databases.one() as other:
        assert one != other
    with databases.one() as again:
        assert again in (one, other)
