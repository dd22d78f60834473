"""Starting and ending `serve`."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from bench.installation import ROOT, Installation, Process, running

ENDING_SECONDS = 60


def left_of(processes: list[Process]) -> list[Process]:
    """What still runs of ``processes`` after a fair time."""
    limit = time.monotonic() + ENDING_SECONDS
    # Not by parent: who loses it gets another.
    known = {(each.pid, each.command) for each in processes}
    while left := [each for each in running() if (each.pid, each.command) in known]:
        if time.monotonic() > limit:
            return left
        time.sleep(0.1)
    return []


@pytest.mark.slow
def test_it_is_started_twice_killed_started_again_at_once_and_ended(
    installation: Installation,
) -> None:
    """What an operator does to it in turn; nothing is left running when it ends, either way."""
    _assert_a_second_is_told_so(installation)
    # The first one did not even notice.
    assert installation.is_ready()

    installation.end(signal.SIGKILL)
    installation.start()
    assert installation.is_ready()

    _assert_nothing_is_left(installation, signal.SIGTERM)
    installation.start()
    _assert_nothing_is_left(installation, signal.SIGKILL)


def _assert_a_second_is_told_so(installation: Installation) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "server.cli", "serve"],
        cwd=ROOT,
        env=installation.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert second.returncode == 1
    assert "in use by another server" in second.stderr
    assert str(installation.pid) in second.stderr
    assert "Traceback" not in second.stderr


def _assert_nothing_is_left(installation: Installation, how: signal.Signals) -> None:
    processes = installation.processes()
    kinds = ("serve", "gunicorn", "server.worker", "keeper.py", str(installation.data / "db"))
    assert all(any(kind in each.command for each in processes) for kind in kinds)
    installation.end(how)
    assert left_of(processes) == []
