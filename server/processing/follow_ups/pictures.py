"""A record's pictures: looked at once, made small once, and compared with what the record says and
with the pictures of other records."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from server.model.records import Issue, Media, Record
from server.processing.follow_ups.twins import seen_before
from server.processing.photos.picture_facts import PictureFacts
from server.processing.photos.pictures import examine
from server.processing.records.evidence import judge
from server.processing.records.gather import evidence_of
from server.storage.stores import Stores

_THUMBNAIL = "image/jpeg"
_NAMED_SO = (".jpg", ".jpeg", ".png", ".heic", ".webp")


def look_at_pictures(
    stores: Stores, record: Record, *, retried: bool, now: datetime
) -> tuple[dict[str, Any], tuple[Issue, ...]]:
    """Facts by content hash, thumbnails' hashes among them, and the remarks that follow."""
    facts = dict(record.facts)
    for media in record.media:
        if media.sha256 not in facts and is_picture(media, record):
            facts[media.sha256] = _examine(stores, media)
    pictures = {
        media.name: PictureFacts.from_facts(facts[media.sha256])
        for media in record.media
        if media.sha256 in facts
    }
    before = seen_before(stores, record, pictures, retried=retried, now=now)
    evidence = evidence_of(record.derived, record.current.at, pictures=pictures, seen_before=before)
    remarks = judge(evidence)
    return facts, tuple(each for each in remarks if each not in record.derived.issues)


def is_picture(media: Media, record: Record) -> bool:
    """A picture by content, or a file that by its name should be one."""
    return media.type.startswith("image/") or media.name.lower().endswith(_NAMED_SO)


def _examine(stores: Stores, media: Media) -> dict[str, Any]:
    with stores.blobs.open(media.sha256) as file:
        examined = examine(file, media_type=media.type)
    small = {
        str(size): stores.blobs.keep(data, type=_THUMBNAIL)
        for size, data in examined.thumbnails.items()
    }
    return {**examined.facts.as_facts(), "thumbnails": small}
