"""The form's own words, as they are put on paper."""

from __future__ import annotations

from collections.abc import Callable

from server.xforms.form import Words
from server.xforms.label_text import filled
from server.xforms.values import nfc

_UNTRANSLATED = "-"  # pyxform writes it where a translation is missing


def said(words: Words, language: str, answer: Callable[[str], str] = lambda _: "……") -> str:
    """``answer`` gives what stands where a label shows another question's answer."""
    text = words.in_(language).strip()
    if text == _UNTRANSLATED:
        # Better in the other language than not at all.
        text = next((each for each in words.by_language.values() if each != _UNTRANSLATED), "")
    return nfc(filled(text, answer))
