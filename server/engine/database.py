"""The door to the database for the rest of the house: what comes out is one MongoDB address."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from server.config import Config
from server.engine.address import given_address, managed_address
from server.engine.credentials import read_credentials
from server.engine.folder import Folder
from server.engine.install import Report, ensure_installed, silent
from server.engine.ladder import choose
from server.engine.managed import Managed
from server.engine.supervise import Supervisor
from server.errors import DataFolderInUse, EngineTrouble

# How long a command waits for a server that is just starting or stopping.
WAIT_SECONDS = 30


@contextmanager
def own_database(config: Config, report: Report = silent) -> Iterator[str]:
    """The database for as long as this process serves; nobody else may own it meanwhile."""
    if config.mongo_uri:
        yield given_address(config.mongo_uri)
        return
    rung = choose(config)
    ensure_installed(rung, config, report)
    with Managed(config, rung) as managed:
        supervisor = Supervisor(managed, config.db)
        supervisor.start()
        try:
            yield managed.uri
        finally:
            supervisor.stop()


@contextmanager
def open_database(config: Config, report: Report = silent) -> Iterator[str]:
    """The database for the time of one command: the running server's, else one for the occasion."""
    if config.mongo_uri:
        yield given_address(config.mongo_uri)
        return
    with ExitStack() as stack:
        yield _join_or_start(stack, config, report)


@contextmanager
def join_database(config: Config) -> Iterator[str]:
    """The running server's database, for the processes that serve beside it.

    Never one of their own: just started when their server was killed, they would take its folder
    away from the next one. Raises EngineTrouble where no server runs.
    """
    if config.mongo_uri:
        yield given_address(config.mongo_uri)
        return
    with ExitStack() as stack:
        address = _join(stack, Folder(config.data))
        if address is None:
            raise EngineTrouble(why=f"no server runs on {config.data}; start one: caunoi serve")
        yield address


def _join_or_start(stack: ExitStack, config: Config, report: Report) -> str:
    folder = Folder(config.data)
    began = time.monotonic()
    while True:
        address = _join(stack, folder)
        if address:
            return address
        try:
            address = stack.enter_context(own_database(config, report))
        except DataFolderInUse:
            if time.monotonic() - began > WAIT_SECONDS:
                raise
        else:
            # Commands that joined us must not lose the database when we are done first.
            stack.callback(folder.see_guests_off)
            return address


def _join(stack: ExitStack, folder: Folder) -> str | None:
    if folder.running() is None:
        return None
    with ExitStack() as joining:
        joining.enter_context(closing(folder.visit()))
        running = folder.running()  # again: the owner may have left before we were its guest
        if running is None:
            return None
        stack.enter_context(joining.pop_all())
    return managed_address(read_credentials(folder.credentials), running.port)
