"""Writing into the access log: what is said once, what is counted only, and what must not be lost
(decision 0019)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock

from cachetools import TTLCache

from server.errors import Unavailable
from server.model.audit import Entry, entry_in, line_of
from server.storage.audit import AuditLog

log = logging.getLogger(__name__)

# One look at a thing, however often its page is loaded and whatever pictures it shows.
_ONE_LOOK_SECONDS = 600
_REFUSALS_SECONDS, _REFUSALS = 60, 20


class Noting:
    """One per process; safe for its threads."""

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit
        self._lock = Lock()
        self._looked: TTLCache[tuple[str, ...], bool] = TTLCache(65536, _ONE_LOOK_SECONDS)
        self._refused: TTLCache[tuple[str, ...], int] = TTLCache(16384, _REFUSALS_SECONDS)
        self._held_back = 0

    def note(self, entry: Entry) -> None:
        """In the log when it returns. Raises DatabaseDown: then nothing may be shown."""
        if self._audit.marks.owes():
            self._audit.marks.pay(self._write_owed)
        for part in entry.parts():
            self._audit.append(part)

    def note_what_happened(self, entry: Entry) -> None:
        """It cannot be undone or held back any more: without the database it is owed."""
        try:
            self.note(entry)
        except Unavailable:
            self._owe(entry)

    def note_refusal(self, key: tuple[str, ...], entry: Entry) -> None:
        """Twenty a minute of whoever tries; beyond that they are counted in the next entry, so that
        guessing does not fill the log."""
        with self._lock:
            tries = self._refused.get(key, 0) + 1
            self._refused[key] = tries
            if tries > _REFUSALS:
                self._held_back += 1
                return
            again, self._held_back = self._held_back, 0
        self.note_what_happened(replace(entry, again=again))

    def has_looked(self, key: tuple[str, ...]) -> bool:
        with self._lock:
            return key in self._looked

    def looked(self, *keys: tuple[str, ...]) -> None:
        """These are in the log now."""
        with self._lock:
            for each in keys:
                self._looked[each] = True

    def _write_owed(self, lines: Sequence[str]) -> None:
        for each in lines:
            self._audit.append(entry_in(each))

    def _owe(self, entry: Entry) -> None:
        try:
            self._audit.marks.owe(line_of(0, entry))
        except OSError as trouble:
            # Without words: they may hold an answer.
            log.error("the access log lacks an entry (%s)", type(trouble).__name__)
