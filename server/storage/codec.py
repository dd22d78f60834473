"""Records, forms and people as MongoDB documents, and back. The only place that knows both
shapes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

import bson
from bson.binary import Binary
from bson.int64 import Int64

from server.model.erasures import Erasure, OnceNamed, Word
from server.model.forms import FormKey
from server.model.keeping import Keeping
from server.model.people import Sender
from server.model.records import (
    Arrival,
    Derived,
    Holding,
    Issue,
    Media,
    PhotosErased,
    Record,
    RecordLine,
    RecordVersion,
    Review,
    ReviewState,
    Worker,
    own_names,
)
from server.storage.database import Document
from server.xforms.values import nfc

# XML longer than this is kept compressed: ten thousand repeats are a few MB of nearly the same.
_LARGE = 64 * 1024
_ROOM = 12 * 1024 * 1024  # of the 16 MB a document may have: edits and photos are still to come


def without_what_does_not_fit(fields: Document, xml: bytes) -> Document:
    """Answers too many for a document are left to the XML, and the record is flagged."""
    if len(xml) < _LARGE or len(bson.encode(fields)) < _ROOM:
        return fields
    remark = issue_document(Issue("not_projected"))
    return fields | {"answers": {}, "odd": [*fields["odd"], remark]}


def record_id(key: FormKey, instance_id: str) -> str:
    """``<form>/<instanceID>``: uniqueness will follow the shard key (mongo.md §4)."""
    return f"{key.text}/{instance_id}"


def record_document(record: Record) -> Document:
    return {
        "_id": record_id(record.key, record.instance_id),
        "form": record.key.text,
        "instance_ids": [each.instance_id for each in record.versions],
        "seq": Int64(record.seq),
        "at": record.at,
        "office": record.office,
        "sender": record.versions[0].sender.id,
        "within": list(record.within),
        "versions": [version_document(each) for each in record.versions],
        "media": [media_document(each) for each in record.media],
        **derived_document(record.derived),
        "facts": record.facts,
        "issues": [issue_document(each) for each in record.issues],
        "review": record.review.value,
        "reviews": [review_document(each) for each in record.reviews],
        "todo": list(record.todo),
    }


def derived_document(derived: Derived) -> Document:
    """Exactly the fields that ``rebuild`` writes anew."""
    return {
        "name": derived.name,
        "answers": derived.answers,
        "expected": list(derived.expected),
        "point": derived.point,
        "started_at": derived.started_at,
        "ended_at": derived.ended_at,
        "odd": [issue_document(each) for each in derived.issues],
    }


def version_document(version: RecordVersion) -> Document:
    large = len(version.xml) > _LARGE
    return {
        "instance_id": version.instance_id,
        "deprecated_id": version.deprecated_id,
        "xml": Binary(zlib.compress(version.xml) if large else version.xml),
        "zlib": large,
        "digest": version.digest,
        "at": version.at,
        "sender": _sender_document(version.sender),
        "device": version.device,
        "form_version": version.form_version,
    }


def _sender_document(sender: Sender) -> Document:
    """By hand, like no other: ``asdict`` copies deeply, and each arriving record has one."""
    return {"id": sender.id, "name": sender.name, "kind": sender.kind, "office": sender.office}


def media_document(media: Media) -> Document:
    return asdict(media)


def issue_document(issue: Issue) -> Document:
    return asdict(issue)


def review_document(review: Review) -> Document:
    said = asdict(review) | {"state": review.state.value}
    if not review.seen:
        del said["seen"]
    return said


def read_record_document(document: Document) -> Record:
    return Record(
        key=FormKey.parse(document["form"]),
        instance_id=document["instance_ids"][0],
        seq=document["seq"],
        at=document["at"],
        within=tuple(document["within"]),
        versions=tuple(_version(each) for each in document["versions"]),
        derived=Derived(
            name=document["name"],
            answers=document["answers"],
            expected=tuple(document["expected"]),
            point=document["point"],
            started_at=document["started_at"],
            ended_at=document["ended_at"],
            issues=tuple(Issue(**each) for each in document["odd"]),
        ),
        media=tuple(Media(**each) for each in _media(document)),
        office=document["office"],
        facts=document["facts"],
        issues=tuple(Issue(**each) for each in document["issues"]),
        review=ReviewState(document["review"]),
        reviews=tuple(_review(each) for each in document["reviews"]),
        todo=tuple(document["todo"]),
        deleted_at=document.get("deleted_at"),
        worker=Worker(**document["worker"]) if "worker" in document else None,
        keeping=Keeping(**document["keeping"]) if "keeping" in document else None,
        stood=tuple(document.get("stood", ())),
        moved_at=document.get("moved_at"),
        erased=_erasure(document["erased"]) if "erased" in document else None,
        photos_erased=_photos_erased(document) if "photos_erased" in document else None,
    )


def erasure_document(erasure: Erasure) -> Document:
    return asdict(erasure) | {"entries": [asdict(each) for each in erasure.entries]}


def _erasure(document: Document) -> Erasure:
    entries = tuple(OnceNamed(**each) for each in document["entries"])
    return Erasure(document["at"], Word(**document["word"]), entries)


def _photos_erased(document: Document) -> PhotosErased:
    gone = tuple(Media(**each) for each in _gone(document))
    return PhotosErased(document["photos_erased"]["at"], gone)


def _gone(document: Document) -> list[Document]:
    found: list[Document] = document.get("photos_erased", {}).get("gone", [])
    return found


def _media(document: Document) -> Iterator[Document]:
    """Old data may hold two under one name (R10)."""
    names = own_names(each["name"] for each in document["media"])
    for name, each in zip(names, document["media"], strict=True):
        yield {**each, "name": name}


def _version(document: Document) -> RecordVersion:
    rest = {name: value for name, value in document.items() if name != "zlib"}
    xml = zlib.decompress(document["xml"]) if document["zlib"] else bytes(document["xml"])
    return RecordVersion(**{**rest, "xml": xml, "sender": Sender(**document["sender"])})


def _review(document: Document) -> Review:
    return Review(**{**document, "state": ReviewState(document["state"])})


HOLDING_FIELDS = {
    "form": 1,
    "instance_ids": 1,
    "within": 1,
    "seq": 1,
    "versions.instance_id": 1,
    "versions.digest": 1,
    "media.name": 1,
    "media.sha256": 1,
    "office": 1,
    "sender": 1,
    "deleted_at": 1,
    "erased.at": 1,
    "photos_erased.gone": 1,
}


def read_holding(document: Document) -> Holding:
    return Holding(
        key=FormKey.parse(document["form"]),
        instance_id=document["instance_ids"][0],
        within=tuple(document["within"]),
        seq=document["seq"],
        digests={each["instance_id"]: each["digest"] for each in document["versions"]},
        office=document["office"],
        files={each["name"]: each["sha256"] for each in (*_gone(document), *_media(document))},
        gone=frozenset(each["sha256"] for each in _gone(document)),
        deleted=document.get("deleted_at") is not None,
        erased="erased" in document,
        sender=document["sender"],
    )


LACKING_FIELDS = {"media.name": 1, "photos_erased.gone.name": 1, "expected": 1}

LINE_FIELDS = {
    **LACKING_FIELDS,
    "form": 1,
    "instance_ids": 1,
    "seq": 1,
    "at": 1,
    "name": 1,
    "office": 1,
    "within": 1,
    "versions.instance_id": 1,
    "versions.at": 1,
    "versions.sender": 1,
    "versions.device": 1,
    "versions.form_version": 1,
    "media.type": 1,
    "odd.code": 1,
    "issues.code": 1,
    "review": 1,
    "point.type": 1,
    "worker.id": 1,
}


def lacking_in(document: Document) -> int:
    """How many of its files have not arrived."""
    there = {nfc(each["name"]) for each in (*document["media"], *_gone(document))}
    return sum(1 for name in document["expected"] if nfc(name) not in there)


def read_line(document: Document) -> RecordLine:
    point: dict[str, Any] | None = document.get("point")
    return RecordLine(
        key=FormKey.parse(document["form"]),
        instance_id=document["instance_ids"][0],
        seq=document["seq"],
        at=document["at"],
        name=document["name"],
        office=document["office"],
        sender=Sender(**document["versions"][0]["sender"]),
        form_version=document["versions"][-1]["form_version"],
        review=ReviewState(document["review"]),
        issues=tuple(each["code"] for each in (*document["odd"], *document["issues"])),
        missing=lacking_in(document),
        edits=len(document["instance_ids"]) - 1,
        within=tuple(document["within"]),
        worker_id=document.get("worker", {}).get("id", ""),
        has_point=bool(point),
        photos=sum(1 for each in document["media"] if each["type"].startswith("image/")),
        device=document["versions"][0]["device"],
        newest=_arrival(document["versions"][-1]),
    )


def _arrival(version: Document) -> Arrival:
    return Arrival(**{**version, "sender": Sender(**version["sender"])})


def due_at(moment: datetime) -> Int64:
    """Milliseconds: a number orders and windows more simply than a date."""
    return Int64(int(moment.timestamp() * 1000))
