"""A ZIP archive as a stream of bytes: nothing is sought, nothing is kept but the directory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_READABLE = 0o644 << 16  # where Unix keeps a file's mode
_FIRST_YEAR, _LAST_YEAR = 1980, 2107  # what the format can say


class ZipStream:
    """Yield what ``file`` yields, one file after the other, then ``end``.

    Whoever stops in between has no directory at the end: no unpacker takes it for whole (R60).
    """

    def __init__(self) -> None:
        self._out = _Out()
        self._zip = zipfile.ZipFile(self._out, "w")

    def file(
        self,
        name: str,
        at: datetime,
        chunks: Iterable[bytes],
        *,
        size: int | None = None,
        packed: bool = True,
    ) -> Iterator[bytes]:
        """One file. ``size`` in bytes where it is known; otherwise room is left for 64 bits."""
        info = zipfile.ZipInfo(name, _clock(at))
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.external_attr = _READABLE
        info.file_size = size or 0
        with self._zip.open(info, "w", force_zip64=size is None) as member:
            yield self._out.taken()
            for chunk in chunks:
                member.write(chunk)
                if self._out:
                    yield self._out.taken()
        yield self._out.taken()

    def end(self) -> Iterator[bytes]:
        self._zip.close()
        yield self._out.taken()


class _Out(io.RawIOBase):
    """What ``zipfile`` writes to. It cannot tell where it is, so sizes follow each file's data."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def __bool__(self) -> bool:
        return bool(self._parts)

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        part = bytes(data)
        self._parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def _clock(at: datetime) -> tuple[int, int, int, int, int, int]:
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        return (_FIRST_YEAR, 1, 1, 0, 0, 0)
    return (at.year, at.month, at.day, at.hour, at.minute, at.second)
