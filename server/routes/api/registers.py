"""Registers themselves: which there are, what they hold of each entry, which forms keep them."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Response

from server.access.verbs import Verb
from server.errors import AlreadyThere, ProjectUnknown
from server.errors.programs import FieldMissing, RegisterUnknown, ValueUnexpected, WrongType
from server.model.entities import EntityList, ListKey
from server.routes.allow import By, Caller, allow, services
from server.routes.api.speech import api_blueprint, done, json_body, only_what_is_covered, told
from server.services import PROJECT
from server.wire import central_entities as central
from server.wire.central import Json

blueprint = api_blueprint("registers")

ALL = "/projects/<int:project>/datasets"
ONE = f"{ALL}/<seg:name>"
_NAME = re.compile(r"[^\W\d][\w.-]{0,63}", re.ASCII)


@blueprint.get(ALL)
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def all_registers(caller: Caller, project: int) -> Response:
    """By name."""
    only_what_is_covered("deleted")
    if project != PROJECT:
        raise ProjectUnknown
    since, lists = _since(project), services().stores.entity_lists
    names = sorted(services().registers.columns(project))
    return told([_told(lists.get(ListKey(project, name)), since) for name in names])


@blueprint.get(ONE)
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def one_register(caller: Caller, project: int, name: str) -> Response:
    return told(_whole(list_key(project, name)))


@blueprint.patch(ONE)
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def change(caller: Caller, project: int, name: str) -> Response:
    """``{"approvalRequired"}``: whether what records make waits for approval."""
    key, wanted = list_key(project, name), json_body().get("approvalRequired")
    if not isinstance(wanted, bool):
        raise WrongType(value=str(wanted), expected="approvalRequired: boolean")
    services().stores.entity_lists.choose(key, {"approval": wanted})
    return told(_whole(key))


@blueprint.post(f"{ONE}/properties")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def add_property(caller: Caller, project: int, name: str) -> Response:
    house, key = services(), list_key(project, name)
    wanted = json_body().get("name")
    if not isinstance(wanted, str):
        raise FieldMissing(field="name")
    if not _NAME.fullmatch(wanted) or wanted in ("name", "label") or wanted.startswith("__"):
        raise ValueUnexpected(
            field="name",
            value=wanted,
            reason_vi="không phải tên hợp lệ.",
            reason_en="it is no name of a property.",
        )
    if wanted in house.registers.columns(project)[name]:
        raise AlreadyThere(
            what_vi="Thông tin",
            what_en="property",
            fields=["name", "datasetId"],
            values=[wanted, name],
        )
    house.stores.entity_lists.touch(key, filled=False, columns=[wanted])
    house.registers.forget()
    return done()


def list_key(project: int, name: str) -> ListKey:
    """Raises ProjectUnknown and RegisterUnknown."""
    if project != PROJECT:
        raise ProjectUnknown
    if name not in services().registers.columns(project):
        raise RegisterUnknown(name=name)
    return ListKey(project, name)


def _since(project: int) -> datetime:
    """Registers come with forms: as old as the first of these."""
    house = services()
    keys = [each.key for each in house.stores.forms.with_binned(project)]
    first = house.stores.forms.first_versions(keys).values()
    return min((at for at, _ in first), default=house.clock())


def _told(its_list: EntityList, since: datetime) -> Json:
    return central.register(its_list.key, approval=its_list.approval, since=since)


def _whole(key: ListKey) -> Json:
    house, since = services(), _since(key.project)
    forms = house.shelf.published(key.project)
    named = [(each.version.key.form_id, each.version.title, each.form) for each in forms]
    writes = {
        form_id: {
            name for block in form.entities if block.list == key.name for name, _ in block.saves
        }
        for form_id, _, form in named
    }
    columns = {
        column: [(form_id, title) for form_id, title, _ in named if column in writes[form_id]]
        for column in house.registers.columns(key.project)[key.name]
    }
    return _told(house.stores.entity_lists.get(key), since) | {
        "lastUpdate": None,
        "linkedForms": [
            central.form(form_id, title)
            for form_id, title, form in named
            if f"{key.name}.csv" in form.media
        ],
        "sourceForms": [
            central.form(form_id, title)
            for form_id, title, form in named
            if key.name in form.entity_lists
        ],
        "draftLinkedForms": [],
        "draftSourceForms": [],
        "properties": central.properties(columns, since),
    }
