"""How much work a request was for the database: what it was asked, in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local

from pymongo.monitoring import CommandStartedEvent

from tests.listening import Listener


class Work(Listener):
    """Listens to every client of this process, where somebody wants to know."""

    def __init__(self) -> None:
        # A command is told in the thread that gives it: nobody else's work is counted.
        self._here = local()

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """The commands of this thread meanwhile, each with its collection."""
        asked: list[str] = []
        self._here.asked = asked
        try:
            yield asked
        finally:
            self._here.asked = None

    def started(self, event: CommandStartedEvent) -> None:
        asked: list[str] | None = getattr(self._here, "asked", None)
        if asked is not None:
            asked.append(f"{event.command_name} {event.command[event.command_name]}")


work = Work()
