"""Rows that must wait for others, on disk: memory stays flat however many there are (R55)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from types import TracebackType

import orjson

Row = Sequence[str]

_IN_MEMORY = 256 * 1024  # a few hundred rows need no file


class Spool:
    """Written once, then read from the start. Gone when closed."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        self._empty = True

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def __bool__(self) -> bool:
        return not self._empty

    def add(self, row: Row) -> None:
        self._empty = False
        self._file.write(orjson.dumps(row))
        self._file.write(b"\n")

    def __iter__(self) -> Iterator[list[str]]:
        self._file.seek(0)
        for line in self._file:
            yield orjson.loads(line)
