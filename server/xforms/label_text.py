"""Labels as plain words, the way they stood on the phone."""

from __future__ import annotations

import re
from collections.abc import Callable

_PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")
# What Collect draws: Markdown's emphasis, headings and links, and a few tags.
_STRONG = re.compile(r"(\*\*|__)(?=[^\s*_])(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])(.+?)(?<=\S)\1(?![\w*])")
_HEADING = re.compile(r"^#{1,6} ")
_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]+\)")
_TAG = re.compile(r"</?(span|p|div|b|i|u|em|strong|br|font|small|h[1-6])\b[^>]*>", re.IGNORECASE)


def plain(label: str) -> str:
    """Without Markdown and tags that phones draw; any other ``<`` is a letter."""
    text = _LINK.sub(r"\1", _TAG.sub("", _HEADING.sub("", label)))
    return _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", text)).strip()


def filled(label: str, answer: Callable[[str], str]) -> str:
    """``answer`` gives by a question's name what stands where the label shows its answer."""
    return _PLACEHOLDER.sub(lambda found: answer(found[1]), plain(label))
