"""What is somebody's own to finish goes to a colleague. No record and no entry is named: who
manages people need not read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb, may
from server.errors import PersonUnknown
from server.model.people import Actor
from server.processing.accounts.leaving import (
    HandOver,
    Kind,
    Source,
    Task,
    hand_over,
    left_to_do,
    sources,
)
from server.processing.accounts.staff import find_person, managed
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.accounts.role_words import grants_words, office_title
from server.routes.pages.forms.form_titles import form_titles
from server.routes.pages.records.asked import Option, by_name
from server.routes.pages.registers.register_titles import register_called
from server.routes.pages.words import N_, gettext, ngettext, number
from server.services import PROJECT

blueprint = Blueprint("hand_over", __name__)

_KINDS: Mapping[Kind, str] = {
    Kind.RETURNED: N_("Returned for correction"),
    Kind.GIVEN: N_("Given by name"),
    Kind.ENTRY: N_("Entries to look after"),
}
# Who corrects records, who reads those that are given by name, and who takes registers along.
_TAKING = (Verb.EDIT_RECORDS, Verb.READ_RECORDS, Verb.SEND_RECORDS)


@dataclass(frozen=True, slots=True)
class Heap:
    """Work of one kind, of one form or register in one office."""

    what: str
    source: str
    office: str
    count: str


@blueprint.get("/admin/people/<seg:person_id>/hand-over")
@allow(Verb.MANAGE_PEOPLE, by=By.SESSION)
def page(caller: Caller, person_id: str) -> ResponseReturnValue:
    """Theirs alone who may be changed; of others nothing is told but that they are there."""
    house = services()
    whom = managed(house.stores, house.shelf, caller.actor, caller.scope, person_id)
    work = left_to_do(house.stores, _sources(), whom)
    return render_template(
        "pages/hand_over.html",
        title=_title(whom, len(work)),
        back_href=url_for("person.person", person_id=whom.id),
        name=whom.name,
        heaps=_heaps(work),
        colleagues=_colleagues(caller, whom),
        action=url_for("hand_over.move", person_id=whom.id),
    )


@blueprint.post("/admin/people/<seg:person_id>/hand-over")
@allow(Verb.MANAGE_PEOPLE, by=By.SESSION)
def move(caller: Caller, person_id: str) -> ResponseReturnValue:
    house = services()
    whom = managed(house.stores, house.shelf, caller.actor, caller.scope, person_id)
    to = find_person(house.stores, caller.scope, request.form.get("to", ""))
    if not to.active or to.id == whom.id:
        raise PersonUnknown
    given = HandOver(to, caller.actor, house.clock())
    moved, left = hand_over(house.stores, _sources(), whom, given)
    words = gettext("%(count)s handed over to %(name)s.", count=number(moved), name=to.name)
    if not left:
        flash(words, "done")
        return redirect(url_for("person.person", person_id=whom.id), 303)
    rest = gettext(
        "%(count)s left: %(name)s may not take them over where they belong.",
        count=number(left),
        name=to.name,
    )
    flash(f"{words} {rest}", "late")
    return redirect(url_for("hand_over.page", person_id=whom.id), 303)


def _title(whom: Actor, count: int) -> str:
    if not count:
        return gettext("%(name)s has nothing to hand over", name=whom.name)
    return ngettext(
        "%(name)s has %(count)s task to hand over",
        "%(name)s has %(count)s tasks to hand over",
        count,
        name=whom.name,
    )


def _sources() -> Sequence[Source]:
    house = services()
    return sources(house.stores, house.shelf, house.registers, PROJECT)


def _heaps(work: Sequence[Task]) -> tuple[Heap, ...]:
    titles = form_titles()
    heaps = Counter((each.kind, each.name, each.office or "") for each in work)
    return tuple(
        Heap(
            what=gettext(_KINDS[kind]),
            source=register_called(name) if kind is Kind.ENTRY else titles.get(name, name),
            office=office_title(office),
            count=number(count),
        )
        for (kind, name, office), count in sorted(heaps.items())
    )


def _colleagues(caller: Caller, whom: Actor) -> tuple[Option, ...]:
    found = by_name(
        each
        for each in services().stores.actors.people(caller.scope)
        if each.active and each.id != whom.id and any(may(each, verb) for verb in _TAKING)
    )
    return tuple(Option(each.id, f"{each.name} ({grants_words(each)[0]})") for each in found)
