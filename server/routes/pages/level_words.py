"""How sensitive data are, in the law's words."""

from __future__ import annotations

from collections.abc import Mapping

from server.routes.pages.words import N_, gettext
from server.xforms.levels import Level

_WORDS: Mapping[Level, str] = {
    Level.NOTHING: N_("basic data"),
    Level.NORMAL: N_("basic data"),
    Level.SENSITIVE: N_("sensitive data"),
    Level.SPECIAL: N_("specially sensitive data"),
}


def level_words(level: Level) -> str:
    return gettext(_WORDS[level])
