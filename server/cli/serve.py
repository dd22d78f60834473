"""``caunoi serve``: the database, the web processes and the follow-ups' process under one roof."""

from __future__ import annotations

import contextlib
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

import click

from server.cli.house import FORMS, settings, tell
from server.cli.plain_http import sent_elsewhere
from server.config import Config
from server.engine import own_database
from server.errors import BadSettings
from server.model.forms import FormState
from server.processing.first_run import FirstRun, set_up
from server.services import (
    PROJECT,
    Services,
    base_map,
    build_services,
    refuse_unknown_roles,
)
from server.storage.database import connect
from server.storage.indexes import create_indexes

_WITH_PARENT = Path(__file__).with_name("with_parent.py")
_THREADS = 64  # at least as many as phones that send slowly at one time (ecosystem.md §5)
_PATIENCE = 20.0
_WORKER = ("-m", "server.worker")


@click.command()
@click.option("--tls", nargs=2, metavar="CERT KEY", help="Serve https with these PEM files.")
def serve(tls: tuple[str, str] | None) -> None:
    """Start everything and serve until interrupted."""
    if tls:
        # The web processes read their settings anew.
        os.environ["CAUNOI_TLS_CERT"], os.environ["CAUNOI_TLS_KEY"] = tls
    config = settings()
    refuse_unknown_roles(config)
    _try_certificate(config)
    base_map(config)  # a file that cannot be drawn stops the start, as every wrong setting does
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    stop = _Stop()
    with own_database(config, report=tell) as uri:
        create_indexes(connect(uri, config.db))
        house = build_services(config, uri)
        first = set_up(
            house.stores,
            house.shelf,
            FORMS,
            project=PROJECT,
            at=house.clock(),
            email=config.admin_email,
            password=config.admin_password,
        )
        _welcome(config, house, first)
        with sent_elsewhere(config.host, config.http_port, config.public_url):
            _run(config, stop)


@click.command(hidden=True)
def worker() -> None:
    """The follow-ups' process alone, beside a running database."""
    os.execv(sys.executable, [sys.executable, *_WORKER])


def _try_certificate(config: Config) -> None:
    """Raises BadSettings: one that does not fit its key is found now, not by the first phone."""
    if config.tls_cert is None or config.tls_key is None:
        return
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            config.tls_cert, config.tls_key, password=""
        )
    except (ssl.SSLError, OSError) as trouble:
        what = trouble.strerror or type(trouble).__name__
        raise BadSettings(
            problems=(f"CAUNOI_TLS_CERT and CAUNOI_TLS_KEY cannot be used: {what}",)
        ) from None


class _Stop:
    """SIGTERM and Ctrl-C end the loop below, and with it everything, in order."""

    def __init__(self) -> None:
        self.asked = False
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def _run(config: Config, stop: _Stop) -> None:
    """Keep both children alive; one that dies is started again, with growing pauses."""
    children = [_Child(lambda: _web(config)), _Child(_follow_ups)]
    try:
        while not stop.asked:
            for child in children:
                child.look()
            time.sleep(0.3)
    finally:
        for child in children:
            child.ask_to_end()
        for child in children:
            child.end()


class _Child:
    def __init__(self, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self._start, self._pause, self._not_before = start, 1.0, 0.0
        self._process = start()
        self._since = time.monotonic()

    def look(self) -> None:
        now = time.monotonic()
        if self._process.poll() is None or now < self._not_before:
            return
        if now - self._since > 60:
            self._pause = 1.0
        click.echo(f"a process ended ({self._process.returncode}); starting it again", err=True)
        self._process, self._since = self._start(), now
        self._not_before, self._pause = now + self._pause, min(60.0, self._pause * 2)

    def ask_to_end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()

    def end(self) -> None:
        """Returns when it is gone, killed if need be."""
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _web(config: Config) -> subprocess.Popen[bytes]:
    return _child(
        "-m",
        "gunicorn",
        "server.wsgi:application()",
        "--bind",
        f"{config.host}:{config.port}",
        "--workers",
        str(config.workers),
        "--worker-class",
        "server.web_worker.StayingWorker",
        "--threads",
        str(_THREADS),
        # A thread that waits for a slow phone must not have its process killed.
        "--timeout",
        "300",
        "--graceful-timeout",
        "15",
        "--keep-alive",
        "75",
        # A phone asks about all its unconfirmed entries in one address (collect.md §6.2): the most
        # that gunicorn can be told, some two hundred of them.
        "--limit-request-line",
        "8190",
        "--log-level",
        "warning",
        "--no-control-socket",
        *_tls(config),
        # Else glibc gives each thread a heap of its own, and what large photos leave there stays.
        environment={"MALLOC_ARENA_MAX": "2"},
    )


def _tls(config: Config) -> tuple[str, ...]:
    if config.tls_cert is None or config.tls_key is None:
        return ()
    return ("--certfile", str(config.tls_cert), "--keyfile", str(config.tls_key))


def _follow_ups() -> subprocess.Popen[bytes]:
    return _child(*_WORKER)


def _child(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """A process of ours that does not outlive this one: on Linux even when this one is killed.

    Started by the main thread, since Linux ties a child's end to the thread that made it.
    """
    command = [sys.executable, *arguments]
    if sys.platform == "linux":
        command = [sys.executable, "-I", "-S", str(_WITH_PARENT), str(os.getpid()), *command]
    return subprocess.Popen(command, env={**os.environ, **(environment or {})})


def _welcome(config: Config, house: Services, first: FirstRun) -> None:
    forms = [each for each in house.stores.forms.entries(PROJECT) if each.state is FormState.OPEN]
    click.echo(f"Cầu Nối: {config.public_url}")
    click.echo(f"  {len(forms)} forms for phones; data in {config.data}")
    if first.admin is not None:
        click.echo(f"  First administrator: {first.admin.email}")
        click.echo(f"  One-time password:   {first.password}")
    click.echo(f"  Connect a phone:     {config.public_url}/phones (shows a QR code)")
    click.echo(f"  Stop with Ctrl-C (process {os.getpid()})")
    sys.stdout.flush()
