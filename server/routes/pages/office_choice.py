"""A box of units to choose from; where a country has too many for one, a field for words by which
the server finds them, and a box of those that fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from server.errors import OfficeUnclear, OfficeUnknown
from server.model.office_search import best_first, meant
from server.model.offices import Office
from server.routes.pages.asked import MOST_IN_A_BOX, Option
from server.routes.pages.office_words import office_option

_FOUND = 50  # of those that fit some words


@dataclass(frozen=True, slots=True)
class OfficeBox:
    """``options`` to choose from; with ``by_words`` there are more, and ``words`` find them."""

    options: tuple[Option, ...]
    value: str
    by_words: bool = False
    words: str = ""


def office_box(
    units: Sequence[Office],
    given: Mapping[str, str],
    *,
    name: str = "office",
    first: Iterable[Option] = (),
    last: Iterable[Option] = (),
) -> OfficeBox:
    """``given`` is what was filled in; ``first`` and ``last`` stand in the box whatever is
    searched for."""
    value, words = given.get(name, ""), _words(given, name)
    if len(units) <= MOST_IN_A_BOX:
        return OfficeBox((*first, *_options(units), *last), value)
    found = best_first(words, units)[:_FOUND] if words else ()
    chosen = [each for each in units if each.code == value and each not in found]
    return OfficeBox((*first, *_options((*chosen, *found)), *last), value, True, words)


def office_given(units: Sequence[Office], given: Mapping[str, str], *, name: str = "office") -> str:
    """The code that was chosen, or that of the unit which alone fits the words. Raises
    OfficeUnknown where none does, and OfficeUnclear where several do."""
    value, words = given.get(name, ""), _words(given, name)
    if not words or len(units) <= MOST_IN_A_BOX:
        return value
    found = meant(value, words, units)
    match found:
        case [one]:
            return one.code
        case []:
            raise OfficeUnknown(code=words)
    raise OfficeUnclear(field=name, count=len(found), words=words)


def _options(units: Iterable[Office]) -> tuple[Option, ...]:
    return tuple(Option(each.code, office_option(each)) for each in units)


def _words(given: Mapping[str, str], name: str) -> str:
    return " ".join(given.get(f"{name}-words", "").split())
