"""Every question to the database, heard while the suite runs: each must have an index.

On a collection that grows a filter is ``{_id: …}``, or equality on a leading prefix of one declared
index with at most one range on the next key (mongo.md §3 says why: the small engines read
everything else). The sort, where there is one, follows the same index.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from pymongo.monitoring import CommandStartedEvent

from server.storage.indexes import INDEXES, Index
from tests.listening import Listener

GROWING = frozenset(
    (
        "submissions",
        "blobs.files",
        "blobs.chunks",
        "sessions",
        "links",
        "tries",
        "actors",
        "looks",
        "set_aside",
        "counters",
        "data_requests",
        "incidents",
        "withheld",
        "approvals",
        "taken_out",
        "entities",
        "entity_workers",
        "entity_orders",
        "entity_imports",
        "audit",
    )
)
# (collection, command, fields of the filter) of the operator's errands, which read everything.
ERRANDS: Mapping[tuple[str, str, frozenset[str]], str] = {
    ("blobs.files", "find", frozenset()): "sweep looks at every file, once in a while",
    ("entity_orders", "find", frozenset()): "rebuild must know all that people ordered",
    ("set_aside", "find", frozenset()): "sweep must know all that was set aside",
}
_REFUSED = frozenset(("$or", "$nor", "$and", "$where", "$expr", "$text", "$regex"))
_RANGES = frozenset(("$gt", "$gte", "$lt", "$lte", "$in"))
_STORAGE = str(Path("server", "storage"))

Filter = Mapping[str, Any]
Sort = Sequence[str]


def trouble_with(
    collection: str,
    command: str,
    wanted: Filter,
    sort: Sort = (),
    indexes: Sequence[Index] = INDEXES,
) -> str | None:
    """Why this question would grow with the collection; None when it would not."""
    if collection not in GROWING or (collection, command, frozenset(wanted)) in ERRANDS:
        return None
    refused = _REFUSED.intersection(_operators(wanted))
    if refused:
        return f"{sorted(refused)} on {collection}"
    if "_id" in wanted and _is_equality(wanted["_id"]):
        return None
    declared = [each for each in indexes if each.collection == collection]
    if None in wanted.values():  # what is not there stands in no sparse index
        declared = [each for each in declared if not each.sparse]
    own = [("_id",), *(tuple(name for name, _ in each.keys) for each in declared)]
    if any(_follows(keys, wanted, sort) for keys in own):
        return None
    return f"no index for {sorted(wanted)} sorted by {list(sort)} on {collection}"


def _follows(keys: tuple[str, ...], wanted: Filter, sort: Sort) -> bool:
    equal = {name for name, value in wanted.items() if _is_equality(value)}
    ranges = {name: value for name, value in wanted.items() if name not in equal}
    prefix = keys[: len(equal)]
    if set(prefix) != equal or len(ranges) > 1 or not wanted:
        return False
    rest = keys[len(equal) :]
    if ranges:
        name, value = next(iter(ranges.items()))
        if rest[:1] != (name,) or not set(value) <= _RANGES:
            return False
    return tuple(sort) == rest[: len(sort)]


def _is_equality(value: Any) -> bool:
    if isinstance(value, Mapping) and set(value) == {"$eq"}:
        value = value["$eq"]
    asks = isinstance(value, Mapping) and any(str(each).startswith("$") for each in value)
    return not asks


def _operators(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, below in value.items():
            if str(name).startswith("$"):
                yield name
            yield from _operators(below)
    elif isinstance(value, list):
        for each in value:
            yield from _operators(each)


def questions_of(command: Mapping[str, Any]) -> Iterator[tuple[str, str, Filter, Sort]]:
    """(collection, command, filter, sort) of each question a command asks."""
    name = next(iter(command), "")  # what signs in is kept from listeners
    collection = command.get(name, "")
    match name:
        case "find":
            yield collection, name, command.get("filter") or {}, tuple(command.get("sort") or ())
        case "aggregate":
            first = (command["pipeline"] or [{}])[0]
            yield collection, name, first.get("$match") or {}, ()
        case "update":
            for each in command["updates"]:
                yield collection, name, each["q"], ()
        case "delete":
            for each in command["deletes"]:
                yield collection, name, each["q"], ()
        case "count" | "distinct" | "findAndModify":
            yield collection, name, command.get("query") or {}, ()


class Heard(Listener):
    """Listens to every client of this process; what storage asked in vain is kept."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._troubles: list[str] = []
        self.count = 0

    def started(self, event: CommandStartedEvent) -> None:
        asked = [each for each in questions_of(event.command) if each[0] in GROWING]
        if not asked or not (asker := _asker()):
            return
        found = [trouble for each in asked if (trouble := trouble_with(*each))]
        with self._lock:
            self.count += len(asked)
            self._troubles += [f"{each} ({asker})" for each in found]

    def take(self) -> list[str]:
        """What was asked without an index since the last look."""
        with self._lock:
            found, self._troubles = list(dict.fromkeys(self._troubles)), []
        return found


def _asker() -> str | None:
    """The line of storage that asks; None for a test's own look into the database."""
    frame = sys._getframe(1)
    while frame is not None:
        code = frame.f_code
        if _STORAGE in code.co_filename and not code.co_filename.endswith("database.py"):
            return f"{Path(code.co_filename).name}:{frame.f_lineno}"
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return None


heard = Heard()
