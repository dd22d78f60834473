"""What is written into logs while the suite runs: it names nobody and holds no token.

``overheard`` listens to this process; what servers in processes of their own wrote is read from
their files by ``told_in``.
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from functools import cache
from pathlib import Path
from threading import Lock
from urllib.parse import quote, quote_plus

from tests.javarosa.filler import FORMS

# Who works in ``tests.world``, and what they sign in with.
_WORLD = (
    "Nguyễn Thị Lan",
    "Lê Quang Minh",
    "Phạm Thu Hà",
    "Máy của Hồng",
    "Máy của Cường",
    "Máy của Thảo",
    "@ctxh.example",
    "mot-mat-khau-dai",
)
_NAMED = re.compile(r"<(?:ten_tre|ten_chu_ho|ten_me|ten_cha|ho_ten|nguoi)[a-z_]*>([^<]{8,60})<")
_TOKEN = r"(?:key|test)/[A-Za-z0-9!$_-]{32,}"


def told_in(text: str) -> list[str]:
    """Whom it names, and the tokens in it."""
    return sorted({found[0] for found in _secrets().finditer(text)})


@cache
def _secrets() -> re.Pattern[str]:
    """The people of the world and of all sample records; two words, since one may be any."""
    samples = "".join(each.read_text("utf-8") for each in Path(FORMS).glob("*/samples/*.xml"))
    people = {each for each in _NAMED.findall(samples) if " " in each.strip()}
    told = {spelled for each in people | set(_WORLD) for spelled in _spellings(each)}
    return re.compile("|".join([_TOKEN, *map(re.escape, sorted(told))]))


def _spellings(name: str) -> set[str]:
    """As it stands in an address, in a Mac's Unicode, in JSON, in the words of an exception."""
    parted = unicodedata.normalize("NFD", name)
    return {
        name,
        parted,
        *(quoted(each) for quoted in (quote, quote_plus) for each in (name, parted)),
        *(json.dumps(each)[1:-1] for each in (name, parted)),
        *(str(each.encode())[2:-1] for each in (name, parted)),
    }


class Overheard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self._found: list[str] = []
        self._gate = Lock()
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        told = told_in(self.format(record))
        with self._gate:
            self.count += 1
            self._found += [f"{record.name} tells of {each}" for each in told]

    def take(self) -> list[str]:
        """What was told since the last look."""
        with self._gate:
            found, self._found = self._found, []
        return found


overheard = Overheard()
