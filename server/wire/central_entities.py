"""Registers and their entries as ODK Central's REST API and OData write them."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from server.model.entities import (
    Contribution,
    Entity,
    EntityRow,
    EntityTold,
    ListKey,
    Step,
    Voice,
    told,
)
from server.model.entity_state import LABEL
from server.wire.central import Json, moment, number_of, odata_name

_TOKEN = "01"
_AT_ONCE = 500
_SYSTEM = ("__createdAt", "__creatorId", "__creatorName", "__updates", "__updatedAt", "__version")


def register(key: ListKey, *, approval: bool, since: datetime) -> Json:
    """``since`` stands for when it was made, which nobody notes."""
    return {
        "name": key.name,
        "createdAt": moment(since),
        "projectId": key.project,
        "approvalRequired": approval,
        "ownerOnly": False,
        "deletedAt": None,
    }


def properties(columns: Mapping[str, Sequence[tuple[str, str]]], since: datetime) -> list[Json]:
    """By name the (form id, title) of the forms that write it."""
    return [
        {
            "name": name,
            "publishedAt": moment(since),
            "odataName": odata_name(name),
            "forms": [form(*each) for each in forms],
        }
        for name, forms in columns.items()
    ]


def form(form_id: str, title: str) -> Json:
    return {"xmlFormId": form_id, "name": title or form_id}


# -- entries ---------------------------------------------------------------------------------------


def told_of(entity: Entity) -> EntityTold:
    state = entity.state
    row = EntityRow(entity.id, state.label, state.version, state.data)
    voices = [_voice(each) for each in entity.contributions]
    return told(row, state.conflict.value if state.conflict else "", voices)


def _voice(each: Contribution) -> Voice:
    last = max([each.at, *each.later])
    return Voice(each.source, each.creates, each.at, last, each.by, each.sender)


def entry(of: EntityTold) -> Json:
    """As a list has it: without what it says."""
    creator = _creator(of.maker)
    return {
        "uuid": of.row.id,
        "creatorId": creator,
        "conflict": of.conflict or None,
        "createdAt": moment(of.maker.at),
        "updatedAt": moment(of.changed_at),
        "deletedAt": None,
        "currentVersion": {
            "current": True,
            "label": of.row.label,
            "creatorId": creator,
            "userAgent": "",
            "version": of.row.version,
            "baseVersion": of.row.version - 1 or None,
            "conflictingProperties": None,
            "createdAt": moment(of.changed_at or of.maker.at),
            "branchId": None,
            "trunkVersion": None,
            "branchBaseVersion": None,
        },
    }


def whole(entity: Entity) -> Json:
    made = entry(told_of(entity))
    newest = versions(entity)[-1]
    newest.pop("relevantToConflict")
    return made | {"currentVersion": newest}


def versions(entity: Entity) -> list[Json]:
    """Oldest first: each saying that is in force, with what held after it. Ours count withdrawn and
    held ones too, so the newest has the entry's number, and those before it the next lower ones."""
    givers = entity.givers
    steps = [each for each in entity.state.steps if not each.held and not each.refused]
    data: dict[str, str] = {}
    found: list[Json] = []
    for place, step in enumerate(steps, start=1):
        data |= {name: new for name, (_, new) in step.changed.items()}
        is_last = place == len(steps)
        number = entity.state.version if is_last else place
        found.append(_version(step, givers[step.source], data, number, current=is_last))
    return found


def _version(
    step: Step, giver: Contribution, data: Mapping[str, str], number: int, *, current: bool
) -> Json:
    said = {name or "label": new for name, (_, new) in step.changed.items()}
    order = next((each for each in giver.orders if each.place == step.place), None)
    return {
        "current": current,
        "label": data.get(LABEL, ""),
        "data": {name: value for name, value in data.items() if name != LABEL},
        "dataReceived": said,
        "creatorId": _creator(_voice(giver)),
        "userAgent": "",
        "version": number,
        "baseVersion": number - 1 or None,
        "conflict": step.conflict.value if step.conflict else None,
        "conflictingProperties": [name or "label" for name in step.clashing] or None,
        "relevantToConflict": step.open,
        "createdAt": moment(giver.at),
        "branchId": order.branch or None if order else None,
        "trunkVersion": order.trunk if order else None,
        "branchBaseVersion": order.base if order and order.branch else None,
    }


def _creator(voice: Voice) -> int:
    """Of what was kept before accounts were, the name stands for the account."""
    return number_of(voice.sender or voice.by)


# -- tables ----------------------------------------------------------------------------------------


def feed(of: EntityTold, columns: Iterable[str]) -> Json:
    """A row of OData; what was never said is empty text."""
    return {
        "__id": of.row.id,
        "label": of.row.label,
        "__system": {
            "createdAt": moment(of.maker.at),
            "creatorId": str(_creator(of.maker)),
            "creatorName": of.maker.by,
            "updates": of.row.version - 1,
            "updatedAt": moment(of.changed_at),
            "version": of.row.version,
            "conflict": of.conflict or None,
        },
        **{odata_name(name): of.row.data.get(name, "") for name in columns},
    }


def token_after(uuid: str) -> str:
    said = json.dumps({"uuid": uuid}).encode()
    return _TOKEN + base64.b64encode(said).decode()


def uuid_in(token: str) -> str | None:
    """None for what is no token."""
    try:
        said = json.loads(base64.b64decode(token.removeprefix(_TOKEN), validate=True))
        return str(said["uuid"]) if token.startswith(_TOKEN) else None
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None


def table(columns: Sequence[str], rows: Iterable[EntityTold]) -> Iterator[bytes]:
    """``entities.csv``, in pieces of some hundred lines."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("__id", "label", *columns, *_SYSTEM))
    for number, of in enumerate(rows, start=1):
        system = (
            moment(of.maker.at),
            _creator(of.maker),
            of.maker.by,
            of.row.version - 1,
            moment(of.changed_at) or "",
            of.row.version,
        )
        said = (of.row.data.get(name, "") for name in columns)
        writer.writerow((of.row.id, of.row.label, *said, *system))
        if number % _AT_ONCE == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
