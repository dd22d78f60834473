"""The application behind a real HTTP server on a real socket, inside the tests' own process.

It is the worker that ``serve`` runs, but in a thread: so the application shares
the clock that a test moves, and every question to the database is seen by ``tests.questions``.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from server.web_worker import StayingWorker

THREADS = 64


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """``http://127.0.0.1:<port>`` for as long as it serves."""
    runner = _Runner(app)
    with socket.socket() as listener:
        # As gunicorn's own listeners: an answer in two packets must not wait 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        arguments = (1, os.getppid(), [listener], runner, 300, runner.cfg, Logger(runner.cfg))
        worker = _Worker(*arguments)
        thread = Thread(target=worker.init_process, name="gunicorn", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            worker.handle_exit(None, None)
            thread.join(30)
            worker.tmp.close()
    assert not thread.is_alive(), "the server did not stop"


class _Worker(StayingWorker):  # type: ignore[misc]
    def init_signals(self) -> None:
        """The signals belong to the test run."""


class _Runner(BaseApplication):  # type: ignore[misc]
    def __init__(self, app: Flask) -> None:
        self._app = app
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "worker_class": "server.web_worker.StayingWorker",
            "threads": THREADS,
            "keepalive": 75,
            "graceful_timeout": 10,
            "loglevel": "critical",
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._app
