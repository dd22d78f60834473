"""Getting the database programs, on machines and networks as they are."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from server.config import Config
from server.engine import Progress, choose, install_rust, own_database
from server.engine.install import install_pypi
from server.engine.programs import PYPI_LOCK, RUST_VERSION, pypi_program, rust_program
from server.engine.rungs import Engine
from server.errors import EngineTrouble
from tests.engine.conftest import REPOSITORY, until

INSTALLER = """
import sys
from pathlib import Path
from server.config import Config
from server.engine.install import install_pypi
install_pypi(Config(data=Path(sys.argv[1]) / "data", engine_home=Path(sys.argv[1])))
"""


@pytest.mark.slow
def test_an_install_that_was_killed_is_done_again(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "data", engine="secantusdb", engine_home=tmp_path)
    program = pypi_program(tmp_path)
    half_done = subprocess.Popen(
        [sys.executable, "-c", INSTALLER, str(tmp_path)], cwd=REPOSITORY, start_new_session=True
    )
    until(program.executable.exists)
    os.killpg(half_done.pid, signal.SIGKILL)
    half_done.wait()
    assert not program.is_installed()
    left_over = program.home / "left over"
    left_over.touch()

    told: list[Progress] = []
    with own_database(config, told.append):
        assert program.is_installed()
    assert not left_over.exists()
    assert len(told) == 1

    install_pypi(config, told.append)  # nothing more to do
    assert len(told) == 1


def test_the_lock_file_names_no_registry_and_a_hash_for_everything() -> None:
    lines = PYPI_LOCK.read_text().splitlines()
    packages = [line for line in lines if "==" in line and not line.startswith("#")]
    assert any(line.startswith("secantusdb==") for line in packages)
    assert all(line.endswith("\\") for line in packages)
    assert not any("://" in line for line in lines)


def test_an_operator_without_cargo_is_told_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineTrouble, match="cargo"):
        install_rust(Config(data=tmp_path / "data", engine_home=tmp_path), print)


@pytest.fixture
def cargo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cargo whose compiling is over at once; what it puts in place is the real server, if any."""
    path = tmp_path / "path"
    path.mkdir()
    cargo = path / "cargo"
    cargo.write_text('#!/bin/sh\necho "   Compiling one v1"\necho "error: no linker"\nexit 101\n')
    cargo.chmod(0o755)
    monkeypatch.setenv("PATH", str(path), prepend=os.pathsep)
    return cargo


def test_an_operator_sees_why_a_build_failed(cargo: Path, tmp_path: Path) -> None:
    config = Config(data=tmp_path / "data", engine_home=tmp_path / "engine")
    with pytest.raises(EngineTrouble, match="no linker"):
        install_rust(config, lambda _: None)
    assert not rust_program(config.engine_home).is_installed()


@pytest.mark.rust_engine
def test_an_operator_builds_the_rust_server_and_gets_it_from_then_on(
    cargo: Path, tmp_path: Path, engine_home: Path
) -> None:
    built = rust_program(engine_home)
    server = str(built.executable) if built.is_installed() else shutil.which("secantusd-rs")
    if server is None:
        pytest.skip("secantusd-rs is not on this machine")
    cargo.write_text(
        "#!/bin/sh\n"
        'while [ "$1" != --root ]; do shift; done\n'
        'for crate in one two three; do echo "   Compiling $crate v1"; done\n'
        f'mkdir -p "$2/bin" && cp {server} "$2/bin/secantusd-rs"\n'
    )
    config = Config(data=tmp_path / "data", engine_home=tmp_path / "engine")
    told: list[Progress] = []
    program = install_rust(config, told.append)
    assert [step.what for step in told][:3] == [
        f"Compiling {n} v1" for n in ("one", "two", "three")
    ]
    assert [step.done for step in told][:3] == [1, 2, 3]
    rung = choose(config)
    assert (rung.engine, rung.version, rung.command) == (Engine.RUST, RUST_VERSION, (str(program),))
    assert not list(config.engine_home.glob("tmp*"))
