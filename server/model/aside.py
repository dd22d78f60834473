"""What was refused, kept for a person to look at: the phone may hold no other copy one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.model.sequence import moment_of


@dataclass(frozen=True, slots=True)
class AsideFile:
    """``sha256`` is a blob's; ``size`` in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Settled:
    """Who dealt with it, how and when."""

    by_name: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SetAside:
    """``xml`` is a blob, "" where it was not even read; ``size`` its bytes. ``why`` is the name of
    the error, ``id`` opaque and given by the store."""

    xml: str
    why: str
    seq: int
    within: tuple[str, ...]
    sender: str
    sender_name: str
    form: str = ""
    instance_id: str = ""
    draft: bool = False
    size: int = 0
    files: tuple[AsideFile, ...] = ()
    settled: Settled | None = None
    id: str = ""

    @property
    def at(self) -> datetime:
        return moment_of(self.seq)
