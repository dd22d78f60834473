"""What there is to know about the database, for ``doctor`` and ``engine status``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from server.config import Config
from server.engine.folder import Folder, Running
from server.engine.guard import free_space
from server.engine.ladder import best, choose
from server.engine.rungs import Rung


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """``folder`` and ``running`` are of a managed engine only."""

    rung: Rung
    free_disk: int
    folder: Path | None = None
    running: Running | None = None
    # A higher rung than the one in use; ``move-database`` leads there.
    better: Rung | None = None


def describe(config: Config) -> EngineFacts:
    """How things stand now; starts and changes nothing."""
    rung, free_disk = choose(config), free_space(config.data)
    if config.mongo_uri:
        return EngineFacts(rung=rung, free_disk=free_disk)
    folder = Folder(config.data)
    top = best(config)
    return EngineFacts(
        rung=rung,
        free_disk=free_disk,
        folder=folder.root,
        running=folder.running(),
        better=top if top.engine is not rung.engine else None,
    )
