"""Names as people look for them: by how their words begin, marks and capitals left aside.

What a word may begin with is kept beside the name, so that a question is one of equality, which
every engine answers.
"""

from __future__ import annotations

import re

from server.model.alphabet import bare

_WORD = re.compile(r"[^\W_]+")
# A single letter begins too much to be a question. Behind the eighth, where no syllable is as long,
# a code is known whole or not.
_BEGINNINGS = range(2, 9)
_MOST_KEPT, _MOST_ASKED = 16, 6


def beginnings(text: str) -> list[str]:
    """Its words, and what they begin with."""
    words = _words(text)
    return sorted({*words, *(word[:length] for word in words for length in _BEGINNINGS)})


def asked_words(text: str) -> tuple[str, ...]:
    """What somebody typed, as what ``beginnings`` must all hold; () when nothing was typed."""
    return tuple(dict.fromkeys(_words(text) or text.split()))[:_MOST_ASKED]


def _words(text: str) -> list[str]:
    return _WORD.findall(bare(text))[:_MOST_KEPT]
