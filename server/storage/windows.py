"""Newest-first pages inside bounded windows (mongo.md §3).

The small engines read every match before they apply a limit, so an open-ended question grows with
the collection. Here each question asks a bounded ``seq`` range that grows while the page is not
full: nothing on MongoDB, flat on the small engines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from server.storage.database import Document

_SECOND = int(timedelta(seconds=1) / timedelta(microseconds=1)) << 12
_GROWTH = 4
_PLENTY = 400

Ask = Callable[[int, int], list[Document]]


def newest_first(ask: Ask, *, top: int, bottom: int, limit: int) -> list[Document]:
    """Up to ``limit`` documents with ``bottom <= seq < top``; ``ask(low, high)`` answers one
    window,
    newest first."""
    found: list[Document] = []
    for low, high in windows(top, bottom):
        found += ask(low, high)
        if len(found) >= limit:
            break
    return found[:limit]


def windows(top: int, bottom: int) -> Iterator[tuple[int, int]]:
    """``[low, high)`` ranges from ``top`` down to ``bottom``, each longer than the one before."""
    high, width = top, _SECOND
    while high > bottom:
        low = max(bottom, high - width)
        yield low, high
        high, width = low, width * _GROWTH


def stream(ask: Ask, *, top: int, bottom: int) -> Iterator[Document]:
    """All documents of the range, newest first, with flat memory: the window follows the
    density."""
    high, width = top, _SECOND
    while high > bottom:
        low = max(bottom, high - width)
        found = ask(low, high)
        yield from found
        high = low
        if len(found) < _PLENTY // 4:
            width *= _GROWTH
        elif len(found) > _PLENTY:
            width = max(_SECOND // _GROWTH, width // _GROWTH)
