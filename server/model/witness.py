"""What a request laid eyes on. The repositories themselves say what they gave away, so that no
route can read about somebody without its being known to the access log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from server.model.audit import MOST

Within = Iterable[str]


@dataclass(slots=True)
class Seen:
    """By what it is called in the log: all the offices it belongs to. ``whole`` are those that were
    given away with everything, ``lines`` those that stood in a list. A long stream is handed over
    in parts, once ``hand_over`` is there."""

    whole: dict[str, Within] = field(default_factory=dict)
    lines: dict[str, Within] = field(default_factory=dict)
    hand_over: Callable[[], None] | None = None

    def saw(self, thing: str, within: Within) -> None:
        self.whole[thing] = within
        self._perhaps_enough(len(self.whole))

    def saw_line(self, thing: str, within: Within) -> None:
        self.lines[thing] = within
        self._perhaps_enough(len(self.lines))

    def forget(self) -> None:
        self.whole.clear()
        self.lines.clear()

    def _perhaps_enough(self, number: int) -> None:
        if number >= MOST and self.hand_over is not None:
            self.hand_over()


_seen: ContextVar[Seen | None] = ContextVar("seen", default=None)


@contextmanager
def watching() -> Iterator[Seen]:
    seen = Seen()
    token = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(token)


def eyes() -> Seen | None:
    """Whose eyes a stream is for: it goes on after the request's own code has ended."""
    return _seen.get()


def saw(thing: str, within: Within) -> None:
    if seen := _seen.get():
        seen.saw(thing, within)


def saw_line(thing: str, within: Within) -> None:
    if seen := _seen.get():
        seen.saw_line(thing, within)
