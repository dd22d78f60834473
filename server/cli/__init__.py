"""The commands. Each says what it did in plain words; with ``--json`` it answers a program."""

from server.cli.main import main

__all__ = ["main"]
