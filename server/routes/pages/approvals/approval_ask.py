"""Asking for what takes a second person: to take out more data than one may alone, to delete a
record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import Forbidden, NotUnderstood, OfficeUnclear, OfficeUnknown
from server.errors.duties import RecordErased
from server.model.approvals import About, Approval
from server.model.data_requests import Concern
from server.model.entities import Entity
from server.model.forms import FormKey
from server.model.offices import Office, within
from server.model.records import Record
from server.model.scope import EVERYWHERE, Scope
from server.model.sequence import LAST_SEQ
from server.model.withholding import LISTS, RECORDS
from server.processing.approvals.approved_acts import DELETE, ERASE, EXPORT
from server.processing.duties.concerns import all_about
from server.processing.filled_in import wrong
from server.processing.reasons import LEAST_REASON
from server.processing.records.opened import stored_record
from server.processing.registers.settle import find_entity
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.dialects import status_of
from server.routes.pages.forms.form_titles import form_titles
from server.routes.pages.offices.office_choice import office_box, office_given
from server.routes.pages.records.asked import (
    Option,
    as_asked,
    filter_words,
    offices_in,
    read_filters,
)
from server.routes.pages.registers.register_titles import register_called
from server.routes.pages.registers.registers import known_list
from server.routes.pages.senders import sender_asked
from server.routes.pages.ways import address, of_record
from server.routes.pages.words import gettext, ngettext, problems_of, wrong_words
from server.services import PROJECT
from server.xforms.entities import entity_id

blueprint = Blueprint("approval_ask", __name__)

# For a download, a report, a program that asks every night.
DAYS = (7, 30, 90, 365)


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to take out, of which offices."""

    things: tuple[Option, ...]
    offices: Sequence[Office]
    every: tuple[Option, ...]
    scope: Scope

    def filters(self, given: Mapping[str, str]) -> dict[str, str]:
        """Those of a list that mean something, but for the office: the approval stands there."""
        return dict(read_filters(given, (), sender_asked(self.scope, given), LAST_SEQ).values)


@blueprint.get("/approvals/new")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def new(caller: Caller) -> ResponseReturnValue:
    return _export_form(_choices(caller), request.args)


@blueprint.post("/approvals")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def ask(caller: Caller) -> ResponseReturnValue:
    house, given, choices = services(), request.form, _choices(caller)
    try:
        approval = house.two_people.ask(
            caller.actor,
            EXPORT,
            _wanted(choices, given),
            within(_office(choices, given), house.shelf.offices()),
            given.get("reason", ""),
            house.clock(),
        )
    except (NotUnderstood, OfficeUnclear, OfficeUnknown) as refused:
        return _export_form(choices, given, refused), status_of(refused)
    return _asked(approval)


@blueprint.get("/records/<seg:form_id>/<seg:instance_id>/delete")
@allow(Verb.DELETE_RECORDS, by=By.SESSION)
def deletion(caller: Caller, form_id: str, instance_id: str) -> ResponseReturnValue:
    return _deletion_form(_record(caller, form_id, instance_id))


@blueprint.post("/records/<seg:form_id>/<seg:instance_id>/delete")
@allow(Verb.DELETE_RECORDS, by=By.SESSION)
def ask_to_delete(caller: Caller, form_id: str, instance_id: str) -> ResponseReturnValue:
    record = _record(caller, form_id, instance_id)
    return _ask_of_record(caller, DELETE, record, _deletion_form)


@blueprint.get("/records/<seg:form_id>/<seg:instance_id>/erase")
@allow(Verb.DELETE_RECORDS, by=By.SESSION)
def erasure(caller: Caller, form_id: str, instance_id: str) -> ResponseReturnValue:
    return _erasure_form(_record(caller, form_id, instance_id))


@blueprint.post("/records/<seg:form_id>/<seg:instance_id>/erase")
@allow(Verb.DELETE_RECORDS, by=By.SESSION)
def ask_to_erase(caller: Caller, form_id: str, instance_id: str) -> ResponseReturnValue:
    record = _record(caller, form_id, instance_id)
    if record.erased is not None:
        raise RecordErased
    return _ask_of_record(caller, ERASE, record, _erasure_form)


@blueprint.get("/lists/<seg:name>/<seg:uuid>/erase")
@allow(Verb.DELETE_RECORDS, by=By.SESSION)
def entry_erasure(caller: Caller, name: str, uuid: str) -> ResponseReturnValue:
    return _entry_form(_entry(caller, name, uuid))


@blueprint.post("/lists/<seg:name>/<seg:uuid>/erase")
@allow(Verb.DELETE_RECORDS, by=By.SESSION)
def ask_to_erase_entry(caller: Caller, name: str, uuid: str) -> ResponseReturnValue:
    """With all records that have a say in it: of whoever may delete in the offices of all."""
    entity = _entry(caller, name, uuid)
    things, chain = all_about(services().stores, entity)
    return _ask(caller, ERASE, things, chain, partial(_entry_form, entity))


def way_to_ask() -> str:
    """For the list of records, as it is filtered, that was to be taken out."""
    thing = f"{RECORDS}/{(request.view_args or {}).get('form_id', '')}"
    return address("approval_ask.new", **as_asked(request.args), thing=thing)


def _ask_of_record(
    caller: Caller, act: str, record: Record, form: Callable[[Record, str, str], str]
) -> ResponseReturnValue:
    things = (Concern(RECORDS, record.key.form_id, record.instance_id),)
    return _ask(caller, act, things, record.within, partial(form, record))


