"""What gunicorn loads, after the fork: one set of services, one database client per process."""

from __future__ import annotations

import atexit
import gc
import logging
import os
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
    config = read_config(os.environ, Path.cwd())
    database = ExitStack()
    atexit.register(database.close)
    uri = database.enter_context(join_database(config))
    app = create_app(build_services(config, uri))
    # What is loaded by now stays for ever: not to be searched for cycles with every few requests.
    gc.freeze()
    return app
