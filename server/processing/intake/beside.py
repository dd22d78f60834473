"""What the phone is thanked for and no record takes, or not as a record: kept beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from server.errors import RecordTooLarge
from server.model.records import Media
from server.processing.intake.decide import (
    AddMedia,
    Decision,
    Deleted,
    Erased,
    Revise,
    Same,
    Taken,
    Unfit,
)
from server.processing.intake.set_aside import (
    FILE_DIFFERS,
    ID_TAKEN,
    RECORD_DELETED,
    TWO_RECORDS,
    set_aside,
)
from server.processing.intake.upload import SECOND_RECORD, Upload
from server.storage.stores import Stores
from server.xforms.envelope import Envelope


def pass_over(stores: Stores, day: str, upload: Upload, media: Mapping[str, Media]) -> None:
    """It was in the journal before another was found to be faster: read again, it must not come
    before that one."""
    named = [(name, each.sha256) for name, each in media.items()]
    stores.journal.pass_over("record", day, upload.seq, upload.xml, named)


def keep_beside(
    stores: Stores,
    day: str,
    upload: Upload,
    envelope: Envelope,
    media: Mapping[str, Media],
    decision: Decision,
) -> bool:
    """What the phone is thanked for and no record takes: files under a name that has a content
    already, of which the first stays (R08), what is news of a deleted record (R82), what has the id
    of another one, and what is too large. Whether the phone brought anything new."""

    def aside(names: Iterable[str], why: str) -> bool:
        return set_aside(stores, upload, envelope, {name: media[name] for name in names}, why)

    if isinstance(decision, Erased):
        return False
    is_news = True
    match decision:
        case Revise(_, _, names) | AddMedia(_, _, names) if names:
            aside(names, FILE_DIFFERS)
        case Same(_, names):
            is_news = False
            if names:
                aside(names, FILE_DIFFERS)
        case Deleted(_, is_news):
            if is_news:
                aside(media, RECORD_DELETED)
        case Taken():
            is_news = aside(media, ID_TAKEN)
            pass_over(stores, day, upload, media)
        case Unfit():
            is_news = aside(media, RecordTooLarge.__name__)
    if SECOND_RECORD in media:
        # A file of the record, which nobody would look for among its photos.
        aside((SECOND_RECORD,), TWO_RECORDS)
    return is_news
