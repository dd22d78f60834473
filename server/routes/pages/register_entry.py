"""One entry of a register: what holds, who said it, and what a person must settle."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb, may
from server.model.entities import Contribution, Entity, Origin, Step
from server.model.entity_state import LABEL
from server.model.forms import FormKey
from server.processing.settle import choices_of, find_entity, settle
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.record_facts import Fact
from server.routes.pages.register_words import RegisterWords
from server.routes.pages.registers import conflict_words, known_list
from server.routes.pages.words import gettext, moment_words, reader
from server.xforms.entities import entity_id

blueprint = Blueprint("register_entry", __name__)

_FIELD = "word-"  # before a property's name in the form that settles


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
class Word:
    name: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settling:
    action: str
    seen: str
    words: tuple[Word, ...]


@blueprint.get("/lists/<seg:name>/<seg:uuid>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def show(caller: Caller, name: str, uuid: str) -> ResponseReturnValue:
    entity = find_entity(services().stores, caller.scope, known_list(name), entity_id(uuid))
    state = entity.state
    settling = None
    if state.conflict and may(caller.actor, Verb.REVIEW_RECORDS):
        settling = Settling(
            action=url_for("register_entry.decide", name=name, uuid=uuid),
            seen=str(state.version),
            words=tuple(
                Word(f"{_FIELD}{each.name}", _label(each.name), each.values)
                for each in choices_of(state)
            ),
        )
    return render_template(
        "pages/register_entry.html",
        title=state.label or entity.id,
        back_href=url_for("registers.show", name=name),
        register=name,
        in_words=RegisterWords(caller.scope, entity, reader()),
        missing=_missing(entity),
        conflict=conflict_words(state.conflict.value if state.conflict else ""),
        settling=settling,
        facts=tuple(Fact(key, value) for key, value in state.data.items() if value),
        history=_history(entity),
    )


@blueprint.post("/lists/<seg:name>/<seg:uuid>/settle")
@allow(Verb.REVIEW_RECORDS, by=By.SESSION)
def decide(caller: Caller, name: str, uuid: str) -> ResponseReturnValue:
    house, seen = services(), request.form.get("seen", "")
    settle(
        house.stores,
        caller.scope,
        caller.actor,
        known_list(name),
        entity_id(uuid),
        seen=int(seen) if seen.isdecimal() else 0,
        chosen={
            field.removeprefix(_FIELD): value
            for field, value in request.form.items()
            if field.startswith(_FIELD)
        },
        at=house.clock(),
    )
    flash(gettext("The conflict is settled. Phones get what you chose."), "done")
    return redirect(url_for("register_entry.show", name=name, uuid=uuid), 303)


def _missing(entity: Entity) -> str:
    """Why it stands in no list."""
    if entity.state.exists:
        return ""
    if any(each.waits for each in entity.contributions):
        return gettext("Waits until the record that makes it is approved.")
    if entity.state.gone:
        return gettext("No longer in the register: what made it was withdrawn.")
    return gettext("Waits for the record that makes it.")


def _history(entity: Entity) -> tuple[Event, ...]:
    """Newest first; what was withdrawn or waits says so."""
    sources = {each.source: each for each in entity.contributions}
    events = [_event(sources[each.source], each) for each in entity.state.steps]
    told = {each.source for each in entity.state.steps}
    rest = [each for source, each in sources.items() if source not in told]
    return (*reversed(events), *(_event(each, None) for each in rest))


def _event(source: Contribution, step: Step | None) -> Event:
    return Event(
        words=_what(source),
        who=source.by,
        when=moment_words(source.at),
        href=_record_href(source),
        note=_note(source, step),
        settled=step is not None and step.settled,
        changes=tuple(
            Change(_label(name), old, new)
            for name, (old, new) in (step.changed.items() if step else ())
        ),
    )


def _what(source: Contribution) -> str:
    match source.origin:
        case Origin.RECORD:
            return gettext("By a record")
        case Origin.IMPORT:
            return gettext("By an import")
        case Origin.SETTLED:
            return gettext("A conflict was settled")


def _note(source: Contribution, step: Step | None) -> str:
    if step is None:
        return gettext("Withdrawn") if not source.orders else gettext("Waits")
    if step.refused:
        return gettext("Not used: the entry was there already")
    if step.settled:
        return gettext("Settled")
    return conflict_words(step.conflict.value if step.conflict else "")


def _record_href(source: Contribution) -> str:
    if source.origin is not Origin.RECORD:
        return ""
    project, form_id, instance_id = source.source.split("/", 2)
    key = FormKey.parse(f"{project}/{form_id}")
    return url_for("record.show", form_id=key.form_id, instance_id=instance_id)


def _label(name: str) -> str:
    return gettext("Name") if name == LABEL else name
