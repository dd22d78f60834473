"""Where the database programs that we install are kept, and whether an install was finished."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from server.engine.private import write_private

RUST_PROGRAM = "secantusd-rs"
RUST_VERSION = "0.5.3-beta.196"
PYPI_VERSION = "0.7.0b3"
PYPI_LOCK = Path(__file__).with_name("secantusdb.lock")


@dataclass(frozen=True, slots=True)
class Program:
    """One installed program in a folder of its own. The stamp is written last, so that an install
    which was killed half-way is not taken for a program."""

    home: Path
    executable: Path
    stamp: str

    def is_installed(self) -> bool:
        try:
            finished = (self.home / "installed").read_text() == self.stamp
        except OSError:
            return False
        # A venv whose Python was removed by an upgrade of the system is no program either.
        return finished and self.executable.exists()

    def mark_installed(self) -> None:
        write_private(self.home / "installed", self.stamp)


def rust_program(engine_home: Path) -> Program:
    """The Rust server as ``caunoi engine install`` builds it."""
    home = engine_home / f"{RUST_PROGRAM}-{RUST_VERSION}"
    return Program(home=home, executable=home / "bin" / RUST_PROGRAM, stamp=RUST_VERSION)


def pypi_program(engine_home: Path) -> Program:
    """The Python of the venv that holds SecantusDB; it changes when the lock file does."""
    home = engine_home / f"secantusdb-{PYPI_VERSION}"
    lock = hashlib.sha256(PYPI_LOCK.read_bytes()).hexdigest()
    return Program(home=home, executable=home / "bin" / "python", stamp=lock)
