"""Every question to the database has an index. The rule itself is kept while the whole suite runs
(``tests.questions``, at each test's end); here it is shown to see what it should."""

from __future__ import annotations

from typing import Any

import pytest

from server.storage.indexes import INDEXES
from tests.questions import ERRANDS, GROWING, Sort, heard, trouble_with
from tests.records import record_of
from tests.world import World

RECORDS = "submissions"
UNBOUNDED: list[tuple[str, dict[str, Any], Sort]] = [
    (RECORDS, {}, ()),
    (RECORDS, {"review": "received"}, ()),
    (RECORDS, {"within": "VP01"}, ()),
    (RECORDS, {"form": "1/x", "review": "received"}, ()),
    (RECORDS, {"form": "1/x", "office": "VP01"}, ()),
    (RECORDS, {"form": {"$gt": "1"}, "within": "VP01"}, ()),
    (RECORDS, {"form": "1/x", "within": "*", "seq": {"$lt": 5}, "review": {"$gt": "a"}}, ()),
    (RECORDS, {"form": "1/x", "within": "*", "seq": {"$ne": 5}}, ()),
    (RECORDS, {"form": "1/x", "$or": [{"within": "VP01"}, {"within": "VP09"}]}, ()),
    (RECORDS, {"form": "1/x", "instance_ids": {"$regex": "^uuid"}}, ()),
    (RECORDS, {"_id": "1/x/a", "$where": "true"}, ()),
    (RECORDS, {"due": None}, ()),
    (RECORDS, {"form": "1/x", "within": "*"}, ("at",)),
    ("sessions", {"started_at": {"$lt": 5}}, ()),
    ("actors", {"name": "Lan"}, ()),
    ("blobs.files", {"contentType": "image/jpeg"}, ()),
]
BOUNDED: list[tuple[str, dict[str, Any], Sort]] = [
    (RECORDS, {"_id": "1/x/a"}, ()),
    (RECORDS, {"_id": "1/x/a", "media.name": {"$nin": ["1.jpg"]}}, ()),
    (RECORDS, {"form": "1/x", "instance_ids": {"$in": ["a", "b"]}}, ()),
    (RECORDS, {"form": "1/x", "within": "*", "seq": {"$gte": 1, "$lt": 5}}, ("seq",)),
    (RECORDS, {"within": "*", "form": "1/x"}, ("seq",)),
    (RECORDS, {"due": {"$lte": 5}}, ("due",)),
    ("blobs.chunks", {"files_id": {"$eq": "a"}}, ("n",)),
    ("actors", {"kind": "phone", "ended": None}, ()),
    ("offices", {}, ()),
]


@pytest.mark.parametrize(("collection", "wanted", "sort"), UNBOUNDED)
def test_a_question_that_grows_with_the_collection_is_named(
    collection: str, wanted: dict[str, Any], sort: Sort
) -> None:
    assert trouble_with(collection, "find", wanted, sort) is not None


@pytest.mark.parametrize(("collection", "wanted", "sort"), BOUNDED)
def test_a_question_that_an_index_answers_is_none(
    collection: str, wanted: dict[str, Any], sort: Sort
) -> None:
    assert trouble_with(collection, "find", wanted, sort) is None


def test_storage_is_heard_and_a_test_s_own_look_is_not(world: World) -> None:
    """Broken on purpose: a repository that asks for all records of a name."""
    made = record_of("vang_gia")
    before = heard.count
    world.send(made.xml, made.files)
    assert len(world.records("vang_gia")) == 1
    assert heard.count > before, "nobody listens"
    assert heard.take() == []
    records = world.house.stores.submissions._records
    assert list(records.find({"name": "Bé Na"})) == []
    assert heard.take() == []

    source = "def named(self):\n    return list(self._records.find({'name': 'Bé Na'}))\n"
    asked: dict[str, Any] = {}
    exec(compile(source, "/house/server/storage/submissions.py", "exec"), asked)
    asked["named"](world.house.stores.submissions)
    [trouble] = heard.take()
    assert "no index for ['name']" in trouble


def test_a_collection_that_grows_has_its_indexes_declared() -> None:
    declared = {each.collection for each in INDEXES}
    assert declared >= GROWING


def test_an_errand_that_reads_everything_has_a_reason() -> None:
    for (collection, _, fields), reason in ERRANDS.items():
        assert collection in GROWING
        assert fields == frozenset()
        assert reason
