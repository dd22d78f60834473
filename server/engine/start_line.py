"""The command lines that start the engines. No secret is ever on one: other users can read them.

The beta engines' lines were measured with these flags (``docs/decisions/0002-database-ladder.md``).
The ``mongod`` line follows MongoDB's manual and has not been run where this was written.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from server.engine.folder import Folder
from server.engine.rungs import Engine, Rung

CHECKPOINT_SECONDS = "15"
# All that an engine gets from our environment. Not ours to hand on: passwords and keys. Not theirs
# to find: SECANTUS_* switches, some of which turn durability off.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")


def start_line(rung: Rung, folder: Folder, port: int, *, closed: bool) -> list[str]:
    """How to start the engine on the folder; ``closed`` is the rule, and asks for the password."""
    if rung.engine is Engine.MONGOD:
        return [*rung.command, *_mongod(folder, port, closed=closed)]
    checkpoint = ["--checkpoint-seconds", CHECKPOINT_SECONDS] if rung.engine is Engine.RUST else []
    return [*rung.command, *_secantus(folder, port, closed=closed), *checkpoint]


def environment() -> Mapping[str, str]:
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**passed_on, "SECANTUS_CHECKPOINT_SECONDS": CHECKPOINT_SECONDS}


def _secantus(folder: Folder, port: int, *, closed: bool) -> list[str]:
    line = [
        # A settings file of our own, though empty: otherwise it looks for one in other places.
        *("--config", str(folder.settings)),
        *("--host", "127.0.0.1"),
        *("--port", str(port)),
        *("--storage-path", str(folder.files)),
        # Without it, acknowledged writes are lost in a crash, whatever the write concern.
        "--sync-on-commit",
        *("--cache-size", "512M"),
        *("--oplog-max-entries", "1000"),
        *("--oplog-retention-seconds", "60"),
        *("--log-level", "WARNING"),
    ]
    return [*line, "--auth"] if closed else line


def _mongod(folder: Folder, port: int, *, closed: bool) -> list[str]:
    line = [
        *("--dbpath", str(folder.files)),
        *("--bind_ip", "127.0.0.1"),
        *("--port", str(port)),
        "--nounixsocket",
        *("--wiredTigerCacheSizeGB", "0.5"),
    ]
    return [*line, "--replSet", "caunoi", "--keyFile", str(folder.keyfile)] if closed else line
