"""Is somebody in a register already, here or elsewhere? By POST: names stand in no address."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import NotUnderstood, PageUnknown
from server.model.audit import Act
from server.model.entities import EntityList
from server.model.offices import name_of
from server.processing.registers.known_elsewhere import FIELD, Known, known_as
from server.routes.allow import By, Caller, allow, services
from server.routes.dialects import status_of
from server.routes.pages.registers.register_titles import register_title
from server.routes.pages.registers.registers import known_list
from server.routes.pages.words import gettext, ngettext, problems_of

blueprint = Blueprint("register_elsewhere", __name__)


@dataclass(frozen=True, slots=True)
class Own:
    href: str
    name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """``elsewhere`` are offices to ask."""

    words: str
    own: tuple[Own, ...]
    elsewhere: tuple[str, ...]


@blueprint.get("/lists/<seg:name>/elsewhere")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def show(caller: Caller, name: str) -> ResponseReturnValue:
    return _page(_asked_of(caller, name))


@blueprint.post("/lists/<seg:name>/elsewhere")
@allow(Verb.READ_RECORDS, by=By.SESSION, act=Act.LISTED)
def ask(caller: Caller, name: str) -> ResponseReturnValue:
    its_list, typed = _asked_of(caller, name), request.form.get(FIELD, "")
    stores, at = services().stores, services().clock()
    try:
        known = known_as(stores, caller.scope, caller.actor, its_list.key, typed, at)
    except NotUnderstood as wrong:
        return _page(its_list, typed, wrong=wrong), status_of(wrong)
    return _page(its_list, typed, _answer(its_list, known))


def _asked_of(caller: Caller, name: str) -> EntityList:
    """Of who reads the register's names; one that all offices have has no elsewhere. Raises
    PageUnknown."""
    its_list = services().stores.entity_lists.get(known_list(name))
    if its_list.shared or not caller.scope.on_list(name).reaches:
        raise PageUnknown
    return its_list


def _answer(its_list: EntityList, known: Known) -> Answer:
    offices = services().shelf.offices()
    elsewhere = tuple(name_of(each, offices) or gettext("Whole house") for each in known.elsewhere)
    own = tuple(
        Own(url_for("register_entry.show", name=its_list.key.name, uuid=each.id), each.label)
        for each in known.own
    )
    return Answer(_words(known), own, tuple(dict.fromkeys(elsewhere)))


def _words(known: Known) -> str:
    count = len(known.elsewhere)
    if not count:
        return gettext("known to no other office")
    return ngettext("known to %(count)s other office", "known to %(count)s other offices", count)


def _page(
    its_list: EntityList,
    typed: str = "",
    answer: Answer | None = None,
    wrong: NotUnderstood | None = None,
) -> str:
    name = its_list.key.name
    return render_template(
        "pages/register_elsewhere.html",
        title=gettext("Is somebody known already?"),
        register=register_title(its_list),
        back_href=url_for("registers.show", name=name),
        action=url_for("register_elsewhere.ask", name=name),
        typed=typed,
        answer=answer,
        problems=problems_of(wrong, FIELD),
    )
