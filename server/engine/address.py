"""The addresses (MongoDB URIs) by which the house reaches its database, options included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from server.engine.credentials import Credentials

# A managed engine: its own retry records slow every write and do not outlive a restart, and every
# write of ours may be repeated anyway.
MANAGED_OPTIONS: Mapping[str, str] = {
    "authSource": "admin",
    "directConnection": "true",
    "retryWrites": "false",
    "w": "majority",
    "journal": "true",
    "maxIdleTimeMS": "240000",
    "serverSelectionTimeoutMS": "8000",
    "socketTimeoutMS": "30000",
}
# An operator's server. What the address says itself stays (FerretDB needs retryWrites=false) …
OFFERED_OPTIONS: Mapping[str, str] = {"retryWrites": "true", "readConcernLevel": "majority"}
# … but never these: a phone deletes its copy once it is thanked.
REQUIRED_OPTIONS: Mapping[str, str] = {"w": "majority", "journal": "true"}


def managed_address(credentials: Credentials, port: int) -> str:
    """The address of a database of ours on this machine."""
    account = f"{quote(credentials.user, safe='')}:{quote(credentials.password, safe='')}"
    return f"mongodb://{account}@127.0.0.1:{port}/?{_joined(MANAGED_OPTIONS.items())}"


def open_address(port: int) -> str:
    """The address during the very first start, before the database has an account."""
    return f"mongodb://127.0.0.1:{port}/?directConnection=true&serverSelectionTimeoutMS=8000"


def given_address(uri: str) -> str:
    """An operator's address with the options that the house needs."""
    server, _, query = uri.partition("?")
    if "/" not in server.partition("://")[2]:
        server += "/"
    said = [pair.partition("=")[::2] for pair in query.split("&") if pair]
    kept = [(name, value) for name, value in said if name.lower() not in _lower(REQUIRED_OPTIONS)]
    known = _lower(name for name, _ in kept)
    offered = [pair for pair in OFFERED_OPTIONS.items() if pair[0].lower() not in known]
    return f"{server}?{_joined([*kept, *offered, *REQUIRED_OPTIONS.items()])}"


def _lower(names: Iterable[str]) -> set[str]:
    """Option names are the same in any case."""
    return {name.lower() for name in names}


def _joined(options: Iterable[tuple[str, str]]) -> str:
    return "&".join(f"{name}={value}" for name, value in options)
