"""What takes two people, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from server.model.approvals import Approval, State
from server.model.calendar import day_of
from server.model.data_requests import Concern
from server.model.withholding import RECORDS
from server.processing.approvals.approved_acts import DELETE, ERASE, EXPORT, PHOTOS
from server.routes.pages.duties.data_request_words import StateWords
from server.routes.pages.registers.register_titles import register_called
from server.routes.pages.words import N_, day_words, gettext, ngettext

ACT_WORDS: Mapping[str, str] = {
    DELETE: N_("Delete records"),
    EXPORT: N_("Take out data"),
    ERASE: N_("Erase personal data"),
    PHOTOS: N_("Erase photos"),
}
# What granting it means, said to who may.
MEANING: Mapping[str, str] = {
    DELETE: N_("The record leaves every list, count and export, at once. Nobody brings it back."),
    ERASE: N_(
        "Names, text, places, pictures and earlier versions are gone for ever; choices, small "
        "numbers and years stay for statistics. What the record said in registers is taken back."
    ),
    PHOTOS: N_("The photos of these records are gone for ever; all answers and signatures stay."),
    EXPORT: N_("Whoever asked may download all of it, as often as needed, until the time is over."),
}
_STATES: Mapping[State, tuple[str, str]] = {
    State.ASKED: (N_("Waits for a second person"), "fresh"),
    State.GRANTED: (N_("Granted"), "done"),
    State.REFUSED: (N_("Refused"), "closed"),
    State.TAKEN_BACK: (N_("Taken back"), "closed"),
    State.CARRIED_OUT: (N_("Carried out"), "done"),
    State.LAPSED: (N_("Lapsed"), "closed"),
}


@dataclass(frozen=True, slots=True)
class Thing:
    """``href`` is "" for a whole form or register."""

    href: str
    words: str


def act_words(act: str) -> str:
    return gettext(ACT_WORDS.get(act, act))


def state_words(approval: Approval, now: datetime) -> StateWords:
    state = approval.state(now)
    words, kind = _STATES[state]
    if state is State.GRANTED and approval.about.days:
        last = day_words(day_of(approval.lapses_at))
        return StateWords(gettext("In force until %(day)s", day=last), kind)
    return StateWords(gettext(words), kind)


def about_words(approval: Approval, titles: Mapping[str, str]) -> str:
    """In one line, for a list."""
    things = approval.about.things
    first = thing_of(things[0], titles).words
    more = len(things) - 1
    if not more:
        return first
    others = ngettext("and %(count)s more", "and %(count)s more", more)
    return f"{first} {others}"


def thing_of(thing: Concern, titles: Mapping[str, str]) -> Thing:
    """By its name among forms or registers: the record itself says the rest, to who may read it."""
    if thing.kind == RECORDS:
        title = titles.get(thing.name, thing.name)
        if not thing.id:
            return Thing("", gettext("All records of the form %(form)s", form=title))
        href = url_for("record.show", form_id=thing.name, instance_id=thing.id)
        return Thing(href, gettext("Record: %(form)s", form=title))
    called = register_called(thing.name)
    if not thing.id:
        return Thing("", gettext("All entries: %(register)s", register=called))
    href = url_for("register_entry.show", name=thing.name, uuid=thing.id)
    return Thing(href, gettext("One entry: %(register)s", register=called))
