"""The ladder: which database serves this installation."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from server.config import Config
from server.engine.folder import Folder
from server.engine.programs import (
    PYPI_VERSION,
    RUST_PROGRAM,
    RUST_VERSION,
    pypi_program,
    rust_program,
)
from server.engine.rungs import Engine, Rung
from server.errors import EngineTrouble

HOW_TO_GET = {
    Engine.MONGOD: "mongod, which is not on the PATH: install MongoDB",
    Engine.RUST: f"{RUST_PROGRAM} {RUST_VERSION}, which is not here: caunoi engine install",
}


def choose(config: Config) -> Rung:
    """The operator's server or engine if one is named; else the engine that the data folder
    belongs to already; else the best that this machine has.

    A better engine that turns up later does not take over: data moves by ``move-database`` alone.
    """
    if config.mongo_uri:
        return Rung(Engine.URI)
    if config.engine != "auto":
        return _demand(Engine(config.engine), config)
    record = Folder(config.data).record()
    return (record and _find(record.engine, config)) or best(config)


def best(config: Config) -> Rung:
    """The highest rung this machine can offer without a URI."""
    return _mongod() or _rust(config.engine_home) or _pypi(config.engine_home)


def _find(engine: Engine, config: Config) -> Rung | None:
    finders: dict[Engine, Callable[[], Rung | None]] = {
        Engine.MONGOD: _mongod,
        Engine.RUST: lambda: _rust(config.engine_home),
        Engine.PYPI: lambda: _pypi(config.engine_home),
    }
    return finders[engine]()


def _demand(engine: Engine, config: Config) -> Rung:
    rung = _find(engine, config)
    if rung is None:
        raise EngineTrouble(why=f"CAUNOI_ENGINE asks for {HOW_TO_GET[engine]}")
    return rung


def _mongod() -> Rung | None:
    path = shutil.which("mongod")
    version = path and _version(path, r"db version v(\S+)")
    return Rung(Engine.MONGOD, version, (path,)) if path and version else None


def _rust(engine_home: Path) -> Rung | None:
    """Ours, else one on the PATH; never another beta than the one that was tried."""
    ours = rust_program(engine_home)
    if ours.is_installed():
        return Rung(Engine.RUST, RUST_VERSION, (str(ours.executable),))
    path = shutil.which(RUST_PROGRAM)
    if path and _version(path, rf"{RUST_PROGRAM} (\S+)") == RUST_VERSION:
        return Rung(Engine.RUST, RUST_VERSION, (path,))
    return None


def _pypi(engine_home: Path) -> Rung:
    """Always to be had: ``server.engine.install`` fetches it on first use."""
    python = pypi_program(engine_home).executable
    return Rung(Engine.PYPI, PYPI_VERSION, (str(python), "-I", "-m", "secantus"))


def _version(path: str, pattern: str) -> str | None:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(pattern, said.stdout)
    return found and found[1]
