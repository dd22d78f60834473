"""Newest-first pages inside bounded windows (mongo.md §3).

The small engines read every match before they apply a limit, so an open-ended question grows with
the collection. Here each question asks a bounded ``seq`` range that grows while the page is not
full: nothing on MongoDB, flat on the small engines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain

from server.storage.database import Document

_SECOND = int(timedelta(seconds=1) / timedelta(microseconds=1)) << 12
_GROWTH = 4
_LEAP = 64
_PLENTY = 400

Ask = Callable[[int, int], list[Document]]


def newest_first(ask: Ask, *, top: int, bottom: int, limit: int, known: int = 0) -> list[Document]:
    """Up to ``limit`` documents with ``bottom <= seq < top``, newest first, as ``ask(low, high)``
    answers one window. Above the document ``known`` few are expected: that part is passed in leaps,
    so that a list whose newest record is old begins at it and not in the middle of the rest."""
    found: list[Document] = []
    start = min(top, max(known + 1, bottom)) if known else top
    for low, high in chain(windows(top, start, _LEAP), windows(start, bottom)):
        found += ask(low, high)
        if len(found) >= limit:
            break
    return found[:limit]


def windows(top: int, bottom: int, growth: int = _GROWTH) -> Iterator[tuple[int, int]]:
    """``[low, high)`` ranges from ``top`` down to ``bottom``, each longer than the one before."""
    high, width = top, _SECOND
    while high > bottom:
        low = max(bottom, high - width)
        yield low, high
        high, width = low, width * growth


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
