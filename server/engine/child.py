"""One running database process, seen from its owner: the other end of ``keeper``."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from server.engine.held import Held
from server.errors import EngineTrouble

KEEPER = Path(__file__).with_name("keeper.py")
LOG_BYTES = 5 * 1024 * 1024
# How long a database may take over a clean stop; then it is killed, which the engines survive.
GRACE_SECONDS = 15


class Child:
    """A database process; it ends when this object's owner does, at the latest."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        log: Path,
        lock: Held,
    ) -> None:
        listens, speaks = os.pipe()
        self._line = Held(speaks)
        keeper = [sys.executable, "-I", "-S", str(KEEPER), str(log), str(LOG_BYTES)]
        try:
            self._keeper = subprocess.Popen(
                [*keeper, str(GRACE_SECONDS), str(lock.fileno()), *command],
                stdin=listens,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd=folder,
                env=dict(environment),
                pass_fds=(lock.fileno(),),
                # Ctrl-C in the terminal is for the owner, who finishes its work and then stops us.
                start_new_session=True,
            )
        except OSError as error:
            self._line.close()
            raise EngineTrouble(why=f"no process can be started: {error}") from error
        finally:
            os.close(listens)
        assert self._keeper.stdout is not None
        self._output = self._keeper.stdout
        first_line = self._output.readline()
        if not first_line:
            self.stop()
            raise EngineTrouble(why=f"{command[0]} cannot be run; see {log}")
        self.pid = int(first_line)

    def ended(self, timeout: float = 0) -> bool:
        """Whether the process is gone; waits up to ``timeout`` seconds for that, at no cost."""
        farewell = select.poll()
        farewell.register(self._output, select.POLLIN | select.POLLHUP)
        if not farewell.poll(timeout * 1000):
            return False
        self._wait()
        return True

    def kill(self) -> None:
        """End it at once, as ``kill -9`` does; through the keeper, for a pid may be used again."""
        with contextlib.suppress(BrokenPipeError, ValueError):
            os.write(self._line.fileno(), b"k")
        self._wait()

    def ask_to_stop(self) -> None:
        """Have it end cleanly, and killed if that takes longer than the grace; does not wait."""
        self._line.close()

    def stop(self) -> None:
        """End it cleanly; from here on there is no process any more."""
        self.ask_to_stop()
        self._wait()

    def _wait(self) -> None:
        try:
            self._keeper.wait(GRACE_SECONDS + 5)
        except subprocess.TimeoutExpired:
            os.killpg(self._keeper.pid, signal.SIGKILL)
            self._keeper.wait()
        self._line.close()
