"""Pictures that an earlier record has too.

Whatever the order in which records and their pictures are looked at, the end is the same: the
later record has the remark. So what a record shows is kept first and compared afterwards, and when
it shows something new, the later records that show the same are looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from server.model.looks import Look
from server.model.records import Record
from server.processing.photos.picture_facts import PictureFacts
from server.storage.stores import Stores

_MOST = 30  # pictures of a record that are compared


def seen_before(
    stores: Stores,
    record: Record,
    pictures: Mapping[str, PictureFacts],
    *,
    retried: bool,
    now: datetime,
) -> dict[str, str]:
    """The names of pictures that an earlier record has too, with its instance id; "" where a reader
    of this record may not know that one. ``retried`` says that an attempt before may have broken
    off after it had kept what is new."""
    looks = dict(_looks(record, pictures))
    if stores.looks.keep(looks.values()) or retried:
        for instance_id in {each for look in looks.values() for each in stores.looks.after(look)}:
            stores.follow_ups.look_again(record.key, instance_id, now)
    found = ((name, stores.looks.before(look)) for name, look in looks.items())
    return {name: _told(record, earlier) for name, earlier in found if earlier is not None}


def _looks(record: Record, pictures: Mapping[str, PictureFacts]) -> Iterator[tuple[str, Look]]:
    shown = [each for each in record.media if each.name in pictures]
    for media in shown[:_MOST]:
        picture = pictures[media.name]
        if picture.width is None:  # all empty files are the same, and nobody's
            continue
        yield (
            media.name,
            Look(
                form=record.key,
                instance_id=record.instance_id,
                seq=record.seq,
                within=record.within,
                sha256=media.sha256,
                dhash=picture.dhash,
            ),
        )


def _told(record: Record, earlier: Look) -> str:
    """Whoever may read a record may read those of the same office too."""
    return earlier.instance_id if earlier.within[-1] == record.within[-1] else ""
