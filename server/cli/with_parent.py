"""Becomes another program, which ends when the process that started it does, -9 included (Linux).

Arguments: PARENT COMMAND…

It stands between ``Popen`` and the program, in place of ``preexec_fn``: what runs there runs in a
copy of a process with threads, where any lock may be held for ever. It imports nothing of ours and
is started without ``site``, in a blink.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: str, *command: str) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):  # it ended before we had asked
        sys.exit(1)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
