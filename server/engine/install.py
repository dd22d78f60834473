"""Getting the database programs that the system does not bring: from PyPI, or built by cargo."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from server.config import Config
from server.engine.managed import Managed
from server.engine.private import private_folder
from server.engine.programs import (
    PYPI_LOCK,
    PYPI_VERSION,
    RUST_PROGRAM,
    RUST_VERSION,
    Program,
    pypi_program,
    rust_program,
)
from server.engine.rungs import Engine, Rung
from server.errors import EngineTrouble

# Packages that cargo compiled when this version was built last; for the progress bar.
RUST_PACKAGES = 211


@dataclass(frozen=True, slots=True)
class Progress:
    """A line for a person, and how far it is (of 0: nobody knows)."""

    what: str
    done: int = 0
    of: int = 0


Report = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """For callers who show nothing."""


def ensure_installed(rung: Rung, config: Config, report: Report = silent) -> None:
    """Fetch the rung's program if it is one that we fetch unasked, and is not there yet."""
    if rung.engine is Engine.PYPI:
        install_pypi(config, report)


def install_pypi(config: Config, report: Report = silent) -> None:
    """SecantusDB into a venv of its own, exactly the files that the lock file names."""
    program = pypi_program(config.engine_home)
    with _installing(program) as (needed, _):
        if not needed:
            return
        report(Progress(f"Installing the embedded database, SecantusDB {PYPI_VERSION} (once)"))
        venv.create(program.home, with_pip=False, symlinks=True)
        said = subprocess.run(_installer(program.executable), capture_output=True, text=True)
        if said.returncode != 0:
            raise EngineTrouble(why=f"SecantusDB cannot be installed: {_end(said.stderr)}")
        program.mark_installed()


def install_rust(config: Config, report: Report = silent) -> Path:
    """The Rust server, built here by cargo (minutes) and tried out; answers its path."""
    program = rust_program(config.engine_home)
    with _installing(program) as (needed, lock):
        if needed:
            _build(program, config.engine_home / "build", lock, report)
            report(Progress("Trying it out", RUST_PACKAGES, RUST_PACKAGES))
            _try_out(Rung(Engine.RUST, RUST_VERSION, (str(program.executable),)), config)
            program.mark_installed()
            shutil.rmtree(config.engine_home / "build", ignore_errors=True)
    return program.executable


@contextmanager
def _installing(program: Program) -> Iterator[tuple[bool, int]]:
    """Whether there is anything to do, with what a killed install left behind cleared away, and
    the lock that lets one install at a time in."""
    private_folder(program.home.parent)
    door = program.home.with_name(f"{program.home.name}.lock")
    lock = os.open(door, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        needed = not program.is_installed()
        if needed and program.home.exists():
            shutil.rmtree(program.home)
        yield needed, lock
    finally:
        os.close(lock)


def _installer(python: Path) -> list[str]:
    """uv where our own Python has it, since it is ten times faster; else pip."""
    uv = Path(sys.executable).with_name("uv")
    wanted = ["--require-hashes", "--only-binary", ":all:", "-r", str(PYPI_LOCK)]
    if uv.exists():
        return [str(uv), "pip", "install", "--quiet", "--python", str(python), *wanted]
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    return [*pip, "install", "--quiet", "--disable-pip-version-check", *wanted]


def _build(program: Program, scratch: Path, lock: int, report: Report) -> None:
    cargo = shutil.which("cargo")
    if cargo is None:
        raise EngineTrouble(why="building the Rust server needs cargo; install Rust first")
    # An older compiler than the package claims to need does; the scratch folder lets a build that
    # was interrupted go on where it stopped.
    line = [cargo, "install", "secantus-mdb", "--version", RUST_VERSION, "--ignore-rust-version"]
    line += ["--root", str(program.home), "--target-dir", str(scratch)]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, pass_fds=(lock,)
    ) as build:
        try:
            assert build.stdout is not None
            last = _follow(build.stdout, report)
        except BaseException:
            build.terminate()
            raise
    if build.returncode != 0 or not program.executable.exists():
        raise EngineTrouble(why=f"cargo could not build {RUST_PROGRAM}: {last}")


def _follow(output: Iterator[str], report: Report) -> str:
    """Report each package that is compiled; answers the last lines, for the case of an error."""
    done, last = 0, deque[str](maxlen=12)
    for line in output:
        last.append(line.strip())
        if last[-1].startswith("Compiling "):
            done += 1
            report(Progress(last[-1], min(done, RUST_PACKAGES), RUST_PACKAGES))
    return "\n".join(last)


def _try_out(rung: Rung, config: Config) -> None:
    """Start it on an empty folder, write, read (what ``start`` waits for) and stop."""
    with tempfile.TemporaryDirectory(dir=config.engine_home) as folder:
        trial = Managed(replace(config, data=Path(folder)), rung)
        trial.start()
        trial.stop()


def _end(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-12:])
