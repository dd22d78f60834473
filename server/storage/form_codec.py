"""Forms and their versions as MongoDB documents, and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from bson.binary import Binary

from server.model.forms import FormEntry, FormKey, FormState, FormVersion, MediaFile
from server.storage.database import Document


def version_id(key: FormKey, version: str) -> str:
    return f"{key.text}//{version}"


def write_version(version: FormVersion) -> Document:
    return {
        "_id": version_id(version.key, version.version),
        "form": version.key.text,
        "version": version.version,
        "xml": Binary(version.xml),
        "md5": version.md5,
        "sha256": version.sha256,
        "title": version.title,
        "published_at": version.published_at,
        "published_by": version.published_by,
        "media": write_media(version.media),
        "xlsx_sha256": version.xlsx_sha256,
        "notes": version.notes,
        "warnings": list(version.warnings),
    }


def write_media(media: Iterable[MediaFile]) -> list[Document]:
    return [asdict(each) for each in media]


def read_version(found: Document) -> FormVersion:
    return FormVersion(
        key=FormKey.parse(found["form"]),
        version=found["version"],
        xml=bytes(found["xml"]),
        md5=found["md5"],
        sha256=found["sha256"],
        title=found["title"],
        published_at=found["published_at"],
        published_by=found["published_by"],
        media=tuple(MediaFile(**each) for each in found["media"]),
        xlsx_sha256=found["xlsx_sha256"],
        notes=found["notes"],
        warnings=tuple(found["warnings"]),
    )


def read_entry(found: Document) -> FormEntry:
    return FormEntry(
        key=FormKey.parse(found["_id"]),
        title=found["title"],
        version=found["version"],
        state=FormState(found["state"]),
        sha256=found["sha256"],
        draft_token=found.get("draft_token"),
        deleted_at=found.get("deleted_at"),
        shut_at=found.get("shut_at"),
        retention=found.get("retention", ""),
    )
