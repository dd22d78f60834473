"""Many inserts at one time, each told its own outcome."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from server.errors import DatabaseDown
from server.services import Services
from server.storage import group_commit
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


def test_a_fault_while_outcomes_are_told_leaves_nobody_waiting_or_thanked(
    things: GroupCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("index")

    with monkeypatch.context() as patch:
        patch.setattr(group_commit, "_tell_each", broken)
        outcomes: list[str] = []

        def insert(number: int) -> None:
            try:
                outcomes.append(outcome(things, {"_id": number % 5, "names": [f"{number % 5}"]}))
            except DatabaseDown:
                outcomes.append("down")

        # Daemons: where one waits for ever, the test ends all the same.
        threads = [Thread(target=insert, args=(number,), daemon=True) for number in range(100)]
        for each in threads:
            each.start()
        for each in threads:
            each.join(60)
    assert len(outcomes) == 100
    assert "down" in outcomes, "several went together"
    assert outcomes.count("stored") <= 5
    assert outcome(things, {"_id": "later", "names": ["later"]}) == "stored"
