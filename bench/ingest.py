"""How fast records come in: over HTTP, beside a bare prototype and the same documents by bare
pymongo, step by step.

    python -m bench.ingest --engine secantusdb

One engine, one installation as `serve` starts it, one run. README.md says how to read it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import click

from bench.installation import ENGINES, ROOT, Installation, Process, installed
from bench.load import HTTP, PROTOTYPE, PYMONGO, Outcome, Task
from bench.prototype import Prototype
from bench.steps import steps
from server.engine import open_database
from server.services import build_services

SENDERS = 8
PHOTOS = (0, 200)  # KB
LARGE_PHOTO = 10_000
WAYS = (HTTP, PROTOTYPE, PYMONGO)


@dataclass(frozen=True)
class Speed:
    """Submissions per second, percentiles of one submission's milliseconds, and milliseconds of
    processor time for each submission by who spent them."""

    per_second: float
    p50: float
    p95: float
    p99: float
    cpu: dict[str, float]


@click.command()
@click.option("--engine", default=ENGINES[0], show_default=True, type=click.Choice(ENGINES))
@click.option("--seconds", default=20.0, show_default=True, help="Of each round.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), help="Where the data folder is made.")
@click.option("--json", "as_json", is_flag=True)
def main(engine: str, seconds: float, rounds: int, folder: Path | None, as_json: bool) -> None:
    """Measure the intake."""
    with (
        tempfile.TemporaryDirectory(dir=folder) as parent,
        installed(Path(parent) / "data", engine) as installation,
    ):
        found = {
            "engine": engine,
            "speeds": _speeds(installation, seconds, rounds),
            "steps_ms": _steps(installation),
            "web_memory_mb": _memory(installation, seconds / 2),
        }
    click.echo(json.dumps(found) if as_json else _table(found))


def _speeds(installation: Installation, seconds: float, rounds: int) -> dict[str, Any]:
    """Medians over the rounds by photo and way; each round has all ways, so that a machine that is
    slow for a while is slow for all. Without photos first: thumbnails are made for a while after
    the phones were thanked, and must not slow another kind."""
    measured: dict[tuple[int, str], list[Speed]] = {
        (photo, way): [] for photo in PHOTOS for way in WAYS
    }
    with Prototype(installation) as prototype:
        for photo in PHOTOS:
            for _ in range(rounds):
                for way in WAYS:
                    measured[photo, way].append(
                        _speed(installation, way, photo, seconds, prototype)
                    )
    return {
        f"{photo} KB": {way: asdict(_median(measured[photo, way])) for way in WAYS}
        for photo in PHOTOS
    }


def _median(speeds: Sequence[Speed]) -> Speed:
    return Speed(
        per_second=median(each.per_second for each in speeds),
        p50=median(each.p50 for each in speeds),
        p95=median(each.p95 for each in speeds),
        p99=median(each.p99 for each in speeds),
        cpu={name: median(each.cpu[name] for each in speeds) for name in speeds[0].cpu},
    )


def _speed(
    installation: Installation,
    way: str,
    photo: int,
    seconds: float,
    prototype: Prototype | None = None,
) -> Speed:
    address = installation.address_for_phones()
    if way == PROTOTYPE and prototype is not None:
        address = address.replace(str(installation.port), str(prototype.port))
    task = Task(way, address, SENDERS, seconds, photo)
    with _follow_ups_paused(installation, way != HTTP):
        outcome, cpu = _work(installation, task)
    percent = quantiles(outcome.waits, n=100)
    number = len(outcome.waits)
    return Speed(
        per_second=number / outcome.seconds,
        p50=percent[49],
        p95=percent[94],
        p99=percent[98],
        cpu={name: spent / number * 1000 for name, spent in cpu.items()},
    )


@contextmanager
def _follow_ups_paused(installation: Installation, paused: bool) -> Iterator[None]:
    """Neither yardstick may share the machine with the thumbnails of the round before."""
    for each in installation.follow_ups() if paused else ():
        os.kill(each.pid, signal.SIGSTOP)
    yield
    for each in installation.follow_ups() if paused else ():
        os.kill(each.pid, signal.SIGCONT)


def _work(installation: Installation, task: Task) -> tuple[Outcome, dict[str, float]]:
    """The outcome, and the processor seconds that passed meanwhile."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.load", json.dumps(asdict(task))],
        cwd=ROOT,
        env=installation.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as load:
        assert load.stdin is not None
        assert load.stdout is not None
        if load.stdout.readline() != "ready\n":
            raise RuntimeError("the load did not get ready")
        before = _cpu(installation, load.pid)
        load.stdin.write("go\n")
        load.stdin.flush()
        outcome = Outcome(**json.loads(load.stdout.readline()))
        after = _cpu(installation, load.pid)
    return outcome, {name: after[name] - before[name] for name in after}


def _cpu(installation: Installation, load: int) -> dict[str, float]:
    spenders = {
        "web": installation.web(),
        "database": installation.database(),
        "follow-ups": installation.follow_ups(),
        "load": [Process(load, os.getpid(), "")],
    }
    return {name: sum(each.cpu() for each in processes) for name, processes in spenders.items()}


def _steps(installation: Installation) -> dict[str, dict[str, float]]:
    with open_database(installation.config) as uri:
        services = build_services(installation.config, uri)
        path = installation.address_for_phones().partition(str(installation.port))[2]
        return {
            f"{photo} KB": steps(services, f"{path}/submission", photo, number=200)
            for photo in PHOTOS
        }


def _memory(installation: Installation, seconds: float) -> list[int]:
    """Of each web process at its worst moment, under large photos."""
    _speed(installation, HTTP, LARGE_PHOTO, seconds)
    return [each.most_memory() // 1024**2 for each in installation.web()]


def _table(found: dict[str, Any]) -> str:
    lines = [f"{found['engine']}, {SENDERS} senders", ""]
    lines.append(
        "photo    way         per s     p50     p95     p99 ms   CPU ms for each submission"
    )
    for photo, ways in found["speeds"].items():
        for way, speed in ways.items():
            numbers = "".join(f"{speed[name]:8.1f}" for name in ("per_second", "p50", "p95", "p99"))
            cpu = ", ".join(f"{who} {spent:.2f}" for who, spent in speed["cpu"].items())
            lines.append(f"{photo:8} {way:9} {numbers}      {cpu}")
        for yardstick in (PROTOTYPE, PYMONGO):
            ratio = ways[HTTP]["per_second"] / ways[yardstick]["per_second"]
            lines.append(f"{photo:8} HTTP does {ratio:.0%} of {yardstick}")
    photos = list(found["steps_ms"])
    lines += ["", "CPU ms of each step".ljust(26) + "".join(f"{each:>9}" for each in photos)]
    for step in found["steps_ms"][photos[0]]:
        spent = "".join(f"{found['steps_ms'][each][step]:9.3f}" for each in photos)
        lines.append(f"{step:26}{spent}")
    memory = ", ".join(f"{each} MB" for each in found["web_memory_mb"])
    lines += ["", f"web processes at most, {SENDERS} senders of {LARGE_PHOTO // 1000} MB: {memory}"]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
