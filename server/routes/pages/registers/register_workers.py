"""Who looks after how many entries of a register, and all of one's given to another."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import NotUnderstood, PageUnknown
from server.model.entities import EntityList
from server.processing.records.assign import chosen_of
from server.processing.registers.assign_entry import give_all, loads, takers
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.pages.records.asked import Option, by_name
from server.routes.pages.registers.register_titles import register_title
from server.routes.pages.registers.register_words import RegisterWords
from server.routes.pages.registers.registers import known_list
from server.routes.pages.words import gettext, ngettext, number, reader
from server.services import PROJECT

blueprint = Blueprint("register_workers", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    value: str
    name: str
    count: str
    ended: bool


@blueprint.get("/lists/<seg:name>/workers")
@allow(Verb.ASSIGN_RECORDS, by=By.SESSION)
def show(caller: Caller, name: str) -> ResponseReturnValue:
    house, its_list = services(), _by_assignment(caller, name)
    rows = tuple(
        Row(each.id, each.name or gettext("Nobody"), number(each.count), each.ended)
        for each in loads(house.stores, house.registers, caller.scope, its_list)
    )
    people = takers(house.stores, house.registers, caller.scope, its_list)
    return render_template(
        "pages/register_workers.html",
        title=gettext("Who looks after what"),
        register=register_title(its_list),
        back_href=url_for("registers.show", name=name),
        rows=rows,
        before=tuple(Option(each.value, f"{each.name} ({each.count})") for each in rows),
        properties=(
            Option("", gettext("All")),
            *(Option(each, label) for each, label in _properties(caller, its_list).items()),
        ),
        people=tuple(Option(each.id, each.name) for each in by_name(people)),
        action=url_for("register_workers.give", name=name),
    )


@blueprint.post("/lists/<seg:name>/workers")
@allow(Verb.ASSIGN_RECORDS, by=By.SESSION)
def give(caller: Caller, name: str) -> ResponseReturnValue:
    house, its_list = services(), _by_assignment(caller, name)
    people = takers(house.stores, house.registers, caller.scope, its_list)
    to = chosen_of(people, request.form.get("to", ""))
    given, left = give_all(
        house.stores,
        house.registers,
        caller.scope,
        caller.actor,
        its_list,
        request.form.get("before", ""),
        _only(caller, its_list),
        to,
        house.clock(),
    )
    if given:
        flash(
            ngettext(
                "%(count)s entry is given to %(name)s.",
                "%(count)s entries are given to %(name)s.",
                given,
                name=to.name,
            ),
            "done",
        )
    if left:
        flash(
            ngettext(
                "%(count)s entry stays: it is of an office that they do not work for.",
                "%(count)s entries stay: they are of offices that they do not work for.",
                left,
            ),
            "late",
        )
    if not given and not left:
        flash(gettext("No entry was given: none is so."), "late")
    return redirect(url_for("register_workers.show", name=name), 303)


def _only(caller: Caller, its_list: EntityList) -> tuple[str, str] | None:
    """The property and the value of those that are meant; None for all."""
    name = request.form.get("property", "")
    if name and name not in _properties(caller, its_list):
        raise NotUnderstood(why_vi="không có mục này.", why_en="there is no such property.")
    return (name, request.form.get("value", "")) if name else None


def _properties(caller: Caller, its_list: EntityList) -> dict[str, str]:
    """With what they are called: those that the caller may read of each entry, or asking by them
    would tell what is hidden."""
    house, key = services(), its_list.key
    reading = scope_beside(caller, Verb.READ_RECORDS).on_list(key.name)
    hidden = house.registers.reach(PROJECT).hidden(key.name, reading.least())
    names = [each for each in house.registers.columns(PROJECT)[key.name] if each not in hidden]
    words = RegisterWords(reading, key, [(each, "") for each in names], reader())
    return {each: words.label(each) for each in names}


def _by_assignment(caller: Caller, name: str) -> EntityList:
    """Raises PageUnknown for a register that goes to phones by office, or to none of theirs."""
    its_list = services().stores.entity_lists.get(known_list(name))
    if not its_list.assigned_only.is_in_use or not caller.scope.on_list(name).reaches:
        raise PageUnknown
    return its_list
