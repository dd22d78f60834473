"""The answers of a record's page for a program: everything that was sent, typed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from server.access.verbs import Verb
from server.model.audit import Act
from server.model.forms import FormKey
from server.model.offices import name_of
from server.processing.records.opened import Opened, open_record
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.records.places import places
from server.routes.pages.words import reader
from server.routes.taking_out import take_record
from server.services import PROJECT
from server.xforms.form import Field
from server.xforms.values import typed

blueprint = Blueprint("record_data", __name__)


@blueprint.get("/records/<seg:form_id>/<seg:instance_id>/data.json")
@allow(Verb.READ_RECORDS, by=By.SESSION, act=Act.EXPORTED)
def data(caller: Caller, form_id: str, instance_id: str) -> Response:
    house, key = services(), FormKey(PROJECT, form_id)
    opened = open_record(house.stores, house.shelf, caller.scope, key, instance_id)
    take_record(caller, opened.record)
    answer = jsonify(told(opened, reader()))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def told(opened: Opened, language: str) -> dict[str, Any]:
    """As JSON has it; labels in ``language``."""
    record = opened.record
    return {
        "instance_id": record.instance_id,
        "form_id": record.key.form_id,
        "form_version": record.current.form_version,
        "received_at": record.at.isoformat(),
        "office": record.office,
        "office_name": name_of(record.office, services().shelf.offices()),
        "sender": record.current.sender.name,
        "review": record.review.value,
        "encrypted": opened.encrypted,
        "hidden": record.hidden,
        "answers": [
            {
                "place": place,
                "path": "/".join(field.path),
                "label": field.label.in_(language),
                "text": text,
                "value": _value(field, text),
            }
            for place, field, text in places(opened.tree)
            if text.strip()
        ],
        "unknown": [
            {"path": "/".join(each.path), "text": each.text} for each in opened.tree.extras
        ],
        "files": [
            {"name": each.name, "sha256": each.sha256, "size": each.size, "type": each.type}
            for each in record.media
        ],
        "missing": list(record.missing),
        "issues": [
            {"code": each.code, "field": each.field, "facts": dict(each.facts)}
            for each in record.all_issues
        ],
    }


def _value(field: Field, text: str) -> Any:
    """A moment stays as it was written, with its zone."""
    value = typed(field, text).value
    return value["text"] if isinstance(value, dict) and "utc" in value else value
