"""The managed database: which one, installed, started, watched, stopped; its disk guarded.

The rest of the house sees an address (a MongoDB URI) and no more.
"""

from server.engine.database import join_database, open_database, own_database
from server.engine.facts import EngineFacts, describe
from server.engine.guard import DiskGuard, DiskState, free_space, space_needed
from server.engine.install import Progress, Report, install_rust
from server.engine.ladder import choose
from server.engine.probe import Health, health
from server.engine.rungs import Engine, Rung

__all__ = [
    "DiskGuard",
    "DiskState",
    "Engine",
    "EngineFacts",
    "Health",
    "Progress",
    "Report",
    "Rung",
    "choose",
    "describe",
    "free_space",
    "health",
    "install_rust",
    "join_database",
    "open_database",
    "own_database",
    "space_needed",
]
