"""Whether a database really writes and reads; a panicked engine still answers ``ping``."""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import Any, Self

import pymongo
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

COLLECTION = "engine_health"
INTERNAL_ERROR = 1
AUTHENTICATION_FAILED = 18


class Health(StrEnum):
    WELL = "well"
    FAILING = "failing"  # no answer, or not now: perhaps busy, perhaps starting
    BROKEN = "broken"  # it says itself that it is beyond help
    REFUSED = "refused"  # it does not know our password


class Probe:
    """A doctor with a connection of their own, so that a look costs no log-in."""

    def __init__(self, uri: str, database: str) -> None:
        self._client: MongoClient[dict[str, Any]] = MongoClient(uri, maxPoolSize=1)
        self._notes = self._client[database][COLLECTION]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        # The driver says goodbye to the database; to a dead one it would for many seconds.
        with pymongo.timeout(1):
            self._client.close()

    def look(self) -> Health:
        """Write a note with the address's write concern (majority, journal), and read it back."""
        note = secrets.token_hex(8)
        try:
            self._notes.update_one({"_id": "probe"}, {"$set": {"note": note}}, upsert=True)
            found = self._notes.find_one({"_id": "probe"})
        except OperationFailure as error:
            return _diagnosis(error.code)
        except PyMongoError:
            return Health.FAILING
        # Another prober may have written meanwhile; that there is a note is what counts.
        return Health.WELL if found and found.get("note") else Health.FAILING


def health(uri: str, database: str) -> Health:
    """One look at the database behind ``uri``."""
    with Probe(uri, database) as probe:
        return probe.look()


def _diagnosis(code: int | None) -> Health:
    if code == INTERNAL_ERROR:
        return Health.BROKEN
    if code == AUTHENTICATION_FAILED:
        return Health.REFUSED
    return Health.FAILING
