"""What was done and stands in the database before the journal has it: of two at once the database
decides who was in time, and only that is to be said (docs/decisions/0026).

The write that decides leaves a note, which goes when the journal has it. What breaks off in between
the worker finds by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pymongo.collection import Collection

from server.storage.database import Document

UNSAID = "is_unsaid"


def unsaid(collection: Collection[Document]) -> Iterator[Document]:
    """What the journal may lack; few, and for moments."""
    yield from collection.find({UNSAID: True})


def said(collection: Collection[Document], id: str, **seen: Any) -> None:
    """The journal has it as it was ``seen``: what came on top of that still waits."""
    collection.update_one({"_id": id, **seen}, {"$unset": {UNSAID: ""}})
