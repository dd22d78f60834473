"""Many inserts at one time, each told its own outcome."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import bson
import pytest
from bson.raw_bson import RawBSONDocument
from pymongo import IndexModel
from pymongo.errors import DocumentTooLarge, DuplicateKeyError

from server.errors import DatabaseDown
from server.services import Services
from server.storage import group_commit
from server.storage.database import LARGEST
from server.storage.group_commit import GroupCommit, _Waiting


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
    except DocumentTooLarge:
        return "unfit"
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


@pytest.mark.parametrize("beyond", [1, 20_000], ids=["as the server", "as the driver counts"])
def test_what_no_document_holds_is_said_to_be_so_and_no_stranger_suffers(
    things: GroupCommit, beyond: int
) -> None:
    """A phone that is told to come again would do so for ever."""
    empty = len(bson.encode({"_id": 0, "names": ["0"], "much": b""}))
    much = b"x" * (LARGEST - empty + beyond)
    documents = [
        {"_id": n, "names": [f"{n}"], **({"much": much} if n == 0 else {})} for n in range(9)
    ]
    with ThreadPoolExecutor(9) as many:
        outcomes = list(many.map(lambda each: outcome(things, each), documents))
    assert outcomes == ["unfit", *["stored"] * 8]


def test_a_server_that_counts_otherwise_is_heard_too(
    things: GroupCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is its own: of one document, and of one among several."""
    monkeypatch.setattr(group_commit, "LARGEST", LARGEST * 2)
    empty = len(bson.encode({"_id": 0, "names": ["0"], "much": b""}))
    large = {"_id": 0, "names": ["0"], "much": b"x" * (LARGEST - empty + 1)}
    assert outcome(things, large) == "unfit"
    group = [_Waiting(RawBSONDocument(bson.encode(each))) for each in (large, {"_id": 1})]
    things._write(group)
    assert [(each.unfit, each.trouble) for each in group] == [(True, None), (False, None)]


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
