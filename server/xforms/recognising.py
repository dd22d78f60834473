"""The spreadsheet column ``tells_who``: how a designer says whether an answer is known to people
outside the house, to neighbours or a teacher, who could tell by it whose record that is.

It is for exports without names (docs/decisions/0025). A question without a word of its own has that
of the group or repeat around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from server.xforms.form import Field, Form, Path

COLUMN = "tells_who"
TELLS, TELLS_NOT = "co", "khong"
WORDS = (TELLS, TELLS_NOT)


def said_who(versions: Sequence[Form]) -> Mapping[Path, str]:
    """By question; "" where nobody said. ``versions`` are the newest first, and the newest that has
    a question decides. A word that nobody knows is taken for the more careful one."""
    said: dict[Path, str] = {}
    for form in versions:
        for path, word in _said(form.fields, ""):
            said.setdefault(path, word)
    return said


def _said(fields: tuple[Field, ...], around: str) -> Iterator[tuple[Path, str]]:
    for field in fields:
        word = field.tells_who or around
        yield field.path, word if word in ("", TELLS_NOT) else TELLS
        yield from _said(field.children, word)
