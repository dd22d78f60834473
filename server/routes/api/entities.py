"""Entries of registers: those that the pages would show to whoever asks; made and changed by who
may fill registers from files, and within the same bounds."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, request

from exports.names import content_disposition
from server.access.verbs import Verb
from server.errors import AlreadyThere, PageUnknown
from server.errors.programs import (
    BodyUnexpected,
    EntityInvalid,
    EntityOutdated,
    EntityUnknown,
    NothingToResolve,
    ValueUnexpected,
    WrongType,
)
from server.model.entities import Entity, EntityTold, ListKey
from server.model.entity_hiding import bare
from server.model.withholding import LISTS
from server.model.witness import saw
from server.processing.registers.entity_file import Line
from server.processing.registers.entity_import import apply_import, apply_one
from server.processing.registers.entity_plan import Plan, plan_import
from server.processing.registers.settle import find_entity, settle
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.api.registers import ONE as REGISTER
from server.routes.api.registers import list_key
from server.routes.api.speech import (
    api_blueprint,
    done,
    is_on,
    json_body,
    only_what_is_covered,
    told,
)
from server.routes.arrivals import importer_of
from server.routes.files import in_pieces
from server.routes.taking_out import take_entries, take_entry
from server.wire import central_entities as central
from server.xforms.entities import entity_id

blueprint = api_blueprint("entities")

_ALL = f"{REGISTER}/entities"
_ONE = f"{_ALL}/<seg:uuid>"
_OFFICE = "__office"  # a word beside the properties, as in a file
_LARGEST = 8 * 1024 * 1024
_MOST = 2000  # more than a program should wait for: the command has no hurry


@blueprint.get(_ALL)
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def all_entries(caller: Caller, project: int, name: str) -> Response:
    """Newest first, without what they say."""
    only_what_is_covered("deleted")
    key = list_key(project, name)
    return told([central.entry(each) for each in newest_first(caller, key)])


@blueprint.get(f"{_ALL}.csv")
@allow(Verb.EXPORT_RECORDS, by=By.PROGRAM)
def table(caller: Caller, project: int, name: str) -> Response:
    only_what_is_covered()
    house, key = services(), list_key(project, name)
    columns, its_list = house.registers.columns(project)[name], house.stores.entity_lists.get(key)
    mark = "\n".join(
        (
            *(key.text, str(its_list.revision), *columns, ""),
            *(caller.scope.on_list(name).least().word, *sorted(caller.scope.offices)),
        )
    )
    answer = in_pieces(central.table(columns, newest_first(caller, key)), "text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition(f"{name}.csv")
    answer.set_etag(hashlib.sha256(mark.encode()).hexdigest())
    answer.make_conditional(request)
    return answer


@blueprint.get(_ONE)
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def one_entry(caller: Caller, project: int, name: str, uuid: str) -> Response:
    return told(central.whole(_shown(caller, list_key(project, name), uuid)))


@blueprint.get(f"{_ONE}/versions")
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def versions(caller: Caller, project: int, name: str, uuid: str) -> Response:
    """Oldest first: what was said and is in force."""
    return told(central.versions(_shown(caller, list_key(project, name), uuid)))


@blueprint.post(_ALL)
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def make(caller: Caller, project: int, name: str) -> Response:
    """One, or with ``entities`` many: these are one import, all of it or nothing."""
    house, key, given = services(), list_key(project, name), json_body(_LARGEST)
    house.guard()
    if "entities" in given:
        return _make_many(caller, key, given["entities"])
    _only(given, "uuid", "label", "data")
    plan = _plan(caller, key, [_line(key, given, new=True)])
    [planned] = plan.entries or [None]
    if planned is None or planned.seen is not None:
        raise AlreadyThere(
            what_vi="Mục", what_en="entry", fields=["uuid"], values=[str(given.get("uuid"))]
        )
    made = apply_one(house.stores, house.shelf, importer_of(caller), key, planned, house.clock())
    return _kept(caller, made)


@blueprint.patch(_ONE)
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def change(caller: Caller, project: int, name: str, uuid: str) -> Response:
    """``baseVersion`` is the one that is known, else ``force=true``; ``resolve=true`` closes what
    this person may decide."""
    house, key, given = services(), list_key(project, name), json_body()
    house.guard()
    _only(given, "label", "data")
    entity = _entry(caller, key, uuid)
    _must_be_current(entity)
    if is_on("resolve") and entity.state.conflict is None:
        raise NothingToResolve
    plan = _plan(caller, key, [{**_line(key, given, new=False), "name": entity.id}])
    for planned in plan.entries:
        if planned.seen is not None:
            _must_be_current(planned.seen)
        by, at = importer_of(caller), house.clock()
        entity = apply_one(house.stores, house.shelf, by, key, planned, at)
    if is_on("resolve"):
        entity = settle(
            house.stores,
            scope_beside(caller, Verb.REVIEW_RECORDS),
            caller.actor,
            key,
            entity.id,
            seen=entity.state.version,
            chosen={},
            let_in={},
            at=house.clock(),
            hidden=house.registers.hidden(scope_beside(caller, Verb.READ_RECORDS), entity),
        )
    return _kept(caller, entity)


def newest_first(caller: Caller, key: ListKey) -> list[EntityTold]:
    """Without what is shared no more. Raises TakesTwo."""
    house = services()
    saw(f"list:{key.text}", caller.scope.on_list(key.name).offices)
    kept_back = house.stores.withheld.ids(LISTS, key.text)
    found = house.registers.told(caller.scope, key)
    shared = (each for each in found if each.row.id not in kept_back)
    told = sorted(shared, key=lambda each: (each.maker.at, each.row.id), reverse=True)
    take_entries(caller, key, [each.row.id for each in told])
    return told


def _make_many(caller: Caller, key: ListKey, entries: Any) -> Response:
    house = services()
    if not isinstance(entries, list) or not entries or not all(map(_is_object, entries)):
        raise BodyUnexpected(expected="entities: [{label, data}, …]", actual=type(entries).__name__)
    if len(entries) > _MOST:
        raise ValueUnexpected(
            field="entities",
            value=str(len(entries)),
            reason_vi=f"tối đa {_MOST} mục một lần.",
            reason_en=f"{_MOST} entries at most at one time.",
        )
    for each in entries:
        _only(each, "uuid", "label", "data")
    plan = _plan(caller, key, [_line(key, each, new=True) for each in entries])
    known = [each.id for each in plan.changes]
    if known:
        raise AlreadyThere(what_vi="Mục", what_en="entry", fields=["uuid"], values=known)
    apply_import(
        house.stores,
        house.shelf,
        importer_of(caller),
        plan,
        at=house.clock(),
        progress=lambda _: None,
    )
    return done()


def _plan(caller: Caller, key: ListKey, lines: list[Line]) -> Plan:
    """Raises EntityInvalid for the first line that cannot be done."""
    house = services()
    columns = house.registers.columns(key.project)[key.name]
    plan = plan_import(
        house.stores,
        house.shelf,
        importer_of(caller),
        key,
        lines,
        office=None,
        known_columns=columns,
    )
    for _, wrong in plan.problems:
        raise EntityInvalid(reason_vi=f"{wrong.vi}.", reason_en=f"{wrong.en}.")
    return plan


# -- what was sent ---------------------------------------------------------------------------------


def _kept(caller: Caller, entity: Entity) -> Response:
    """What was made or changed, as its maker may read it: to fill registers is not to read them."""
    reading = scope_beside(caller, Verb.READ_RECORDS)
    if reading.on_list(entity.key.name).sees_office(entity.chain):
        return told(central.whole(services().registers.shown(reading, entity)))
    return told(central.whole(bare(entity)))


def _shown(caller: Caller, key: ListKey, uuid: str) -> Entity:
    """As this caller may read it. Raises EntityUnknown and TakesTwo."""
    entity = _entry(caller, key, uuid)
    take_entry(caller, entity)
    return services().registers.shown(caller.scope, entity)


def _entry(caller: Caller, key: ListKey, uuid: str) -> Entity:
    """Raises EntityUnknown, also for what waits or is gone."""
    try:
        entity = find_entity(services().stores, caller.scope, key, entity_id(uuid))
    except PageUnknown:
        raise EntityUnknown from None
    if not entity.state.exists:
        raise EntityUnknown
    return entity


def _must_be_current(entity: Entity) -> None:
    provided, current = request.args.get("baseVersion", ""), str(entity.state.version)
    if not is_on("force") and provided != current:
        raise EntityOutdated(current=current, provided=provided)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _only(given: dict[str, Any], *names: str) -> None:
    """Raises BodyUnexpected."""
    if given.keys() - set(names):
        raise BodyUnexpected(expected=", ".join(names), actual=", ".join(sorted(given)))


def _line(key: ListKey, given: dict[str, Any], *, new: bool) -> Line:
    """As a line of a file says it. Raises WrongType, ValueUnexpected and EntityInvalid."""
    data = given.get("data", {})
    if not isinstance(data, dict):
        raise WrongType(value=str(data), expected="data: object")
    known = {*services().registers.columns(key.project)[key.name], _OFFICE}
    for unknown in data.keys() - known:
        raise EntityInvalid(
            reason_vi=f"sổ không có thông tin “{unknown}”.",
            reason_en=f"the register has no property “{unknown}”.",
        )
    line = {name: _text(value) for name, value in data.items()}
    if new and not _text(given.get("label", "")).strip():
        raise ValueUnexpected(
            field="label", value="", reason_vi="không được để trống.", reason_en="it is empty."
        )
    line |= {"label": _text(given["label"])} if "label" in given else {}
    if given.get("uuid") is not None:
        if not entity_id(_text(given["uuid"])):
            raise WrongType(value=_text(given["uuid"]), expected="uuid")
        line["name"] = _text(given["uuid"])
    return line


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise WrongType(value=str(value), expected="string")
    return value
