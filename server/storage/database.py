"""The connection, and pymongo's troubles translated into ours."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import DocumentTooLarge, DuplicateKeyError, PyMongoError, WriteError

from server.errors import DatabaseDown, RecordTooLarge

Document = dict[str, Any]
Mongo = Database[Document]

# By what servers say of a document that is too large, or nested too deep: of this one for ever.
NEVER_FITS = frozenset((10334, 17419, 17420, 15))
LARGEST = 16 * 1024 * 1024  # bytes of a document

_Class = TypeVar("_Class", bound=type)


def connect(uri: str, name: str, **options: Any) -> Mongo:
    """The database ``name`` behind ``uri``; one client per process, made after the fork.

    Write concern and timeouts are in the URI (``server.engine`` writes it; mongo.md §2.5).
    """
    client: MongoClient[Document] = MongoClient(uri, tz_aware=True, **options)
    return client[name]


def speaks_our_errors(repository: _Class) -> _Class:
    """Every public method raises DatabaseDown where pymongo would raise: callers know no pymongo.

    A duplicate key passes, since it is an answer and not a fault.
    """
    for name, method in vars(repository).items():
        if not name.startswith("_") and inspect.isfunction(method):
            setattr(repository, name, _translated(method))
    return repository


@contextmanager
def translation() -> Iterator[None]:
    try:
        yield
    except DuplicateKeyError:
        raise
    except PyMongoError as trouble:
        raise DatabaseDown() from trouble


@contextmanager
def fitting() -> Iterator[None]:
    """Around a write: raises RecordTooLarge where the document would be more than one can be."""
    try:
        yield
    except DocumentTooLarge:
        raise RecordTooLarge from None
    except WriteError as refused:
        if refused.code in NEVER_FITS:
            raise RecordTooLarge from None
        raise


def _translated(method: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.isgeneratorfunction(method):

        @functools.wraps(method)
        def stream(*args: Any, **kwargs: Any) -> Iterator[Any]:
            with translation():
                yield from method(*args, **kwargs)

        return stream

    @functools.wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        with translation():
            return method(*args, **kwargs)

    return call
