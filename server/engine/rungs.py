"""The rungs of the ladder: the databases that the house knows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Engine(StrEnum):
    """Best first; ``uri`` is somebody else's server, the others are ours to run."""

    URI = "uri"
    MONGOD = "mongod"
    RUST = "secantusd-rs"
    PYPI = "secantusdb"


@dataclass(frozen=True, slots=True)
class Rung:
    """A database that can serve; ``command`` starts it (none for somebody else's server)."""

    engine: Engine
    version: str = ""
    command: tuple[str, ...] = ()

    @property
    def beta(self) -> bool:
        """A beta product gets a journal beside it, and its folder is tied to the exact version."""
        return self.engine in (Engine.RUST, Engine.PYPI)

    def __str__(self) -> str:
        return f"{self.engine} {self.version}".strip()
