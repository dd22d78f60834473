"""Passwords that somebody would guess (ASVS 6.2.4, 6.2.11, 6.2.12)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# What the world's lists lack and people here choose.
_OF_THE_HOUSE = ("matkhau", "caunoi", "ctxh", "congtacxahoi", "treem", "quangninh", "vietnam")
_LONGEST = 72  # what comes after is not looked at
_WEAK = 1  # guessed within a million tries


def is_guessable(password: str, about: Iterable[str]) -> bool:
    """``about``: names and addresses of whoever chooses it."""
    # Here, since its lists take 14 MB and most processes never see a new password.
    from zxcvbn import zxcvbn

    told = [re.split(r"[\W_]+", _letters(each)) for each in about]
    known = [each for words in told for each in (*words, "".join(words)) if each]
    known.extend(_OF_THE_HOUSE)
    return bool(zxcvbn(_letters(password)[:_LONGEST], user_inputs=known)["score"] <= _WEAK)


def _letters(text: str) -> str:
    """Without marks and tones; not ``alphabet.bare``, which remembers what it was asked."""
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(each for each in parts if not unicodedata.combining(each))
