"""The order in which people look things up: by the Vietnamese alphabet, tones after letters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from server.xforms.values import without_signs

# ă, â, đ, ê, ô, ơ and ư are letters of their own; f, j, w and z stand where English has them.
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_AT = {letter: at for at, letter in enumerate(_LETTERS, 1)}
# None, huyền, hỏi, ngã, sắc, nặng, as dictionaries have them.
_TONE_AT = {mark: at for at, mark in enumerate("\u0300\u0309\u0303\u0301\u0323", 1)}
_NUMBER = re.compile(r"([0-9]{1,18})")
# Below all that keys are made of: what is shorter stands first.
_END = " "


@lru_cache(maxsize=16384)
def alphabetical(text: str) -> str:
    """A key to sort by, here and in the database: gaps before numbers, numbers by their size,
    letters, then foreign signs. Tones decide between what has the same letters."""
    return f"{alike(text)}{_END}{text}"


@lru_cache(maxsize=16384)
def alike(text: str) -> str:
    """The same for what differs only in capitals, spaces and how accents are written."""
    places: list[str] = []
    tones: list[str] = []
    for part in _NUMBER.split(" ".join(text.casefold().split())):
        if _NUMBER.fullmatch(part):
            places.append(f"1{int(part):018}")
            tones.append("0")
            continue
        for letter, tone in map(_parted, unicodedata.normalize("NFC", part)):
            places.append(_place(letter))
            tones.append(str(tone))
    return "".join((*places, _END, *tones))


@lru_cache(maxsize=32768)
def bare(text: str) -> str:
    """As people type it in a hurry: "Hòa" and "Hoà" are both ``hoa``."""
    return " ".join(without_signs(text.casefold()).split())


def by_given_name(name: str) -> str:
    """A person's name is looked up by tên, then họ, then đệm."""
    words = name.split() or [""]
    parts = (words[-1], " ".join(words[:1]), " ".join(words[1:-1]))
    return _END.join((*map(alike, parts), name))


def _parted(sign: str) -> tuple[str, int]:
    """``ậ`` is ``â`` with the tone nặng."""
    tone, marks = 0, []
    for mark in unicodedata.normalize("NFD", sign):
        if mark in _TONE_AT:
            tone = _TONE_AT[mark]
        else:
            marks.append(mark)
    return unicodedata.normalize("NFC", "".join(marks)), tone


def _place(letter: str) -> str:
    """Gaps and marks begin with 0, numbers with 1; letters are one sign from B on; ~ is last."""
    if letter in _LETTER_AT:
        return chr(ord("A") + _LETTER_AT[letter])
    return f"~{letter}" if letter.isalpha() else f"0{letter}"
