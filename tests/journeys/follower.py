"""A process of its own that works off what is due in a test's database, at the test's time.

It says "ready", and begins when it is told to on its standard input. One that ``dies`` is killed
between the first entity that it writes and the mark at the entity's list.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from server.config import Config
from server.processing.follow_ups.run import run_due
from server.services import build_services
from tests.logs import told_in
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]


class Follower:
    def __init__(self, world: World, mongo_uri: str, *, dies: bool = False) -> None:
        config = world.house.config
        told = (mongo_uri, config.db, str(config.data), world.clock().isoformat(), str(dies))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.follower", *told],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait(self) -> None:
        """Until it could begin at once."""
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def go(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def end(self) -> int:
        """How it ended."""
        _, written = self._process.communicate()
        assert told_in(written) == []
        return self._process.returncode


def _killed(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _main(uri: str, db: str, data: str, at: str, dies: str) -> None:
    moment = datetime.fromisoformat(at)
    house = build_services(Config(data=Path(data), mongo_uri=uri, db=db), uri, lambda: moment)
    if dies == str(True):
        house.stores.entity_lists.touch = _killed  # type: ignore[method-assign]
    print("ready", flush=True)
    sys.stdin.readline()
    while run_due(house.stores, house.shelf, moment):
        pass


if __name__ == "__main__":
    _main(*sys.argv[1:])
