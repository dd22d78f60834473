"""Many inserts at one time, each told its own outcome."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from server.services import Services
from server.storage.group_commit import GroupCommit


@pytest.fixture
def things(bare_house: Services) -> GroupCommit:
    collection = bare_house.stores.offices._offices.database["things"]
    collection.create_indexes([IndexModel([("names", 1)], unique=True)])
    return GroupCommit(collection)


def outcome(things: GroupCommit, document: dict[str, object]) -> str:
    try:
        things.insert(document)
    except DuplicateKeyError:
        return "twin"
    return "stored"


def test_of_many_twins_one_is_stored_and_no_stranger_suffers(things: GroupCommit) -> None:
    """R01: by id."""
    documents = [{"_id": n % 20, "names": [f"{n % 20}"]} for n in range(200)]
    with ThreadPoolExecutor(16) as many:
        outcomes = list(many.map(lambda each: outcome(things, each), documents))
    assert outcomes.count("stored") == 20
    assert outcomes.count("twin") == 180


def test_a_twin_by_another_key_is_told_so_and_no_stranger_suffers(things: GroupCommit) -> None:
    things.insert({"_id": "first", "names": ["a", "b"]})
    documents = [{"_id": n, "names": ["b" if n % 5 == 0 else f"n{n}"]} for n in range(60)]
    with ThreadPoolExecutor(16) as many:
        outcomes = list(many.map(lambda each: outcome(things, each), documents))
    assert [n for n in range(60) if outcomes[n] == "twin"] == list(range(0, 60, 5))
