"""Newest-first pages inside bounded windows (mongo.md §3).

The small engines read every match before they apply a limit, so an open-ended question grows with
the collection. Here each question asks a bounded ``seq`` range: nothing on MongoDB, flat on the
small engines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta

from server.storage.database import Document

_SECOND = int(timedelta(seconds=1) / timedelta(microseconds=1)) << 12
_FRESH = 64 * _SECOND  # what the counters may not know of yet
_GROWTH = 4
_LEAP = 32  # where there is nothing at all
_PLENTY = 400

Ask = Callable[[int, int], Iterable[Document]]
Window = tuple[int, int]


def newest_first(
    ask: Ask, *, top: int, bottom: int, limit: int, cuts: Sequence[int] | None = None
) -> list[Document]:
    """Up to ``limit`` documents with ``bottom <= seq < top``, newest first, as ``ask(low, high)``
    answers one window. ``cuts`` say between which places about a page is expected."""
    found: list[Document] = []
    for low, high in _growing(top, bottom) if cuts is None else _between(cuts, top, bottom):
        found += ask(low, high)
        if len(found) >= limit:
            break
    return found[:limit]


def places_of(
    places: Callable[[int, int], list[int]], *, top: int, bottom: int
) -> Iterator[list[int]]:
    """The ``seq`` of all documents of the range, newest first, a few hundred at a time, however
    unevenly they lie: the window follows the density."""
    high, width = top, _SECOND
    while high > bottom:
        low = max(bottom, high - width)
        found = places(low, high)
        for first in range(0, len(found), _PLENTY):
            yield found[first : first + _PLENTY]
        high = low
        if len(found) < _PLENTY // 4:
            width *= _GROWTH if found else _LEAP
        elif len(found) > _PLENTY:
            width = max(_SECOND // _GROWTH, width // _GROWTH)


def stream(
    ask: Ask, places: Callable[[int, int], list[int]], *, top: int, bottom: int
) -> Iterator[Document]:
    """All documents of the range, newest first, with flat memory: where they lie is asked before
    they are read."""
    for part in places_of(places, top=top, bottom=bottom):
        yield from ask(part[-1], part[0] + 1)


def between_cuts(
    ask: Ask, places: Callable[[int, int], list[int]], *, top: int, cuts: Sequence[int]
) -> Iterator[Document]:
    """All documents below ``top``, newest first, without asking where those below the first cut
    lie: the counters know. With few between two cuts, memory stays flat."""
    bounds = [each for each in sorted(set(cuts), reverse=True) if each < top]
    yield from stream(ask, places, top=top, bottom=bounds[0] if bounds else 0)
    for high, low in zip(bounds, [*bounds, 0][1:], strict=True):
        yield from ask(low, high)


def _growing(top: int, bottom: int) -> Iterator[Window]:
    """From ``top`` down, each window longer than the one before."""
    high, width = top, _SECOND
    while high > bottom:
        low = max(bottom, high - width)
        yield low, high
        high, width = low, width * _GROWTH


def _between(cuts: Sequence[int], top: int, bottom: int) -> Iterator[Window]:
    """From cut to cut, what may not be counted yet first; over twice as many cuts each time, since
    a filter that the counters know nothing of may leave few of what was expected."""
    bounds = sorted({top - _FRESH, *cuts}, reverse=True)
    inner = [each for each in bounds if bottom < each < top]
    high, at, step = top, 0, 1
    while at < len(inner):
        step = step * 2 if at > 1 else 1
        at = min(at + step, len(inner))
        yield inner[at - 1], high
        high = inner[at - 1]
    if high > bottom:
        yield bottom, high
