"""Watches a database of ours and restarts it when it has died, or should have."""

from __future__ import annotations

import logging
import threading

from server.engine.managed import Managed
from server.engine.probe import Health, Probe

LOOK_EVERY_SECONDS = 10.0
FAILURES_ALLOWED = 3
LONGEST_PAUSE_SECONDS = 60.0

log = logging.getLogger(__name__)


class Supervisor:
    """A thread that looks every few seconds, and at once when the process ends."""

    def __init__(self, managed: Managed, database: str) -> None:
        self._managed = managed
        self._probe = Probe(managed.uri, database)
        self._failures = 0
        self._restarts_in_a_row = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="database-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the watch and the database with it, so that nobody restarts it."""
        self._stopping.set()
        self._probe.close()
        self._managed.stop()
        if self._thread.is_alive():
            self._thread.join()

    def check(self) -> None:
        """One look; restarts the database if it is gone, broken, or failed three times running."""
        if self._managed.ended(timeout=0):
            self._restart("it stopped by itself")
            return
        found = self._probe.look()
        if found is Health.WELL:
            self._failures = self._restarts_in_a_row = 0
            return
        self._failures += 1
        if found is Health.BROKEN:
            self._restart("it reports an internal error")
        elif found is Health.REFUSED:
            # It let us in when it started: SecantusDB in Rust does this after a full disk.
            self._restart("it no longer knows its account")
        elif self._failures >= FAILURES_ALLOWED:
            self._restart(f"it failed {self._failures} times in a row")

    def _watch(self) -> None:
        while not self._stopping.is_set():
            self._managed.ended(timeout=LOOK_EVERY_SECONDS)
            try:
                if not self._stopping.is_set():
                    self.check()
            except Exception as error:
                # Whatever it was, the watch goes on; without it the database would stay down.
                log.error("while watching the database: %s", error)
                self._stopping.wait(1)

    def _restart(self, why: str) -> None:
        pause = self.pause()
        log.warning("restarting the database in %.1f s: %s", pause, why)
        if self._stopping.wait(pause):
            return
        if not self._managed.has_room():
            log.error("the disk is full; the database stays down until there is space")
            while not self._managed.has_room():
                if self._stopping.wait(1):
                    return
        self._failures = 0
        self._restarts_in_a_row += 1
        self._managed.restart()

    def pause(self) -> float:
        """None before the first restart; then longer and longer until a look finds it well."""
        if self._restarts_in_a_row == 0:
            return 0.0
        return min(0.5 * 2.0**self._restarts_in_a_row, LONGEST_PAUSE_SECONDS)
