"""Who is signed in: since when, from where, and with what."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SessionKind(StrEnum):
    PAGES = "pages"
    PROGRAM = "program"
    # Made on the account's page for a program, in place of the password; it lasts.
    TOKEN = "token"
    # The password was right, and the second factor is still to come: it opens nothing.
    HALFWAY = "halfway"


@dataclass(frozen=True, slots=True)
class Whence:
    """From where somebody asks. ``client`` is the browser's or program's name, without more."""

    address: str
    client: str


@dataclass(frozen=True, slots=True)
class Session:
    """``id`` names it on pages, and opens nothing. ``name`` is what its owner called a token;
    ``parent`` is the id of the token with which a program opened it."""

    id: str
    actor: str
    kind: SessionKind
    whence: Whence
    started_at: datetime
    ends_at: datetime
    used_at: datetime
    name: str = ""
    parent: str = ""


def public_id(token_hash: str) -> str:
    """What may stand on a page and in an address: it is no part of the hash."""
    return hashlib.sha256(token_hash.encode()).hexdigest()[:24]
