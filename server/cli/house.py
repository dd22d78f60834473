"""What every command needs: the settings, and the services of a running or a borrowed database."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from server.config import Config, read_config
from server.engine import Progress, open_database
from server.model.audit import Act, Entry
from server.model.people import Sender
from server.services import Services, build_services
from server.storage.database import connect
from server.storage.indexes import create_indexes

FORMS = Path(__file__).parents[2] / "forms"


def settings() -> Config:
    return read_config(os.environ, Path.cwd())


@contextmanager
def services() -> Iterator[Services]:
    """For the time of one command; works beside a running server, and without one."""
    config = settings()
    with open_database(config, report=tell) as uri:
        create_indexes(connect(uri, config.db))
        house = build_services(config, uri)
        _note(house)
        yield house


def _note(house: Services) -> None:
    """Whoever runs commands reads everything: that it was done stands in the access log."""
    who = _user()
    route = click.get_current_context().command_path
    operator = Sender(f"operator:{who}", who, "operator", None)
    entry = Entry(at=house.clock(), act=Act.OPERATED, who=operator, route=route)
    house.noting.note(entry)


def _user() -> str:
    """Of the machine; in a container it may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def tell(progress: Progress) -> None:
    """Steps of long work, on stderr so that ``--json`` stays clean."""
    share = f" ({progress.done} of {progress.of})" if progress.of else ""
    click.echo(f"{progress.what}{share}", err=True)


def answer(facts: dict[str, Any] | list[dict[str, Any]], *, as_json: bool, words: str) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else words)
