"""Which questions ask for a place with choices of the form's own: for hamlets, schools, communes.

By their own name or that of their list, and by what the choices and the question are called:
nothing else in a form says so.
"""

from __future__ import annotations

from collections.abc import Iterable

from server.xforms.form import Field, Form, Path
from server.xforms.place_words import begins_a_place, is_called_like_a_place

# Of what choices are called: one hamlet among other answers is no list of hamlets.
_MOST = 2


def place_questions(versions: Iterable[Form]) -> frozenset[Path]:
    return frozenset(
        each.path
        for form in versions
        for each in form.walk()
        if each.choices.items and _asks_for_a_place(form, each)
    )


def _asks_for_a_place(form: Form, field: Field) -> bool:
    lists = (name for name, each in form.lists.items() if each.items == field.choices.items)
    if any(map(is_called_like_a_place, (field.name, *lists))):
        return True
    called = [each.in_("vi") for each in field.choices.items.values()]
    places = sum(1 for each in called if _begins(each))
    return places * _MOST >= len(called) or _begins(field.label.in_("vi"))


def _begins(text: str) -> bool:
    words = text.replace("/", " ").split()
    return bool(words) and begins_a_place(words, 0) and not _is_something_else(words)


def _is_something_else(words: list[str]) -> bool:
    """A case (trường hợp), oneself (bản thân), a leaflet's copies (bản in)."""
    after = words[1].casefold() if len(words) > 1 else ""
    return after in ("hợp", "thân", "in", "sao", "chất", "cáo", "kê", "vực")
