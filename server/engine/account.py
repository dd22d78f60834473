"""Making the account of a new database, and a replica set of one of ``mongod``."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from server.engine.credentials import Credentials
from server.engine.private import write_private

ALREADY_INITIALIZED = 23


def create_account(client: MongoClient[dict[str, Any]], credentials: Credentials) -> None:
    """Give an empty database our account."""
    roles = [{"role": "root", "db": "admin"}]
    facts: dict[str, Any] = {"pwd": credentials.password, "roles": roles}
    client.admin.command("createUser", credentials.user, **facts)


def create_keyfile(path: Path) -> None:
    """What the members of a ``mongod`` replica set know each other by; ours has one member."""
    if not path.exists():
        write_private(path, base64.b64encode(secrets.token_bytes(512)).decode())


def initiate(uri: str, port: int) -> None:
    """Make a ``mongod`` the only member of its replica set; once is enough, more does no harm."""
    member = {"_id": 0, "host": f"127.0.0.1:{port}"}
    client: MongoClient[dict[str, Any]]
    with MongoClient(uri) as client:
        try:
            client.admin.command("replSetInitiate", {"_id": "caunoi", "members": [member]})
        except OperationFailure as error:
            if error.code != ALREADY_INITIALIZED:
                raise
