"""What is known about a record besides its answers: where it came from and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from server.model.offices import Office
from server.model.records import Record, Review, ReviewState
from server.routes.pages.offices.office_words import office_then_and_now
from server.routes.pages.words import ago, gettext, moment_words, ngettext


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    when: str
    when_title: str
    who: str
    what: str
    detail: str = ""


def about(record: Record, form: str, offices: Mapping[str, Office]) -> tuple[Fact, ...]:
    """In reading order; what is not known is left out."""
    current, derived = record.current, record.derived
    facts = [
        Fact(gettext("Form"), form, gettext("Version %(version)s", version=current.form_version)),
        Fact(gettext("Collaborator"), current.sender.name),
        Fact(gettext("Office"), office_then_and_now(record.office, offices)),
        Fact(gettext("Filled in"), _span(derived.started_at, derived.ended_at)),
        Fact(gettext("Received at"), moment_words(record.at)),
    ]
    return tuple(each for each in facts if each.value)


def state_line(record: Record) -> tuple[str, str]:
    """Who said so, and when."""
    if not record.reviews or record.review is ReviewState.EDITED:
        return "", ""
    last = record.reviews[-1]
    return gettext("by %(name)s", name=last.by_name), moment_words(last.at)


def history(record: Record, now: datetime) -> tuple[Event, ...]:
    """Arrivals and reviews, newest first."""
    events: list[tuple[datetime, Event]] = []
    for number, version in enumerate(record.versions):
        what = gettext("sent the record") if number == 0 else gettext("sent an edited version")
        events.append((version.at, event_at(version.at, now, version.sender.name, what)))
    for at, files in _later_files(record).items():
        what = ngettext("%(count)s file came later", "%(count)s files came later", files)
        events.append((at, event_at(at, now, "", what)))
    for review in record.reviews:
        event = event_at(review.at, now, review.by_name, _did(review), review.reason)
        events.append((review.at, event))
    events.sort(key=lambda each: each[0], reverse=True)
    return tuple(event for _, event in events)


def _later_files(record: Record) -> Counter[datetime]:
    """Files that came with no version, by when they came."""
    arrivals = {each.at for each in record.versions}
    return Counter(each.at for each in record.media if each.at not in arrivals)


def event_at(at: datetime, now: datetime, who: str, what: str, detail: str = "") -> Event:
    return Event(ago(at, now), moment_words(at), who, what, detail)


def _did(review: Review) -> str:
    match review.state:
        case ReviewState.APPROVED:
            return gettext("approved it")
        case ReviewState.HAS_ISSUES:
            return gettext("returned it for correction")
        case _:
            return gettext("decided not to use it")


def _span(start: datetime | None, end: datetime | None) -> str:
    if start is None or end is None:
        return moment_words(start or end) if start or end else ""  # type: ignore[arg-type]
    minutes = round((end - start).total_seconds() / 60)
    if minutes < 1:
        return gettext("%(when)s, within a minute", when=moment_words(start))
    return gettext("%(when)s, in %(minutes)s minutes", when=moment_words(start), minutes=minutes)
