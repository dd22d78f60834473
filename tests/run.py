"""Everything that must hold before a change lands, in the order in which it is cheapest to fail.

`python3 caunoi.py test [arguments for pytest]`. All checks run even when one fails, so that a
developer sees the whole list at once; the exit code is the worst of them.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent

CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", "--quiet", "."),
    ("ruff", "format", "--check", "--quiet", "."),
    ("mypy", "--strict", "server", "exports"),
    ("lint-imports", "--no-logo"),
)


def main(arguments: list[str]) -> int:
    tests = (sys.executable, "-m", "pytest", *arguments)
    with compiled_by(*tests, "--collect-only", "-n0"):
        codes = [check(*command) for command in CHECKS]
    # Last, so that its summary closes the output.
    codes.append(run(*tests))
    return max(codes)


@contextmanager
def compiled_by(*command: str) -> Iterator[None]:
    """Meanwhile every file is compiled once, which else each of pytest's workers would do."""
    with subprocess.Popen(command, cwd=ROOT, stdout=DEVNULL, stderr=DEVNULL):
        yield


def check(tool: str, *arguments: str) -> int:
    began = time.monotonic()
    code = run(str(TOOLS / tool), *arguments)
    verdict = "passed" if code == 0 else "FAILED"
    print(f"== {tool} {' '.join(arguments)}: {verdict} ({time.monotonic() - began:.0f} s)\n")
    sys.stdout.flush()
    return code


def run(*command: str) -> int:
    # A negative code is a signal; it must not hide behind a check that passed.
    return abs(subprocess.run(command, cwd=ROOT, check=False).returncode)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
