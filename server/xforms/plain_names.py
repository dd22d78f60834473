"""Names of questions, lists and properties, however a designer writes them."""

from __future__ import annotations

import re

from server.xforms.values import without_signs

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def plain_name(name: str) -> str:
    """``thonTo`` and ``thôn_tổ`` are both ``thon_to``."""
    return without_signs(_HUMP.sub("_", name).lower())
