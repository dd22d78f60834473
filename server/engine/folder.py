"""The folder of a managed database: what lies in it, whose it is, and that one server uses it.

``data/db``, closed to others, holds
* ``files/``: the engine's own;
* ``record.json``: which engine, which version, which port;
* ``credentials.json``, and ``settings`` and ``keyfile`` for the engines;
* ``lock``: held while any process of a server lives; names the owner;
* ``running.json``: where the running server listens;
* ``guests``: held by commands that joined a running server.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from server.engine.held import Held
from server.engine.private import private_folder, write_private
from server.engine.rungs import Engine
from server.errors import DataFolderInUse, EngineTrouble

# Killed with -9 or about to end, a server's database needs a moment to follow; a look at the lock
# takes less.
DYING_SECONDS = 10.0
LOOKING_SECONDS = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Record:
    """What the folder says about itself."""

    engine: Engine
    version: str
    port: int
    has_account: bool


@dataclass(frozen=True, slots=True)
class Running:
    """What a running server says about itself."""

    port: int
    pid: int
    owner: int


class Folder:
    def __init__(self, data: Path) -> None:
        self.root = data / "db"
        self.files = self.root / "files"
        self.credentials = self.root / "credentials.json"
        self.keyfile = self.root / "keyfile"
        self.settings = self.root / "settings"
        self.log = data / "logs" / "engine.log"
        self._record = self.root / "record.json"
        self._running = self.root / "running.json"
        self._lock = self.root / "lock"
        self._guests = self.root / "guests"

    def prepare(self) -> None:
        for folder in (self.root, self.files, self.log.parent):
            private_folder(folder)
        self.settings.touch(mode=0o600)

    def empty(self) -> None:
        """Without anything of the engine's."""
        shutil.rmtree(self.files)
        private_folder(self.files)

    # -- whose it is -----------------------------------------------------------------------------

    def is_new(self) -> bool:
        return not self._record.exists() and not (self.files.exists() and any(self.files.iterdir()))

    def record(self) -> Record | None:
        """None if the folder has no record; then nobody knows what its files are."""
        try:
            found = json.loads(self._record.read_text())
            return Record(**{**found, "engine": Engine(found["engine"])})
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EngineTrouble(why=f"{self._record} is damaged: {error}") from error

    def write_record(self, record: Record) -> None:
        write_private(self._record, json.dumps(asdict(record)) + "\n")

    # -- one server at a time --------------------------------------------------------------------

    def claim(self) -> Held:
        """The lock on the folder; free again when every process that inherited it is gone.

        Raises DataFolderInUse if a server is running on the folder.
        """
        lock = Held(os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600))
        began = time.monotonic()
        while not _locked(lock, fcntl.LOCK_EX):
            owner = self.owner()
            # Whoever is starting or stopping does not say where it listens.
            serves = _alive(owner) and self._running.exists()
            patience = LOOKING_SECONDS if serves else DYING_SECONDS
            if time.monotonic() - began > patience:
                lock.close()
                raise DataFolderInUse(folder=self.root, pid=owner)
            time.sleep(0.05)
        os.ftruncate(lock.fileno(), 0)
        os.pwrite(lock.fileno(), str(os.getpid()).encode(), 0)
        return lock

    def owner(self) -> int:
        """The process that claimed the folder last; 0 if nobody has."""
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int(self._lock.read_text())
        return 0

    def is_claimed(self) -> bool:
        try:
            lock = Held(os.open(self._lock, os.O_RDONLY))
        except FileNotFoundError:
            return False
        with contextlib.closing(lock):
            return not _locked(lock, fcntl.LOCK_SH)

    # -- where it listens ------------------------------------------------------------------------

    def announce(self, running: Running) -> None:
        write_private(self._running, json.dumps(asdict(running)) + "\n")

    def withdraw(self) -> None:
        self._running.unlink(missing_ok=True)

    def running(self) -> Running | None:
        """None if no server runs here; what a killed one left behind does not count, though its
        database may take a moment to stop."""
        try:
            running = Running(**json.loads(self._running.read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return running if _alive(running.owner) and self.is_claimed() else None

    # -- guests ----------------------------------------------------------------------------------

    def visit(self) -> Held:
        """While a guest holds this, an owner that is not a server for good stays for it."""
        visit = Held(os.open(self._guests, os.O_RDWR | os.O_CREAT, 0o600))
        fcntl.flock(visit.fileno(), fcntl.LOCK_SH)
        return visit

    def see_guests_off(self) -> None:
        """Let no new guest in, and wait until the last one has gone."""
        self.withdraw()
        with contextlib.closing(Held(os.open(self._guests, os.O_RDWR | os.O_CREAT, 0o600))) as door:
            if not _locked(door, fcntl.LOCK_EX):
                log.warning("waiting for other commands that use the database")
                fcntl.flock(door.fileno(), fcntl.LOCK_EX)


def _locked(file: Held, kind: int) -> bool:
    try:
        fcntl.flock(file.fileno(), kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _alive(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
