"""Whose an entry of a register is to look after: shown on its page, and named by whoever hands out
work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.model.entities import Entity, EntityList
from server.processing.registers.assign_entry import assign_entry, carriers_for
from server.processing.registers.settle import find_entity
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.pages.records.asked import Option, by_name
from server.routes.pages.registers.registers import known_list
from server.routes.pages.words import gettext, moment_words
from server.xforms.entities import entity_id

blueprint = Blueprint("register_worker", __name__)


@dataclass(frozen=True, slots=True)
class LookingAfter:
    """``action`` is "" for who names nobody; ``line`` says whose phone has it, and why."""

    line: str
    action: str
    chosen: str
    people: Sequence[Option]


@blueprint.post("/lists/<seg:name>/<seg:uuid>/worker")
@allow(Verb.ASSIGN_RECORDS, by=By.SESSION)
def name_worker(caller: Caller, name: str, uuid: str) -> ResponseReturnValue:
    house = services()
    entity = find_entity(house.stores, caller.scope, known_list(name), entity_id(uuid))
    worker = request.form.get("worker", "")
    at, registers = house.clock(), house.registers
    assign_entry(house.stores, registers, caller.scope, caller.actor, entity, worker, at)
    flash(gettext("Saved. Phones get it at their next look."), "done")
    return redirect(url_for("register_entry.show", name=name, uuid=uuid), 303)


def looking_after(caller: Caller, its_list: EntityList, entity: Entity) -> LookingAfter | None:
    """None where every phone of the office has the entry."""
    if not its_list.assigned_only.is_in_use or not entity.state.exists:
        return None
    house, key = services(), entity.key
    scope = scope_beside(caller, Verb.ASSIGN_RECORDS)
    may = scope.on_list(key.name).sees_office(entity.within)
    people = carriers_for(house.stores, house.registers, scope, entity) if may else []
    maker = entity.givers[entity.state.maker]
    worker = house.stores.entity_workers.of(key, [entity.id]).get(entity.id)
    if worker is None:
        line = gettext("%(name)s, who made it", name=maker.by) if maker.sender else ""
    elif worker.id:
        line = gettext(
            "%(worker)s, named by %(name)s, %(when)s",
            worker=worker.name,
            name=worker.by_name,
            when=moment_words(worker.at),
        )
    else:
        line = ""
    return LookingAfter(
        line=line or gettext("Nobody: it is on no phone."),
        action=url_for("register_worker.name_worker", name=key.name, uuid=entity.id) if may else "",
        chosen=worker.id if worker else maker.sender,
        people=(
            Option("", gettext("Nobody")),
            *(Option(each.id, each.name) for each in by_name(people)),
        ),
    )
