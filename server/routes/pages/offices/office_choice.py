"""A box of units to choose from; where a country has too many for one, a field for words by which
the server finds them, and a box of those that fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from server.errors import OfficeUnclear, OfficeUnknown
from server.model.calendar import day_of
from server.model.office_search import meant
from server.model.offices import Office
from server.routes.allow import Caller, services
from server.routes.pages.offices.office_words import office_option
from server.routes.pages.records.asked import (
    MOST_IN_A_BOX,
    Option,
    in_box,
    offices_in,
    words_for_office,
)
from server.routes.pages.words import gettext


@dataclass(frozen=True, slots=True)
class OfficeBox:
    """``options`` to choose from; with ``by_words`` there are more, and ``words`` find them."""

    options: tuple[Option, ...]
    value: str
    by_words: bool
    words: str


def office_box(
    units: Sequence[Office],
    given: Mapping[str, str],
    *,
    name: str = "office",
    first: Iterable[Option] = (),
    last: Iterable[Option] = (),
) -> OfficeBox:
    """``given`` is what was filled in; ``first`` and ``last`` stand in the box whatever is
    searched for. Of several none is chosen for whoever chooses none."""
    value, words = given.get(name, ""), words_for_office(given, name)
    shown = (Option(each.code, office_option(each)) for each in in_box(units, value, words))
    options, by_words = (*first, *shown, *last), len(units) > MOST_IN_A_BOX
    if not by_words and len(options) > 1 and all(each.value for each in options):
        options = (Option("", gettext("Choose one")), *options)
    return OfficeBox(options, value, by_words=by_words, words=words)


def units_of(caller: Caller) -> Sequence[Office]:
    """Where the caller may do what they ask for."""
    return offices_in(caller.scope, services().shelf.offices())


def standing_units(caller: Caller) -> Sequence[Office]:
    """Those of them that stand today."""
    today = day_of(services().clock())
    return [each for each in units_of(caller) if each.stands_on(today)]


def office_given(units: Sequence[Office], given: Mapping[str, str], *, name: str = "office") -> str:
    """The code that was chosen, or that of the unit which alone fits the words. Raises
    OfficeUnknown where none does, and OfficeUnclear where several do."""
    value, words = given.get(name, ""), words_for_office(given, name)
    if not words or len(units) <= MOST_IN_A_BOX:
        return value
    found = meant(value, words, units)
    match found:
        case [one]:
            return one.code
        case []:
            raise OfficeUnknown(code=words)
    raise OfficeUnclear(field=name, count=len(found), words=words)
