"""A database of ours on the data folder: started, restarted on the same port, stopped."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Self

from pymongo import MongoClient

from server.config import MEGABYTE, Config
from server.engine.account import create_account, create_keyfile, initiate
from server.engine.address import managed_address, open_address
from server.engine.child import Child
from server.engine.credentials import create_credentials, read_credentials
from server.engine.folder import Folder, Record, Running
from server.engine.guard import free_space
from server.engine.held import Held
from server.engine.ports import free_port, is_free, is_listening
from server.engine.probe import Health, health
from server.engine.rungs import Engine, Rung
from server.engine.start_line import environment, start_line
from server.errors import EngineTrouble, ForeignDataFolder

# A large folder needs minutes to recover after a crash; a process that ended is noticed at once.
START_SECONDS = 300
# Less free disk than this, and an engine that starts may panic half-way through its recovery.
ROOM_TO_START = 32 * MEGABYTE
# SecantusDB in Rust says that it does not know the account, too, when it could not look just then.
REFUSED_SECONDS = 5

log = logging.getLogger(__name__)


class Managed:
    """The database of one data folder, while this process owns it.

    ``start``, ``restart`` and ``stop`` may be called from different threads.
    """

    def __init__(self, config: Config, rung: Rung) -> None:
        self.rung = rung
        self.folder = Folder(config.data)
        self.uri = ""
        self.port = 0
        self._database = config.db
        self._lock: Held | None = None
        self._child: Child | None = None
        self._turn = threading.Lock()
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Claim the folder and serve; ``uri`` is the address from then on.

        Raises DataFolderInUse, ForeignDataFolder, or another EngineTrouble that says what to do.
        """
        self.folder.prepare()
        self._lock = self.folder.claim()
        try:
            with self._turn:
                self._serve(self._admitted())
                self._announce()
        except BaseException:
            self.stop()
            raise

    def restart(self) -> None:
        """Kill what is left of the database and serve again, on the same port for the clients."""
        with self._turn:
            if self._stopping.is_set():
                return
            self._end(Child.kill)
            self._launch(self._look, closed=True)
            self._announce()

    def stop(self) -> None:
        """Stop cleanly, within seconds, and let go of the folder. A second call does nothing."""
        self._stopping.set()
        with self._turn:
            if self._lock is not None:
                self.folder.withdraw()
                self._end(self._stop)
                self._lock.close()

    def has_room(self) -> bool:
        return free_space(self.folder.files) >= ROOM_TO_START

    def ended(self, timeout: float) -> bool:
        """Whether the database process is gone; waits up to ``timeout`` seconds for that."""
        child = self._child
        return child is None or child.ended(timeout)

    # -- opening a folder ------------------------------------------------------------------------

    def _admitted(self) -> Record:
        """The folder's record, if it is new or belongs to this rung."""
        if self.folder.is_new():
            return Record(self.rung.engine, self.rung.version, free_port(), has_account=False)
        record = self.folder.record()
        if record is None:
            raise self._foreign("an unknown engine")
        # A mongod judges for itself which versions' files it opens; between betas nothing is sure.
        same = record.version == self.rung.version or not self.rung.beta
        if record.engine is not self.rung.engine or not same:
            raise self._foreign(f"{record.engine} {record.version}")
        return replace(record, version=self.rung.version, port=self._port(record))

    def _foreign(self, found: str) -> ForeignDataFolder:
        return ForeignDataFolder(folder=self.folder.root, found=found, wanted=self.rung)

    def _port(self, record: Record) -> int:
        if is_free(record.port):
            return record.port
        if record.engine is Engine.MONGOD:
            # Its replica set knows itself by its port.
            raise EngineTrouble(why=f"port {record.port} is taken by another program")
        return free_port()

    def _serve(self, record: Record) -> None:
        if record != self.folder.record():
            self.folder.write_record(record)
        if not record.has_account:
            self._open_once()
        self.port = record.port
        self.uri = managed_address(read_credentials(self.folder.credentials), self.port)
        self._launch(self._look, closed=True)
        if not record.has_account:
            # Not before it was let in: an account that did not outlive the stop is made anew.
            self.folder.write_record(replace(record, has_account=True))

    def _open_once(self) -> None:
        """The first start, to make the account: empty, open, on a random port, for a second.

        Not by MongoDB's localhost exception, since SecantusDB from PyPI has none. What a start that
        was cut off has left goes first: nobody was let in yet, and an engine that was killed while
        it made its files may never open them.
        """
        self.folder.empty()
        credentials = create_credentials(self.folder.credentials)
        if self.rung.engine is Engine.MONGOD:
            create_keyfile(self.folder.keyfile)
        self.port = free_port()
        self._launch(lambda: Health.WELL, closed=False)
        client: MongoClient[dict[str, Any]]
        with MongoClient(open_address(self.port)) as client:
            create_account(client, credentials)
        self._end(self._stop)

    # -- the process -----------------------------------------------------------------------------

    def _launch(self, look: Callable[[], Health], *, closed: bool) -> None:
        assert self._lock is not None
        if not self.has_room():
            raise EngineTrouble(why=f"the disk of {self.folder.root} is full; free some space")
        self._child = Child(
            start_line(self.rung, self.folder, self.port, closed=closed),
            environment=environment(),
            folder=self.folder.root,
            log=self.folder.log,
            lock=self._lock,
        )
        try:
            self._await(self._child, look)
        except BaseException:
            self._end(Child.kill)
            raise

    def _await(self, child: Child, look: Callable[[], Health]) -> None:
        began, refused = time.monotonic(), None
        while time.monotonic() - began < START_SECONDS and not self._stopping.is_set():
            if child.ended(timeout=0.05):
                raise EngineTrouble(why=f"{self.rung} stopped at once; see {self.folder.log}")
            found = look() if is_listening(self.port) else Health.FAILING
            if found is Health.WELL:
                return
            if found is not Health.REFUSED:
                refused = None
            elif time.monotonic() - (refused := refused or time.monotonic()) > REFUSED_SECONDS:
                why = f"{self.folder.credentials} does not fit the data beside it"
                raise EngineTrouble(why=why)
        raise EngineTrouble(why=f"{self.rung} did not get ready; see {self.folder.log}")

    def _look(self) -> Health:
        if self.rung.engine is Engine.MONGOD:
            initiate(self.uri, self.port)
        return health(self.uri, self._database)

    def _announce(self) -> None:
        assert self._child is not None
        try:
            self.folder.announce(Running(self.port, self._child.pid, owner=os.getpid()))
        except OSError as error:
            # On a full disk, records can still be read; only commands cannot join.
            log.warning("cannot write down where the database listens: %s", error)

    def _stop(self, child: Child) -> None:
        child.ask_to_stop()
        for _ in range(20):
            if child.ended(timeout=0.1):
                break
            # SecantusDB from PyPI sleeps two seconds over its farewell unless somebody knocks.
            is_listening(self.port)
        child.stop()

    def _end(self, how: Callable[[Child], None]) -> None:
        child, self._child = self._child, None
        if child is not None:
            how(child)
