"""A whole installation on a folder of its own: `serve` as an operator runs it, seen from
outside."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.config import Config, read_config
from server.services import PROJECT

ROOT = Path(__file__).resolve().parents[1]
ENGINES = ("secantusdb", "secantusd-rs")
START_SECONDS = 120
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    """A process of an installation. A pid may be used again: look it up anew each time."""

    pid: int
    parent: int
    command: str

    def cpu(self) -> float:
        """Seconds of processor time so far, 0 when it has ended."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def most_memory(self) -> int:
        """Resident bytes at the worst moment so far."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        (line,) = (each for each in status.splitlines() if each.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024

    def forget_most_memory(self) -> None:
        """From now on the worst moment is counted anew."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")


def settings_of(data: Path | str, engine: str) -> dict[str, str]:
    """An installation's own settings: its folder, its engine, and where engines lie."""
    home = os.environ.get("CAUNOI_ENGINE_HOME") or str(ROOT / ".cache" / "engine")
    return {"CAUNOI_DATA": str(data), "CAUNOI_ENGINE": engine, "CAUNOI_ENGINE_HOME": home}


class Installation:
    """`python -m server.cli serve` on ``data``, and the other commands beside it."""

    def __init__(self, data: Path, engine: str, settings: Mapping[str, str] | None = None) -> None:
        self.data, self.engine = data, engine
        self.port = free_port()
        ours = {**settings_of(data, engine), "CAUNOI_PORT": str(self.port)}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CAUNOI_")}
        self.environment = {**kept, **ours, **(settings or {})}
        self.log = data.with_name(f"{data.name}.log")
        self._serve: subprocess.Popen[bytes] | None = None
        self._token = ""

    @property
    def config(self) -> Config:
        return read_config(self.environment, ROOT)

    @property
    def pid(self) -> int:
        assert self._serve is not None
        return self._serve.pid

    def start(self) -> None:
        """Returns when a phone would be served."""
        with self.log.open("ab") as log:
            self._serve = subprocess.Popen(
                [sys.executable, "-m", "server.cli", "serve"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        limit = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self._serve.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"serve did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.1)

    def is_ready(self) -> bool:
        try:
            return self.get("/-/ready") == 200
        except (OSError, http.client.HTTPException):
            return False

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Returns when `serve` itself is gone."""
        if self._serve is not None:
            self._serve.send_signal(how)
            self._serve.wait(60)
            self._serve = None

    def command(self, *arguments: str) -> Any:
        """What a command of `caunoi` answers to a program."""
        said = subprocess.run(
            [sys.executable, "-m", "server.cli", *arguments, "--json"],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if said.returncode:
            raise RuntimeError(said.stderr)
        return json.loads(said.stdout)

    def address_for_phones(self) -> str:
        """The project's address in the QR code of a phone, which is connected on first use."""
        if not self._token:
            self._token = self.command("token", "create", "Bench")["token"]
        return f"http://127.0.0.1:{self.port}/v1/key/{self._token}/projects/{PROJECT}"

    def processes(self) -> list[Process]:
        """`serve` and all that descends from it."""
        found = {each.pid: each for each in running()}
        return [each for each in found.values() if self.pid in _line_of(each, found)]

    def web(self) -> list[Process]:
        """gunicorn's workers, without their master."""
        gunicorn = self._running("gunicorn")
        pids = {each.pid for each in gunicorn}
        return [each for each in gunicorn if each.parent in pids]

    def web_master(self) -> list[Process]:
        return [each for each in self._running("gunicorn") if each.parent == self.pid]

    def follow_ups(self) -> list[Process]:
        return self._running("server.worker")

    def database(self) -> list[Process]:
        """The engine itself, not its keeper."""
        files = str(self.data / "db" / "files")
        return [each for each in self._running(files) if "keeper.py" not in each.command]

    def _running(self, command: str) -> list[Process]:
        return [each for each in self.processes() if command in each.command]


@contextmanager
def installed(
    data: Path, engine: str, settings: Mapping[str, str] | None = None
) -> Iterator[Installation]:
    """An installation that serves, ended in the end."""
    installation = Installation(data, engine, settings)
    try:
        installation.start()
        yield installation
    finally:
        installation.end()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def running() -> Iterator[Process]:
    """Every process of this machine that one may look at."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            yield Process(int(folder.name), parent, " ".join(words).strip())


def _line_of(process: Process, found: Mapping[int, Process]) -> set[int]:
    """Its pid and those of all its forebears."""
    line: set[int] = set()
    at: Process | None = process
    while at is not None and at.pid not in line:
        line.add(at.pid)
        at = found.get(at.parent)
    return line
