"""One entry of a register: what holds, who said it, and what a person must settle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb, may
from server.errors import NotUnderstood
from server.model.entities import Contribution, Entity, EntityList, Held, Step
from server.model.offices import name_of
from server.model.withholding import LISTS, Target
from server.processing.registers.settle import (
    Choice,
    Decider,
    Matter,
    find_entity,
    matter_of,
    settle,
)
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.pages.records.record_facts import Fact
from server.routes.pages.registers.register_history import (
    Change,
    History,
    changes_of,
    history_of,
    label_of_property,
    record_href,
)
from server.routes.pages.registers.register_titles import register_title
from server.routes.pages.registers.register_words import RegisterWords
from server.routes.pages.registers.register_worker import looking_after
from server.routes.pages.registers.registers import known_list, members_words
from server.routes.pages.ways import address
from server.routes.pages.withheld_words import kept_back_words
from server.routes.pages.words import gettext, moment_words, reader
from server.xforms.entities import entity_id

blueprint = Blueprint("register_entry", __name__)

_FIELD = "word-"  # before a property's name in the form that settles
_HELD = "held-"  # before what is held
_LET_IN = "in"
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Value:
    """What may be chosen; ``by`` are who said so and when, newest first."""

    text: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    name: str
    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """What takes no effect until a person lets it in; ``why`` in a sentence."""

    name: str
    why: str
    who: str
    when: str
    href: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Settling:
    action: str
    seen: str
    is_conflict: bool
    words: tuple[Word, ...]
    held: tuple[HeldOrder, ...]


@blueprint.get("/lists/<seg:name>/<seg:uuid>")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def show(caller: Caller, name: str, uuid: str) -> ResponseReturnValue:
    house = services()
    found = find_entity(house.stores, caller.scope, known_list(name), entity_id(uuid))
    entity = house.registers.shown(caller.scope, found)
    its_list, state = house.stores.entity_lists.get(entity.key), entity.state
    reviewing, hidden = scope_beside(caller, Verb.REVIEW_RECORDS), house.registers.hidden
    matter = matter_of(reviewing, its_list, found, hidden(caller.scope, found))
    settling = _settling(name, entity, matter)
    history = history_of(caller.scope, entity, request.args.get("behind", ""))
    return render_template(
        "pages/register_entry.html",
        title=state.label or entity.id,
        back_href=url_for("registers.show", name=name),
        register=register_title(its_list),
        office=name_of(entity.office, house.shelf.offices()),
        in_words=RegisterWords(
            caller.scope, entity.key, _said(entity, settling, history), reader()
        ),
        members=_members(caller, its_list, entity),
        missing=_missing(entity),
        kept_back=kept_back_words(Target(LISTS, entity.key.text, entity.id)),
        elsewhere=tuple(
            _who_decides(each) for each in sorted(matter.others, key=lambda each: each.value)
        ),
        consents_href=url_for("consents.of_entry", name=name, uuid=entity.id),
        copy_href=url_for("data_copy.copy_of_entry", name=name, uuid=entity.id)
        if may(caller.actor, Verb.MANAGE_DUTIES)
        else "",
        seen_href=_seen_href(caller, entity),
        settling=settling,
        looking_after=looking_after(caller, its_list, entity),
        erase_href=_erase_href(caller, name, entity),
        facts=tuple(Fact(key, value) for key, value in state.data.items() if value),
        history=history.events,
        older_href=url_for("register_entry.show", name=name, uuid=entity.id, behind=history.last)
        if history.last
        else "",
    )


def _seen_href(caller: Caller, entity: Entity) -> str:
    if not scope_beside(caller, Verb.READ_AUDIT).sees_office(entity.chain):
        return ""
    return address("audit.overview", record=f"entity:{entity.key.text}/{entity.id}")


def _erase_href(caller: Caller, name: str, entity: Entity) -> str:
    scope = scope_beside(caller, Verb.DELETE_RECORDS)
    if not scope.on_list(name).sees_office(entity.chain):
        return ""
    return url_for("approval_ask.entry_erasure", name=name, uuid=entity.id)


@blueprint.post("/lists/<seg:name>/<seg:uuid>/settle")
@allow(Verb.REVIEW_RECORDS, by=By.SESSION)
def decide(caller: Caller, name: str, uuid: str) -> ResponseReturnValue:
    house, key = services(), known_list(name)
    # What one may not see is not there, whatever else is wrong.
    found = find_entity(house.stores, caller.scope, key, entity_id(uuid))
    entity = settle(
        house.stores,
        caller.scope,
        caller.actor,
        key,
        entity_id(uuid),
        seen=_version(request.form.get("seen", "")),
        chosen=_chosen(_FIELD),
        let_in={saying: said == _LET_IN for saying, said in _chosen(_HELD).items()},
        at=house.clock(),
        hidden=house.registers.hidden(scope_beside(caller, Verb.READ_RECORDS), found),
    )
    if entity.state.conflict is None:
        flash(gettext("Decided. What holds now is below, and phones get it."), "done")
    else:
        flash(gettext("Your decision is saved. Something else here is still open."), "done")
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


def _settling(name: str, entity: Entity, matter: Matter) -> Settling | None:
    """None where there is nothing that this person may settle."""
    if not matter.is_open:
        return None
    return Settling(
        action=url_for("register_entry.decide", name=name, uuid=entity.id),
        seen=str(entity.state.version),
        is_conflict=bool(matter.conflicts),
        words=tuple(_word(entity, each) for each in matter.choices),
        held=_held(entity, matter),
    )


def _word(entity: Entity, choice: Choice) -> Word:
    givers = entity.givers
    said: dict[str, list[str]] = {value: [] for value in choice.values}
    for step in reversed(entity.state.steps):
        value = step.changed.get(choice.name, ("", ""))[1]
        if choice.name in step.changed and value in said and not step.held:
            said[value].append(_by(givers[step.source]))
    return Word(
        f"{_FIELD}{choice.name}",
        label_of_property(choice.name),
        tuple(Value(text, tuple(dict.fromkeys(by))) for text, by in said.items()),
    )


def _by(giver: Contribution) -> str:
    return f"{giver.by}, {moment_words(giver.at)}"


def _held(entity: Entity, matter: Matter) -> tuple[HeldOrder, ...]:
    """What a record says of this entry is decided as one, in however many places it says it."""
    givers = entity.givers
    steps: dict[str, list[Step]] = {}
    for each in matter.held:
        steps.setdefault(each.saying, []).append(each)
    return tuple(
        HeldOrder(
            name=f"{_HELD}{saying}",
            why=_why(givers[together[0].source], together[0]),
            who=givers[together[0].source].by,
            when=moment_words(givers[together[0].source].at),
            href=record_href(givers[together[0].source]),
            changes=changes_of(together),
        )
        for saying, together in steps.items()
    )


def _why(giver: Contribution, step: Step) -> str:
    if step.held is Held.RESERVED:
        return gettext("Only the centre may say this, and it was sent by an office.")
    office = services().shelf.offices().get(giver.office or "")
    return gettext(
        "Sent by %(office)s, which does not have this entry.",
        office=office.label if office else gettext("another office"),
    )


def _who_decides(other: Decider) -> str:
    """For whom this person must wait."""
    match other:
        case Decider.REVIEWER:
            return gettext(
                "Records say different things here. Who reviews this office's records decides; "
                "until then the last word holds."
            )
        case Decider.BOTH_OFFICES:
            return gettext(
                "Another office sent something about this entry. Who answers for both offices "
                "decides whether it holds; until then nothing changes."
            )
        case Decider.CENTRE:
            return gettext(
                "Something here is for the centre alone to say. The centre decides; until then "
                "what is below holds."
            )
        case Decider.READER:
            return gettext(
                "Something here is about what your role does not read. Who reads all of this entry "
                "decides; until then the last word holds."
            )


def _said(entity: Entity, settling: Settling | None, history: History) -> Iterator[tuple[str, str]]:
    """Each (property, value) that the page shows."""
    yield from entity.state.data.items()
    for word in settling.words if settling else ():
        yield from ((word.label, each.text) for each in word.values)
    shown = [each.changes for each in history.events]
    shown += [each.changes for each in settling.held] if settling else []
    for change in (each for changes in shown for each in changes):
        yield from ((change.name, change.old), (change.name, change.new))


def _members(caller: Caller, its_list: EntityList, entity: Entity) -> str:
    if not entity.state.exists:
        return ""
    counts = services().registers.members(caller.scope, its_list)
    return members_words(its_list.members, counts[entity.id])


def _missing(entity: Entity) -> str:
    """Why it stands in no list."""
    if entity.state.exists:
        return ""
    if any(each.waits for each in entity.contributions):
        return gettext("Waits until the record that makes it is approved.")
    if entity.state.gone:
        return gettext("No longer in the register: what made it was withdrawn.")
    return gettext("Waits for the record that makes it.")
