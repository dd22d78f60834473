"""One entry of a register: what holds, who said it, and what a person must settle."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb, scope_for
from server.errors import NotUnderstood
from server.model.entities import Contribution, Entity, Origin, Step
from server.model.entity_state import LABEL
from server.model.forms import FormKey
from server.model.scope import Scope
from server.processing.members import member_counts
from server.processing.settle import choices_of, decidable, find_entity, settle
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.record_facts import Fact
from server.routes.pages.register_words import RegisterWords
from server.routes.pages.registers import (
    conflict_words,
    held_words,
    known_list,
    members_words,
    open_words,
)
from server.routes.pages.words import gettext, moment_words, reader
from server.xforms.entities import entity_id

blueprint = Blueprint("register_entry", __name__)

_FIELD = "word-"  # before a property's name in the form that settles
_HELD = "held-"  # before what is held
_LET_IN = "in"
_MOST_DIGITS = 9


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
class HeldOrder:
    """What takes no effect until a person lets it in."""

    name: str
    who: str
    when: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Settling:
    action: str
    seen: str
    words: tuple[Word, ...]
    held: tuple[HeldOrder, ...]


@blueprint.get("/lists/<seg:name>/<seg:uuid>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def show(caller: Caller, name: str, uuid: str) -> ResponseReturnValue:
    found = find_entity(services().stores, caller.scope, known_list(name), entity_id(uuid))
    entity = services().registers.shown(caller.scope, found)
    state = entity.state
    return render_template(
        "pages/register_entry.html",
        title=state.label or entity.id,
        back_href=url_for("registers.show", name=name),
        register=name,
        in_words=RegisterWords(caller.scope, entity, reader()),
        members=_members(caller.scope, entity),
        missing=_missing(entity),
        conflict=open_words(state.conflict.value if state.conflict else "", state.held or ""),
        is_conflict=any(each.open and each.conflict for each in state.steps),
        others_decide=_others_decide(caller, entity),
        settling=_settling(caller, name, entity),
        facts=tuple(Fact(key, value) for key, value in state.data.items() if value),
        history=_history(caller.scope, entity),
    )


@blueprint.post("/lists/<seg:name>/<seg:uuid>/settle")
@allow(Verb.REVIEW_RECORDS, by=By.SESSION)
def decide(caller: Caller, name: str, uuid: str) -> ResponseReturnValue:
    house, key = services(), known_list(name)
    # What one may not see is not there, whatever else is wrong.
    find_entity(house.stores, caller.scope, key, entity_id(uuid))
    settle(
        house.stores,
        caller.scope,
        caller.actor,
        key,
        entity_id(uuid),
        seen=_version(request.form.get("seen", "")),
        chosen=_chosen(_FIELD),
        let_in={saying: said == _LET_IN for saying, said in _chosen(_HELD).items()},
        at=house.clock(),
    )
    flash(gettext("The conflict is settled. Phones get what you chose."), "done")
    return redirect(url_for("register_entry.show", name=name, uuid=uuid), 303)


def _version(text: str) -> int:
    if not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise NotUnderstood(why_vi="thiếu số phiên bản.", why_en="the version is missing.")
    return int(text)


def _chosen(before: str) -> dict[str, str]:
    return {
        field.removeprefix(before): value
        for field, value in request.form.items()
        if field.startswith(before)
    }


def _settling(caller: Caller, name: str, entity: Entity) -> Settling | None:
    """None where there is nothing that this person may settle."""
    scope = scope_for(caller.actor, Verb.REVIEW_RECORDS)
    is_conflict = any(each.open and each.conflict for each in entity.state.steps)
    held = _held(scope, entity)
    if not scope.sees_office(entity.within) or not (is_conflict or held):
        return None
    return Settling(
        action=url_for("register_entry.decide", name=name, uuid=entity.id),
        seen=str(entity.state.version),
        words=tuple(
            Word(f"{_FIELD}{each.name}", _label(each.name), each.values)
            for each in choices_of(entity.state)
        ),
        held=held,
    )


def _held(scope: Scope, entity: Entity) -> tuple[HeldOrder, ...]:
    """What a record says of this entry is decided as one, in however many places it says it."""
    givers = {each.source: each for each in entity.contributions}
    steps: dict[str, list[Step]] = {}
    for each in decidable(scope, entity):
        steps.setdefault(each.saying, []).append(each)
    return tuple(
        HeldOrder(
            name=f"{_HELD}{saying}",
            who=givers[together[0].source].by,
            when=moment_words(givers[together[0].source].at),
            changes=tuple(each for step in together for each in _changes(step)),
        )
        for saying, together in steps.items()
    )


def _members(scope: Scope, entity: Entity) -> str:
    if not entity.state.exists:
        return ""
    stores = services().stores
    its_list = stores.entity_lists.get(entity.key)
    return members_words(its_list.members, member_counts(stores, scope, its_list)[entity.id])


def _others_decide(caller: Caller, entity: Entity) -> bool:
    """Whether something is held that this person may not let in."""
    scope = scope_for(caller.actor, Verb.REVIEW_RECORDS)
    if not scope.offices:
        return False
    held = [each for each in entity.state.steps if each.held and each.open]
    return len(held) > len(decidable(scope, entity))


def _missing(entity: Entity) -> str:
    """Why it stands in no list."""
    if entity.state.exists:
        return ""
    if any(each.waits for each in entity.contributions):
        return gettext("Waits until the record that makes it is approved.")
    if entity.state.gone:
        return gettext("No longer in the register: what made it was withdrawn.")
    return gettext("Waits for the record that makes it.")


def _history(scope: Scope, entity: Entity) -> tuple[Event, ...]:
    """Newest first; what was withdrawn or waits says so."""
    sources = {each.source: each for each in entity.contributions}
    events = [_event(scope, sources[each.source], each) for each in entity.state.steps]
    told = {each.source for each in entity.state.steps}
    rest = [each for source, each in sources.items() if source not in told]
    return (*reversed(events), *(_event(scope, each, None) for each in rest))


def _event(scope: Scope, source: Contribution, step: Step | None) -> Event:
    """What another office sent and has no effect here is that office's own affair."""
    in_force = step is not None and step.held is None and not step.refused
    is_told = in_force or scope.sees_office(source.within)
    return Event(
        words=_what(source) if is_told else gettext("By another office"),
        who=source.by if is_told else "",
        when=moment_words(source.at),
        href=_record_href(source) if scope.sees_office(source.within) else "",
        note=_note(source, step),
        settled=step is not None and step.settled,
        changes=_changes(step) if step is not None and is_told else (),
    )


def _changes(step: Step) -> tuple[Change, ...]:
    return tuple(Change(_label(name), old, new) for name, (old, new) in step.changed.items())


def _what(source: Contribution) -> str:
    match source.origin:
        case Origin.RECORD:
            return gettext("By a record")
        case Origin.IMPORT:
            return gettext("By an import")
        case Origin.SETTLED:
            return gettext("A conflict was settled")
        case Origin.OFFICES:
            return gettext("From the offices of the server")


def _note(source: Contribution, step: Step | None) -> str:
    if step is None:
        return gettext("Withdrawn") if not source.orders else gettext("Waits")
    if step.refused:
        return gettext("Not used: the entry was there already")
    if step.settled:
        return gettext("Left out") if step.held else gettext("Settled")
    return held_words(step.held or "") or conflict_words(step.conflict or "")


def _record_href(source: Contribution) -> str:
    if source.origin is not Origin.RECORD:
        return ""
    project, form_id, instance_id = source.source.split("/", 2)
    key = FormKey.parse(f"{project}/{form_id}")
    return url_for("record.show", form_id=key.form_id, instance_id=instance_id)


def _label(name: str) -> str:
    return gettext("Name") if name == LABEL else name
