"""What was said of an entry, newest first, as far as a reader may know it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from server.model.entities import Contribution, Entity, Origin, Step
from server.model.entity_state import LABEL
from server.model.scope import Scope
from server.processing.registers.entity_orders import record_of
from server.routes.pages.registers.registers import conflict_words, held_words
from server.routes.pages.words import gettext, moment_words

PAGE = 30


@dataclass(frozen=True, slots=True)
class Change:
    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Event:
    """One saying; ``href`` leads to the record it came with, "" for what came otherwise."""

    words: str
    who: str
    when: str
    href: str
    note: str
    settled: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class History:
    """A page of it; what is older begins behind ``last``, "" where nothing is."""

    events: tuple[Event, ...]
    last: str


def history_of(scope: Scope, entity: Entity, behind: str) -> History:
    """Begins behind the saying ``behind``, "" for the newest; what was withdrawn or waits says so,
    at the end."""
    sources = entity.givers
    told = {each.source for each in entity.state.steps}
    silent = [(each, None) for source, each in sources.items() if source not in told]
    all_of_it: list[tuple[Contribution, Step | None]] = [
        *((sources[each.source], each) for each in reversed(entity.state.steps)),
        *silent,
    ]
    start = 1 + next(
        (at for at, each in enumerate(all_of_it) if behind and _name(*each) == behind), -1
    )
    page = all_of_it[start : start + PAGE]
    return History(
        events=tuple(_event(scope, source, step) for source, step in page),
        last=_name(*page[-1]) if all_of_it[start + PAGE :] else "",
    )


def _name(source: Contribution, step: Step | None) -> str:
    """Of one saying, for an address: it names no record."""
    place = (step.place, str(bool(step.held))) if step else ()
    return hashlib.sha256("\n".join((source.source, *place)).encode()).hexdigest()[:16]


def _event(scope: Scope, source: Contribution, step: Step | None) -> Event:
    """What another office sent and has no effect here is that office's own affair."""
    in_force = step is not None and step.held is None and not step.refused
    is_told = in_force or scope.sees_office(source.within)
    return Event(
        words=_what(source) if is_told else gettext("By another office"),
        who=source.by if is_told else "",
        when=moment_words(source.at),
        href=record_href(source) if _may_open(scope, source) else "",
        note=_note(source, step),
        settled=step is not None and step.settled,
        changes=changes_of([step]) if step is not None and is_told else (),
    )


def _may_open(scope: Scope, source: Contribution) -> bool:
    """Whether it came with a record of a form that the reader has, in their offices."""
    if source.origin is not Origin.RECORD:
        return False
    return scope.sees(source.within, record_of(source.source)[0].form_id)


def changes_of(steps: Sequence[Step]) -> tuple[Change, ...]:
    return tuple(
        Change(label_of_property(name), old, new)
        for step in steps
        for name, (old, new) in step.changed.items()
    )


def label_of_property(name: str) -> str:
    return gettext("Name") if name == LABEL else name


def _what(source: Contribution) -> str:
    match source.origin:
        case Origin.RECORD:
            return gettext("By a record")
        case Origin.IMPORT:
            return gettext("By an import")
        case Origin.SETTLED:
            return gettext("Decided by a person")
        case Origin.PROGRAM:
            return gettext("By a program")
        case Origin.OFFICES:
            return gettext("From the offices of the server")


def _note(source: Contribution, step: Step | None) -> str:
    if step is None:
        return gettext("Withdrawn") if not source.orders else gettext("Waits")
    if step.refused:
        return gettext("Not used: the entry was there already")
    if step.settled:
        return gettext("Left out") if step.held else gettext("Looked into")
    return held_words(step.held or "") or conflict_words(step.conflict or "")


def record_href(source: Contribution) -> str:
    """Of the record it came with, "" for what came otherwise."""
    if source.origin is not Origin.RECORD:
        return ""
    key, instance_id = record_of(source.source)
    return url_for("record.show", form_id=key.form_id, instance_id=instance_id)
