"""Files and folders that only the owner of the installation may read."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path


def private_folder(path: Path) -> Path:
    """The folder, made if it is missing, closed to others even if it was open before."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def write_private(path: Path, text: str) -> None:
    """Replace the file whole, mode 600: after a crash it holds the old text or the new one."""
    with _draft(path, text) as draft:
        draft.replace(path)
    _sync_folder(path.parent)


def make_private(path: Path, text: str) -> None:
    """The same unless it is there: of several at once the first one counts."""
    with _draft(path, text) as draft, contextlib.suppress(FileExistsError):
        os.link(draft, path)
    _sync_folder(path.parent)


@contextlib.contextmanager
def _draft(path: Path, text: str) -> Iterator[Path]:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
