"""Keeps one database process: a small program of its own, started by ``server.engine.child``.

Arguments: LOG LOG_BYTES GRACE_SECONDS LOCK_DESCRIPTOR COMMAND…

Standard output: one line, the process id of the database. Standard input: the letter ``k`` kills
the database at once; end of file, which is also what a dead owner leaves behind, stops it cleanly.

Why a process in between:
* Linux ties PR_SET_PDEATHSIG to the thread that forked. An owner has many threads and they end;
  the keeper has one. Killed with -9, it takes the database along.
* The owner's end closes the pipe whatever way it went, -9 included and on every Unix, and the
  database still gets a clean stop.
* What the database prints goes through here into a log that cannot fill the disk.

It imports nothing of ours and skips ``site``, so that it starts in a blink.
"""

from __future__ import annotations

import ctypes
import logging
import os
import selectors
import signal
import subprocess
import sys
from logging.handlers import RotatingFileHandler

PR_SET_PDEATHSIG = 1
CANNOT_RUN = 127


class Log:
    """What the database says, in at most three files of ``limit`` bytes."""

    def __init__(self, path: str, limit: int) -> None:
        # On a full disk a line is lost, never the database: opening late and raiseExceptions off.
        logging.raiseExceptions = False
        self._file = RotatingFileHandler(path, maxBytes=limit, backupCount=2, delay=True)
        self._file.terminator = ""

    def write(self, output: bytes) -> None:
        self._file.handle(logging.makeLogRecord({"msg": output.decode("utf-8", "replace")}))


def main(log_path: str, log_bytes: str, grace: str, lock: str, *command: str) -> int:
    os.umask(0o077)
    log = Log(log_path, int(log_bytes))
    try:
        database = _start(command, int(lock))
    except (OSError, subprocess.SubprocessError) as error:
        log.write(f"{error}\n".encode())
        return CANNOT_RUN
    print(database.pid, flush=True)
    return _keep(database, log, int(grace))


def _start(command: tuple[str, ...], lock: int) -> subprocess.Popen[bytes]:
    """The database inherits the lock on the data folder: it is free when the last of us is gone."""
    keeper = os.getpid()
    libc = ctypes.CDLL(None)

    def die_with_the_keeper() -> None:
        if sys.platform == "linux":
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != keeper:
            os._exit(CANNOT_RUN)

    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
        pass_fds=(lock,),
        preexec_fn=die_with_the_keeper,  # noqa: PLW1509 - there is one thread here
    )


def _keep(database: subprocess.Popen[bytes], log: Log, grace: int) -> int:
    def stop(*_: object) -> None:
        database.terminate()
        signal.alarm(grace)

    for asked in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(asked, stop)
    signal.signal(signal.SIGALRM, lambda *_: database.kill())

    output = database.stdout
    assert output is not None
    watch = selectors.DefaultSelector()
    watch.register(sys.stdin.fileno(), selectors.EVENT_READ)
    watch.register(output, selectors.EVENT_READ)
    talking = True
    while talking or database.poll() is None:
        for key, _ in watch.select(timeout=None if talking else 0.05):
            said = os.read(key.fd, 65536)
            if not said:
                watch.unregister(key.fileobj)
            if key.fileobj is output:
                log.write(said)
                talking = bool(said)
            elif said:
                database.kill()
            else:
                stop()
    signal.alarm(0)
    return database.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
