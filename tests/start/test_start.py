"""A newcomer's first minutes: starting, again, after being interrupted, and twice at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import caunoi

# A start whose only step notes that it ran; `how` is what happens in the middle of it.
STARTER = """
import os, signal, sys, time
from pathlib import Path
import caunoi

root, how = Path(sys.argv[1]), sys.argv[2]
caunoi.ROOT = root

def make():
    with (root / "ran").open("a") as log:
        log.write("x")
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.5)

step = caunoi.Step("Working", root / "stamp", "made of this", make)
caunoi.steps_for = lambda command: [step]
caunoi.prepare("serve")
"""

# A server's process with a thread beside the one that starts children.
PARENT = """
from threading import Event, Thread
from server.cli.serve import _child

Thread(target=Event().wait, daemon=True).start()
_child("-c", "import time; print('here', flush=True); time.sleep(20); print('left behind')").wait()
"""


def start(root: Path, how: str = "to the end") -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", STARTER, str(root), how], cwd=caunoi.ROOT)


def times_run(root: Path) -> int:
    return len((root / "ran").read_text())


def test_a_second_start_finds_everything_done(tmp_path: Path) -> None:
    assert start(tmp_path).wait() == 0
    assert start(tmp_path).wait() == 0
    assert times_run(tmp_path) == 1


def test_a_start_that_was_killed_half_way_is_done_again(tmp_path: Path) -> None:
    assert start(tmp_path, "killed").wait() != 0
    assert start(tmp_path).wait() == 0
    assert times_run(tmp_path) == 2


def test_of_two_starts_at_once_one_waits_and_finds_the_work_done(tmp_path: Path) -> None:
    starts = [start(tmp_path), start(tmp_path)]
    assert [each.wait() for each in starts] == [0, 0]
    assert times_run(tmp_path) == 1


def test_this_very_installation_is_prepared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    caunoi.prepare("test")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a stamped installation ran a tool")

    monkeypatch.setattr(caunoi, "run", refuse)
    caunoi.prepare("test")


def test_a_step_that_fails_for_want_of_a_network_says_so() -> None:
    with pytest.raises(caunoi.StartFailed, match="no network"):
        caunoi.run([sys.executable, "-c", "import sys; sys.exit('getaddrinfo EAI_AGAIN')"])


def test_a_changed_source_makes_its_step_run_again(tmp_path: Path) -> None:
    source = caunoi.ROOT / "web" / "package.json"
    before = caunoi.fingerprint_of([source], "made with this")
    assert caunoi.fingerprint_of([source], "made with that") != before
    step = caunoi.Step("Working", tmp_path / "stamp", before, lambda: None)
    caunoi.write_stamp(step.stamp, "something older")
    assert not step.is_done()


def test_someone_with_an_old_python_is_told_which_one_is_needed() -> None:
    # The file must at least be readable for the oldest Python 3 that is still met in the field.
    import ast

    ast.parse(Path(caunoi.__file__).read_text("utf-8"), feature_version=(3, 7))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is only asked to end")
def test_a_process_of_ours_ends_with_the_one_that_started_it_even_when_that_is_killed() -> None:
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, cwd=caunoi.ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "here\n"
        os.kill(parent.pid, signal.SIGKILL)
        assert parent.stdout.read() == ""
