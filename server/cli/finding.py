"""What a look at the installation finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """``serious`` ones make the command fail."""

    words: str
    serious: bool = False
