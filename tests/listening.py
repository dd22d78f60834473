"""What clients of this process ask the database."""

from __future__ import annotations

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandSucceededEvent


class Listener(CommandListener):
    """Hears what is asked, not how it ends."""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass
