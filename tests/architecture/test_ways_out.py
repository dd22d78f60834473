"""Every place that opens a connection to somewhere is known: a new one must be thought of, and told
in docs/security.md (13.1.1)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.test_rules import ROOT

_OPEN = frozenset(
    (
        "aiohttp", "asyncio", "authlib", "ftplib", "http", "httpx", "imaplib", "pymongo",
        "requests", "smtplib", "socket", "socketserver", "ssl", "urllib.request",
        "urllib3", "xmlrpc",
    )
)  # fmt: skip
# What each is for; the settings alone name where, which is the operator's to say.
_KNOWN = {
    "server/cli/map_check.py": "a host of tiles, when the operator asks the doctor",
    "server/cli/plain_http.py": "listens, to lead browsers on to https",
    "server/cli/serve.py": "tries the certificate; nothing is opened",
    "server/engine": "the database, on this machine",
    "server/mailing.py": "the mail server",
    "server/outgoing.py": "another house's accounts",
    "server/routes/pages/accounts/oidc.py": "through outgoing.py",
    "server/storage": "the database",
    "server/web_worker.py": "listens",
}


def test_nothing_else_opens_a_connection() -> None:
    found = {_place(path) for top in ("server", "exports") for path in _opening(ROOT / top)}
    assert found == set(_KNOWN)


def _opening(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*.py"):
        if any(each in _OPEN or each.partition(".")[0] in _OPEN for each in _imports(path)):
            yield path


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield f"{node.module}"


def _place(path: Path) -> str:
    name = path.relative_to(ROOT).as_posix()
    return next((each for each in _KNOWN if name.startswith(f"{each}/")), name)
