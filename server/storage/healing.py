"""That the worker could not heal the database, remembered beside the journal for ``doctor``: the
database itself may be what is ill."""

from __future__ import annotations

import contextlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from server.storage.private import private

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """``kind`` is the class of what went wrong: a message may quote a record."""

    at: datetime | None
    kind: str


class Healing:
    def __init__(self, file: Path) -> None:
        self._file = file

    def failed(self, failure: Failure) -> None:
        """Where the disk takes not even this, the log has it."""
        at = failure.at.isoformat() if failure.at else ""
        text = json.dumps({"at": at, "kind": failure.kind})
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(self._file, "w", opener=private) as file:
                file.write(text)
        except OSError as trouble:
            log.error("it cannot be noted for doctor: %s", type(trouble).__name__)

    def succeeded(self) -> None:
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)

    def failure(self) -> Failure | None:
        """The last time, where it has not been done since."""
        try:
            said = json.loads(self._file.read_text())
            return Failure(datetime.fromisoformat(said["at"]), str(said["kind"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as trouble:
            return Failure(None, type(trouble).__name__)
