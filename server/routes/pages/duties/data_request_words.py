"""Requests about personal data in words: what is asked, what was done, what is due when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from server.model.data_requests import DataRequest, Deed, Standing, Wish, clocks_of
from server.model.working_days import WorkCalendar
from server.routes.pages.records.asked import Option
from server.routes.pages.words import N_, day_words, gettext, ngettext

_WISHES: Mapping[Wish, str] = {
    Wish.SEE: N_("See their data, or have a copy"),
    Wish.CORRECT: N_("Correct their data"),
    Wish.WITHDRAW: N_("Withdraw consent"),
    Wish.RESTRICT: N_("Restrict what is done with them"),
    Wish.OBJECT: N_("Object to what is done with them"),
    Wish.ERASE: N_("Erase their data"),
}
_STANDINGS: Mapping[Standing, str] = {
    Standing.SELF: N_("For themselves"),
    Standing.REPRESENTATIVE: N_("As parent, guardian or legal representative"),
    Standing.OTHER: N_("For somebody else"),
}
_DEEDS: Mapping[Deed, str] = {
    Deed.RECEIVED: N_("took the request in"),
    Deed.ANSWERED: N_("gave the first answer"),
    Deed.EXTENDED: N_("extended the term"),
    Deed.NOTED: N_("noted"),
    Deed.STOPPED: N_("stopped the sharing of what it concerns"),
    Deed.RESUMED: N_("let what it concerns be shared again"),
    Deed.DONE: N_("did what was asked and closed it"),
    Deed.PARTLY: N_("did a part of it and closed it"),
    Deed.REFUSED: N_("declined and closed it"),
}
_TO_DO: Mapping[Deed, str] = {
    Deed.ANSWERED: N_("The first answer was given"),
    Deed.EXTENDED: N_("The term is extended, once"),
    Deed.NOTED: N_("Something to remember"),
    Deed.STOPPED: N_("Stop sharing the records and entries that it concerns"),
    Deed.RESUMED: N_("Share them again"),
    Deed.DONE: N_("Done as asked: close it"),
    Deed.PARTLY: N_("Done in part: close it"),
    Deed.REFUSED: N_("Declined: close it"),
}
_STATES: Mapping[Deed, str] = {
    Deed.RECEIVED: N_("New request"),
    Deed.ANSWERED: N_("Answered, under way"),
    Deed.DONE: N_("Done"),
    Deed.PARTLY: N_("Done in part"),
    Deed.REFUSED: N_("Declined"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """``late`` when the day is over."""

    words: str
    left: str
    late: bool


@dataclass(frozen=True, slots=True)
class StateWords:
    """``kind``: fresh, done or closed, for its colour."""

    words: str
    kind: str


def wish_words(wish: Wish) -> str:
    return gettext(_WISHES[wish])


def standing_words(standing: Standing) -> str:
    return gettext(_STANDINGS[standing])


def deed_words(deed: Deed) -> str:
    return gettext(_DEEDS[deed])


def wish_options() -> tuple[Option, ...]:
    return _asking((each.value, words) for each, words in _WISHES.items())


def standing_options() -> tuple[Option, ...]:
    return _asking((each.value, words) for each, words in _STANDINGS.items())


def step_options(request: DataRequest) -> tuple[Option, ...]:
    """What can be done now, the likeliest first."""
    return _asking((each.value, words) for each, words in _TO_DO.items() if request.may(each))


def state_of(request: DataRequest) -> StateWords:
    if not request.is_open:
        last = request.acts[-1].deed
        return StateWords(gettext(_STATES[last]), "done" if last is Deed.DONE else "closed")
    answered = request.did(Deed.ANSWERED)
    return StateWords(gettext(_STATES[Deed.ANSWERED if answered else Deed.RECEIVED]), "fresh")


def is_late(request: DataRequest, calendar: WorkCalendar, today: date) -> bool:
    return request.is_open and clocks_of(request, calendar).next < today


def next_due(request: DataRequest, calendar: WorkCalendar, today: date) -> Due:
    """What stands beside an open request in a list."""
    clocks = clocks_of(request, calendar)
    if clocks.answer and clocks.answer <= clocks.done:
        words = gettext("first answer by %(day)s", day=_day(clocks.answer))
    else:
        words = gettext("done by %(day)s", day=_day(clocks.done))
    return _due(words, clocks.next, calendar, today)


def all_due(request: DataRequest, calendar: WorkCalendar, today: date) -> tuple[Due, ...]:
    """Each clock that runs."""
    if not request.is_open:
        return ()
    clocks = clocks_of(request, calendar)
    found = [(gettext("Done by %(day)s", day=_day(clocks.done)), clocks.done)]
    if clocks.answer:
        words = gettext("First answer by %(day)s", day=_day(clocks.answer))
        found.insert(0, (words, clocks.answer))
    return tuple(_due(words, day, calendar, today) for words, day in found)


def _asking(pairs: Iterable[tuple[str, str]]) -> tuple[Option, ...]:
    """Nothing is chosen for whoever fills it in."""
    none = Option("", gettext("Choose one"))
    return (none, *(Option(value, gettext(words)) for value, words in pairs))


def _due(words: str, day: date, calendar: WorkCalendar, today: date) -> Due:
    left = calendar.between(today, day)
    if day < today:
        late = max(1, -left)
        said = ngettext("%(count)s working day late", "%(count)s working days late", late)
    elif left == 0:
        said = gettext("today at the latest")
    else:
        said = ngettext("%(count)s working day left", "%(count)s working days left", left)
    return Due(words, said, day < today)


def _day(day: date) -> str:
    return day_words(day.isoformat())
