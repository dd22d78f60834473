"""What gunicorn loads, after the fork: one set of services, one database client per process."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import traceback
from contextlib import ExitStack
from pathlib import Path

from flask import Flask

from server.app import create_app
from server.config import read_config
from server.engine import join_database
from server.services import build_services


def application() -> Flask:
    """``gunicorn "server.wsgi:application()"``."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("gunicorn.error").addFilter(without_words)
    config = read_config(os.environ, Path.cwd())
    database = ExitStack()
    atexit.register(database.close)
    uri = database.enter_context(join_database(config))
    app = create_app(build_services(config, uri))
    # What is loaded by now stays for ever: not to be searched for cycles with every few requests.
    gc.freeze()
    return app


def without_words(record: logging.LogRecord) -> bool:
    """A filter: gunicorn quotes what it cannot read, which may be an address with a phone's token,
    or the second half of a record; and an exception's message may hold an answer."""
    if record.exc_info and record.exc_info[0] is not None:
        kind, _, stack = record.exc_info
        record.msg = f"a request failed: {kind.__name__}\n" + "".join(traceback.format_tb(stack))
        record.args, record.exc_info, record.exc_text = (), None, None
    elif str(record.msg).startswith("Invalid request"):
        record.msg, record.args = "a request that cannot be read was refused", ()
    return True
