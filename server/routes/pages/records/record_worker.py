"""Whose a record is to work on: shown beside it, and named by whoever hands out work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb, scope_for
from server.model.forms import FormKey
from server.model.records import Record
from server.processing.records.assign import assign, workers_for
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.records.asked import Option
from server.routes.pages.ways import address, of_record
from server.routes.pages.words import gettext, moment_words
from server.services import PROJECT

blueprint = Blueprint("record_worker", __name__)


@dataclass(frozen=True, slots=True)
class Working:
    """``action`` is "" for who names nobody; ``line`` says who it is and who said so, or ""."""

    line: str
    action: str
    chosen: str
    people: Sequence[Option]


@blueprint.post("/records/<seg:form_id>/<seg:instance_id>/worker")
@allow(Verb.ASSIGN_RECORDS, by=By.SESSION)
def name(caller: Caller, form_id: str, instance_id: str) -> ResponseReturnValue:
    house, worker = services(), request.form.get("worker", "")
    key, at = FormKey(PROJECT, form_id), house.clock()
    assign(house.stores, house.shelf, caller.scope, caller.actor, key, instance_id, worker, at)
    flash(
        gettext("Saved. Whoever is named may read more of it, as far as their role goes."), "done"
    )
    return redirect(address("record.show", form_id=form_id, instance_id=instance_id), 303)


def working_on(caller: Caller, record: Record) -> Working | None:
    """None where there is nothing to show."""
    scope = scope_for(caller.actor, Verb.ASSIGN_RECORDS)
    may = scope.sees(record.within, record.key.form_id)
    if not may and not record.worker_id:
        return None
    house = services()
    people = workers_for(house.stores, house.shelf, scope, caller.actor, record) if may else []
    return Working(
        line=_line(record),
        action=of_record("record_worker.name", record) if may else "",
        chosen=record.worker_id,
        people=(Option("", gettext("Nobody")), *(Option(each.id, each.name) for each in people)),
    )


def _line(record: Record) -> str:
    worker = record.worker
    if worker is None or not worker.id:
        return ""
    return gettext(
        "%(worker)s, named by %(name)s, %(when)s",
        worker=worker.name,
        name=worker.by_name,
        when=moment_words(worker.at),
    )
