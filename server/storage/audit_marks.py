"""What is remembered of the access log outside the database, in the data folder: its last seal, and
each 256th for ever. Whoever can write to the database alone can neither cut off the log's end nor
seal all of it anew without its showing.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from server.errors import DatabaseDown
from server.model.audit import Link
from server.storage.private import private

_EVERY = 256
_HEAD, _MARKS, _CHECKED, _OWED, _TURN = "head", "marks", "checked", "owed", "turn"


class AuditMarks:
    """Shared by all processes of the house; each change is made under a lock on the file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One process of this machine writes at a time, the others wait for it: none of them is
        always too late."""
        try:
            with self._locked(_TURN):
                yield
        except OSError:
            raise DatabaseDown from None

    # -- seals ------------------------------------------------------------------------------------

    def head(self) -> Link | None:
        """The last seal that was written."""
        return _link(_text(self._folder / _HEAD))

    def advance(self, written: Sequence[Link]) -> None:
        """These are safe in the database; a slower process never turns the head back."""
        with self._locked(_HEAD) as file:
            known = _link(file.read_text())
            if known is None or written[-1].number > known.number:
                _overwrite(file, written[-1])
        for each in written:
            if each.number % _EVERY == 0:
                self.keep(each)

    def keep(self, link: Link) -> None:
        with open(self._folder / _MARKS, "a", opener=private) as file:
            file.write(_line(link))

    def kept(self) -> list[Link]:
        lines = _text(self._folder / _MARKS).splitlines()
        found = (_link(each) for each in lines)
        return [each for each in found if each is not None]

    # -- how far the log was looked through --------------------------------------------------------

    def checked(self) -> Link | None:
        return _link(_text(self._folder / _CHECKED))

    def set_checked(self, link: Link) -> None:
        with self._locked(_CHECKED) as file:
            _overwrite(file, link)

    # -- what could not be written at its time -----------------------------------------------------

    def owe(self, line: str) -> None:
        """A line of JSON, on the disk when this returns."""
        with self._locked(_OWED), open(self._folder / _OWED, "a", opener=private) as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    def owes(self) -> bool:
        try:
            return (self._folder / _OWED).stat().st_size > 0
        except FileNotFoundError:
            return False

    def pay(self, write: Callable[[Sequence[str]], None]) -> None:
        """All that is owed goes to ``write``, and is forgotten when that returns. One process does
        it at a time."""
        with self._locked(_OWED) as file:
            lines = file.read_text().splitlines()
            if lines:
                write(lines)
                file.write_text("")

    @contextmanager
    def _locked(self, name: str) -> Iterator[Path]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / name
        with open(path, "a", opener=private) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield path


def _overwrite(path: Path, link: Link) -> None:
    """In its place: a full disk leaves what was there."""
    with path.open("r+") as file:
        file.write(_line(link))


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


def _line(link: Link) -> str:
    return f"{link.number:019d} {link.seal}\n"


def _link(text: str) -> Link | None:
    """None for what is not there, or was half written when the power failed."""
    number, _, seal = text.strip().partition(" ")
    return Link(int(number), seal) if number.isdigit() and len(seal) == 64 else None
