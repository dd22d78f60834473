"""Several people doing something at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Result = TypeVar("Result")


def at_once(doings: Sequence[Callable[[], Result]]) -> list[Result]:
    """All start together; their results in order."""
    ready = Barrier(len(doings))

    def do(doing: Callable[[], Result]) -> Result:
        ready.wait()
        return doing()

    with ThreadPoolExecutor(len(doings)) as crowd:
        return list(crowd.map(do, doings))
