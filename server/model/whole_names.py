"""People's whole names, by which one is found who may be known elsewhere already."""

from __future__ import annotations

import re

from server.model.alphabet import bare
from server.model.names_in_text import RUN, TITLES
from server.xforms.values import nfc

# "(chưa rõ tên)" is nobody's.
_ASIDE = re.compile(r"\([^)]*\)")
# One word alone is half a village, and no name has a dozen.
_MOST_WORDS = 11


def whole_names(text: str) -> tuple[str, ...]:
    """The runs of words in it, as names are compared: "Cháu Nguyễn Thị Hoà (2015)" has what "nguyen
    thi hòa" is."""
    found = (_untitled(run[0].split()) for run in RUN.finditer(_ASIDE.sub("()", nfc(text))))
    return tuple(dict.fromkeys(bare(" ".join(each)) for each in found if len(each) <= _MOST_WORDS))


def _untitled(words: list[str]) -> list[str]:
    """A child may be called Bé Na."""
    while len(words) > 2 and words[0].casefold() in TITLES:
        words = words[1:]
    return words
