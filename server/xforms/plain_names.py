"""Names of questions, lists and properties, however a designer writes them."""

from __future__ import annotations

import re
import unicodedata

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def plain_name(name: str) -> str:
    """``thonTo`` and ``thôn_tổ`` are both ``thon_to``."""
    parts = unicodedata.normalize("NFD", _HUMP.sub("_", name).lower()).replace("đ", "d")
    return "".join(each for each in parts if not unicodedata.combining(each))
