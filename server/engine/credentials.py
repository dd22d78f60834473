"""The one account of a managed database, made up once and kept beside the data."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from server.engine.private import write_private
from server.errors import EngineTrouble


@dataclass(frozen=True, slots=True)
class Credentials:
    user: str
    password: str = field(repr=False)


def create_credentials(path: Path) -> Credentials:
    """The account in the file; a new one with a random password if there is no file yet."""
    if not path.exists():
        password = secrets.token_urlsafe(32)
        write_private(path, json.dumps({"user": "caunoi", "password": password}) + "\n")
    return read_credentials(path)


def read_credentials(path: Path) -> Credentials:
    try:
        found = json.loads(path.read_text())
        return Credentials(user=found["user"], password=found["password"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineTrouble(
            why=f"{path} is missing or damaged; without it the data beside it cannot be opened: "
            "restore it from the backup"
        ) from error
