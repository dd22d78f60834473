"""Our nouns as ODK Central's REST API writes them (JSON). Keys are never left out: pyODK's models
need each of them, with null where there is nothing."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from server.model.forms import FormEntry, FormState, FormVersion, MediaFile
from server.model.people import Actor, ActorKind, Sender
from server.model.records import Arrival, RecordLine, Review, ReviewState
from server.xforms.form import Field, Kind

Json = dict[str, Any]

DONE: Json = {"success": True}
XFORM = "application/xml"

_DIGITS = 12  # 48 bits: exact in every client's numbers
_UNSAFE = re.compile(r"[^A-Za-z0-9_]+")
_FIRST = re.compile(r"^([^A-Za-z_])")
_KINDS = {Kind.GROUP: "structure", Kind.REPEAT: "repeat"}


def moment(at: datetime | None) -> str | None:
    """UTC with three digits and Z: clients parse exactly this."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def number_of(name: str) -> int:
    """A number that stands for one of our names: Central's ids are numbers, and its clients check
    that."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:_DIGITS], 16)


# -- people ----------------------------------------------------------------------------------------


def actor(found: Actor | None, actor_id: str) -> Json:
    """Who did something; where it was no account, such as the command line, the name it noted."""
    return {
        "id": number_of(actor_id),
        "type": "field_key" if found and found.email is None else "user",
        "displayName": found.name if found else actor_id,
        "createdAt": moment(found.created_at) if found else None,
        "updatedAt": None,
        "deletedAt": None,
    }


def user(person: Actor) -> Json:
    return actor(person, person.id) | {
        "email": person.email,
        "lastLoginAt": moment(person.last_seen_at),
    }


# -- projects and forms ----------------------------------------------------------------------------


def project(project_id: int, name: str, created_at: datetime | None) -> Json:
    return {
        "id": project_id,
        "name": name,
        "description": None,
        "archived": None,
        "keyId": None,
        "createdAt": moment(created_at),
        "updatedAt": None,
        "deletedAt": None,
    }


def form(entry: FormEntry, version: FormVersion, created_at: datetime) -> Json:
    """A form with one of its versions, or its draft. ``created_at`` is the form's."""
    draft = entry.key.draft
    changed = version.published_at if version.published_at > created_at else None
    return {
        "projectId": entry.key.project,
        "xmlFormId": entry.key.form_id,
        "state": FormState.OPEN.value if draft else entry.state.value,
        "enketoId": None,
        "enketoOnceId": None,
        "createdAt": moment(created_at),
        "updatedAt": moment(changed),
        "webformsEnabled": True,
        "keyId": None,
        "version": version.version,
        "hash": version.md5,
        "sha": hashlib.sha1(version.xml, usedforsecurity=False).hexdigest(),
        "sha256": version.sha256,
        "draftToken": entry.draft_token if draft else None,
        "publishedAt": None if draft else moment(version.published_at),
        "name": version.title or None,
    }


def in_bin(entry: FormEntry, told: Json) -> Json:
    """With the number under which it is restored."""
    return told | {"id": number_of(entry.key.text), "deletedAt": moment(entry.deleted_at)}


def attachments(
    names: Sequence[str], files: Sequence[MediaFile], lists: Mapping[str, Any], at: datetime
) -> list[Json]:
    """What a form names, by name; ``lists`` are the file names under which registers are sent."""
    there = {each.name: each for each in files}
    return [attachment(name, there.get(name), name in lists, at) for name in sorted(names)]


def attachment(name: str, file: MediaFile | None, linked: bool, at: datetime) -> Json:
    kind = (mimetypes.guess_type(name)[0] or "").partition("/")[0]
    held = file is not None and not linked
    return {
        "name": name,
        "type": kind if kind in ("image", "audio", "video") else "file",
        "hash": file.md5 if file and held else None,
        "exists": held or linked,
        "blobExists": held,
        "datasetExists": linked,
        "updatedAt": moment(at) if held else None,
        "size": file.size if file and held else None,
    }


def fields(of: Sequence[Field], *, odata: bool) -> list[Json]:
    """Depth first, in form order."""
    return [_field(field, odata) for each in of for field in each.walk()]


def _field(field: Field, odata: bool) -> Json:
    names = [odata_name(name) if odata else name for name in field.path]
    return {
        "path": "/" + "/".join(names),
        "name": names[-1],
        "type": _KINDS.get(field.kind, field.type),
        "binary": True if field.type == "binary" else None,
        "selectMultiple": True if field.control == "select" else None,
    }


def odata_name(name: str) -> str:
    """An identifier as OData allows it (central-api.md §4.6)."""
    return _UNSAFE.sub("_", _FIRST.sub(r"_\1", name))


# -- submissions -----------------------------------------------------------------------------------


def submission(line: RecordLine) -> Json:
    """``userAgent`` is not kept."""
    edited = line.newest.at if line.edits else None
    return {
        "instanceId": line.instance_id,
        "submitterId": number_of(line.sender.id),
        "deviceId": line.device or None,
        "createdAt": moment(line.at),
        "updatedAt": moment(edited),
        "reviewState": None if line.review is ReviewState.RECEIVED else line.review.value,
        "userAgent": None,
        "deletedAt": None,
        "currentVersion": arrival(line.newest, line.name, current=True),
    }


def arrival(of: Arrival, name: str, *, current: bool) -> Json:
    return {
        "instanceId": of.instance_id,
        "submitterId": number_of(of.sender.id),
        "deviceId": of.device or None,
        "createdAt": moment(of.at),
        "instanceName": name or None,
        "current": current,
        "userAgent": None,
    }


def comment(act: Review) -> Json:
    return {"body": act.reason, "actorId": number_of(act.by), "createdAt": moment(act.at)}


def sender(of: Sender) -> Json:
    """As known when the record came."""
    return {
        "id": number_of(of.id),
        "type": "user" if of.kind == ActorKind.PERSON.value else "field_key",
        "displayName": of.name,
        "createdAt": None,
        "updatedAt": None,
        "deletedAt": None,
    }
