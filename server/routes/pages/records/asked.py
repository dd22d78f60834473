"""What the filters above a list of records ask for, read from the address and shown again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from server.model.alphabet import alphabetical, by_given_name
from server.model.calendar import day_bounds
from server.model.filters import Filters
from server.model.office_search import best_first, meant
from server.model.offices import Office, below
from server.model.people import Actor
from server.model.records import WAITING, ReviewState
from server.model.scope import Scope
from server.model.sequence import seq_at
from server.routes.pages.offices.office_words import office_option
from server.routes.pages.words import N_, day_words, gettext

_NAMES = ("office", "collaborator", "from", "to", "state")
_WAITING = "waiting"
MOST_IN_A_BOX = 300
"""Units of one box to choose from: some twenty kilobytes. Where there are more, words find them."""
_FOUND = 50


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    label: str
    kind: str
    value: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """``values`` are the filters that mean something, as they stand in the address;
    ``office_words`` are by what an office was looked for."""

    values: Mapping[str, str]
    filters: Filters
    office_words: str = ""


_REVIEW_WORDS: Mapping[ReviewState, str] = {
    ReviewState.RECEIVED: N_("Received"),
    ReviewState.EDITED: N_("Edited"),
    ReviewState.HAS_ISSUES: N_("Returned for correction"),
    ReviewState.APPROVED: N_("Approved"),
    ReviewState.REJECTED: N_("Not used"),
}
_REVIEWS: Mapping[str, tuple[ReviewState, ...]] = {
    _WAITING: WAITING,
    **{each.value: (each,) for each in ReviewState},
}


def as_asked(given: Mapping[str, str]) -> dict[str, str]:
    """The filters of an address as they stand in it, to be carried along; the list checks them."""
    return {name: given[name] for name in _NAMES if given.get(name)}


def offices_in(scope: Scope, offices: Mapping[str, Office]) -> Sequence[Office]:
    """By their names, as they stand in boxes to choose from; by their codes where no box holds
    them all."""
    found = below(scope.offices, offices)
    if len(found) > MOST_IN_A_BOX:
        return found
    return sorted(found, key=lambda each: alphabetical(each.label))


def read_filters(
    given: Mapping[str, str], offices: Sequence[Office], senders: Sequence[Actor], now: int
) -> Asked:
    """What nobody can mean (an unknown office, no date) is left out, and the form shows "all"."""
    kept: dict[str, str] = {}
    filters = Filters(top=now)
    office = office_asked(given, offices)
    if office:
        kept["office"] = office
        filters = replace(filters, office=office)
    if given.get("collaborator") in {each.id for each in senders}:
        kept["collaborator"] = given["collaborator"]
        filters = replace(filters, sender=given["collaborator"])
    if given.get("state") in _REVIEWS:
        kept["state"] = given["state"]
        filters = replace(filters, reviews=_REVIEWS[given["state"]])
    for name in ("from", "to"):
        seq = _bound(given.get(name, ""), name)
        if seq is not None:
            kept[name] = given[name]
            filters = (
                replace(filters, bottom=seq)
                if name == "from"
                else replace(filters, top=min(now, seq))
            )
    filters = replace(filters, top=page_top(given, filters.top))
    return Asked(kept, filters, words_for_office(given))


def office_asked(given: Mapping[str, str], offices: Sequence[Office]) -> str:
    """Of several that fit the words none is meant, until one is chosen."""
    code, words = given.get("office", ""), words_for_office(given)
    if words and len(offices) > MOST_IN_A_BOX:
        found = meant(code, words, offices)
        return found[0].code if len(found) == 1 else ""
    return code if any(each.code == code for each in offices) else ""


def words_for_office(given: Mapping[str, str], name: str = "office") -> str:
    return " ".join(given.get(f"{name}-words", "").split())


def page_top(given: Mapping[str, str], top: int) -> int:
    """Where the page that is asked for begins: at ``top``, or before the last row seen."""
    return min(top, whole_number(given.get("before", ""), 19, top))


def page_before(given: Mapping[str, str], now: datetime) -> datetime:
    """The same by the time: what no page asks for is the first page."""
    try:
        before = datetime.fromisoformat(given.get("before", ""))
    except ValueError:
        return now
    return min(before, now) if before.tzinfo else now


def whole_number(text: str, digits: int, otherwise: int) -> int:
    """``otherwise`` for what is none, or has more digits than it may."""
    readable = text.isascii() and text.isdigit() and len(text) <= digits
    return int(text) if readable else otherwise


def filter_form(
    asked: Asked, offices: Sequence[Office], senders: Sequence[Actor]
) -> tuple[Filter, ...]:
    value = asked.values.get
    return (
        *office_filters(value("office", ""), asked.office_words, offices),
        Filter(
            "collaborator",
            gettext("Collaborator"),
            "select",
            value("collaborator", ""),
            _options((each.id, each.name) for each in by_name(senders)),
        ),
        Filter("from", gettext("From"), "date", value("from", "")),
        Filter("to", gettext("To"), "date", value("to", "")),
        Filter("state", gettext("State"), "select", value("state", ""), _states()),
    )


def office_filters(value: str, words: str, offices: Sequence[Office]) -> tuple[Filter, ...]:
    """A box; where it cannot hold all, a field for words before it."""
    options = _options((each.code, office_option(each)) for each in in_box(offices, value, words))
    box = Filter("office", gettext("Office"), "select", value, options)
    if len(offices) <= MOST_IN_A_BOX:
        return (box,)
    return Filter("office-words", gettext("Office, by its name or code"), "text", words), box


def in_box(offices: Sequence[Office], value: str, words: str) -> Sequence[Office]:
    """All of them; where no box holds them all, the one that was chosen and those that fit the
    words."""
    if len(offices) <= MOST_IN_A_BOX:
        return offices
    found = best_first(words, offices)[:_FOUND] if words else ()
    return (*(each for each in offices if each.code == value and each not in found), *found)


def filter_words(values: Mapping[str, str], senders: Sequence[Actor]) -> str:
    """In one line; ``values`` are what ``read_filters`` left. "" for none."""
    shown = filter_form(Asked(values, Filters(top=0)), (), senders)
    return ", ".join(f"{each.label}: {_value_words(each)}" for each in shown if each.value)


def _value_words(its: Filter) -> str:
    if its.kind == "date":
        return day_words(its.value)
    return next((each.label for each in its.options if each.value == its.value), its.value)


def by_name(actors: Iterable[Actor]) -> list[Actor]:
    """As people look each other up."""
    return sorted(actors, key=lambda each: by_given_name(each.name))


def _states() -> tuple[Option, ...]:
    states = ((each.value, review_words(each)) for each in ReviewState)
    return _options(((_WAITING, gettext("To review")), *states))


def review_words(state: ReviewState) -> str:
    return gettext(_REVIEW_WORDS[state])


def _options(pairs: Iterable[tuple[str, str]]) -> tuple[Option, ...]:
    every = Option("", gettext("All"))
    return (every, *(Option(value, label) for value, label in pairs))


def _bound(day: str, name: str) -> int | None:
    try:
        start, end = day_bounds(day)
    except (ValueError, OverflowError):
        return None
    if start.year < 1971:
        return None
    return seq_at(start if name == "from" else end)