def _ask(
    caller: Caller,
    act: str,
    things: tuple[Concern, ...],
    chain: Sequence[str],
    form: Callable[[str, str], str],
) -> ResponseReturnValue:
    """``form`` is shown again, with the reason and what is wrong with it."""
    rule, reason, now = services().two_people, request.form.get("reason", ""), services().clock()
    try:
        approval = rule.ask(caller.actor, act, About(things), chain, reason, now)
    except NotUnderstood as refused:
        return form(reason, wrong_words(refused)), status_of(refused)
    return _asked(approval)


def _asked(approval: Approval) -> ResponseReturnValue:
    flash(gettext("Asked for. Another person with the same power must grant it."), "done")
    return redirect(url_for("approvals.show", approval_id=approval.id), 303)


# -- to delete -----------------------------------------------------------------------------------


def _record(caller: Caller, form_id: str, instance_id: str) -> Record:
    """Raises RecordUnknown."""
    return stored_record(services().stores, caller.scope, FormKey(PROJECT, form_id), instance_id)


def _deletion_form(record: Record, reason: str = "", problem: str = "") -> str:
    return render_template(
        "pages/delete_record.html",
        title=gettext("Delete this record"),
        back_href=of_record("record.show", record),
        action=of_record("approval_ask.ask_to_delete", record),
        least=LEAST_REASON,
        reason=reason,
        problem=problem,
    )


def _erasure_form(record: Record, reason: str = "", problem: str = "") -> str:
    return render_template(
        "pages/erase_record.html",
        title=gettext("Erase the personal data of this record"),
        back_href=of_record("record.show", record),
        action=of_record("approval_ask.ask_to_erase", record),
        least=LEAST_REASON,
        reason=reason,
        problem=problem,
    )


def _entry(caller: Caller, name: str, uuid: str) -> Entity:
    """Raises EntityUnknown."""
    return find_entity(services().stores, caller.scope, known_list(name), entity_id(uuid))


def _entry_form(entity: Entity, reason: str = "", problem: str = "") -> str:
    here = {"name": entity.key.name, "uuid": entity.id}
    return render_template(
        "pages/erase_entry.html",
        title=gettext("Erase this person's data"),
        back_href=address("register_entry.show", **here),
        action=address("approval_ask.ask_to_erase_entry", **here),
        records=len(all_about(services().stores, entity)[0]) - 1,
        least=LEAST_REASON,
        reason=reason,
        problem=problem,
    )


# -- to take out ---------------------------------------------------------------------------------


def _choices(caller: Caller) -> Choices:
    """Raises Forbidden for who may take nothing out."""
    house, scope = services(), scope_beside(caller, Verb.EXPORT_RECORDS)
    if not scope.reaches:
        raise Forbidden
    forms = [
        Option(f"{RECORDS}/{form_id}", gettext("All records of the form %(form)s", form=title))
        for form_id, title in form_titles().items()
        if scope.sees_form(form_id)
    ]
    lists = [
        Option(
            f"{LISTS}/{name}", gettext("All entries: %(register)s", register=register_called(name))
        )
        for name in sorted(house.registers.columns(PROJECT))
        if scope.on_list(name).reaches
    ]
    known = house.shelf.offices()
    return Choices(
        things=(*forms, *lists),
        offices=tuple(known.values()) if scope.everywhere else offices_in(scope, known),
        every=(Option(EVERYWHERE, gettext("All offices")),) if scope.everywhere else (),
        scope=scope,
    )


def _office(choices: Choices, given: Mapping[str, str]) -> str:
    """Raises NotUnderstood, OfficeUnclear and OfficeUnknown."""
    code = office_given(choices.offices, given)
    known = {*(each.code for each in choices.offices), *(each.value for each in choices.every)}
    return _chosen(known, code, "office")


def _wanted(choices: Choices, given: Mapping[str, str]) -> About:
    things, days = ({each.value for each in options} for options in (choices.things, _days()))
    kind, _, name = _chosen(things, given.get("thing", ""), "thing").partition("/")
    lasting = _chosen(days, given.get("days", ""), "days")
    filters = choices.filters(given) if kind == RECORDS else {}
    return About((Concern(kind, name, ""),), tuple(sorted(filters.items())), int(lasting))


def _chosen(known: Collection[str], value: str, field: str) -> str:
    if value not in known:
        raise wrong(field, "hãy chọn một mục.", "choose one.")
    return value


def _days() -> tuple[Option, ...]:
    return tuple(
        Option(str(each), ngettext("%(count)s day", "%(count)s days", each)) for each in DAYS
    )


def _export_form(
    choices: Choices,
    given: Mapping[str, str],
    refused: NotUnderstood | OfficeUnclear | OfficeUnknown | None = None,
) -> str:
    filters = choices.filters(given)
    return render_template(
        "pages/approval_new.html",
        title=gettext("Take out more data than one person may alone"),
        back_href=url_for("approvals.overview"),
        action=url_for("approval_ask.ask"),
        most=services().config.mass_export,
        things=choices.things,
        offices=office_box(choices.offices, given, first=choices.every),
        days=_days(),
        filters=filters,
        filter_words=filter_words(filters, sender_asked(choices.scope, filters)),
        given=given,
        least=LEAST_REASON,
        problems=problems_of(refused, "reason"),
    )
