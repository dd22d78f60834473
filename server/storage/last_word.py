"""What people say of a thing, of which the last word holds. No record says it again, so the journal
has each word first; whatever order it gives them back in, the last one said is the one that stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from server.model.sequence import new_seq
from server.storage.database import Document
from server.storage.journal import Journal


class LastWord:
    """The words of one kind; ``seq`` is among what is said, and kept beside it in the database."""

    def __init__(self, kind: str, journal: Journal, clock: Callable[[], datetime]) -> None:
        self._kind, self._journal, self._clock = kind, journal, clock

    def say(self, said: Mapping[str, object], last: int) -> Document:
        """What is to be kept, once the journal has it. It comes after the ``last`` word on it,
        also where a wrong clock has gone back since."""
        at = self._clock()
        seq = max(new_seq(at), last + 1)
        word = {**said, "seq": seq}
        self._journal.note(self._kind, at, word, seq=seq)
        return word


def read_word(body: bytes) -> Document:
    word: Document = json.loads(body)
    return word
