"""Holding the house to its word: what it thanked for must be there, whole, and once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from server.config import Config
from server.engine import open_database
from server.engine.probe import COLLECTION
from server.errors import AttachmentUnknown
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.records import Record
from server.model.scope import WHOLE_HOUSE
from server.model.sequence import seq_at
from server.processing.records.counting import count_news
from server.services import PROJECT, Services, build_services, now
from server.storage.database import Document, connect
from tests.records import Made

# What follow-ups add to a record after the phone was thanked.
ADDED_LATER = ("facts", "issues", "todo", "due", "tries")


def shortfalls(config: Config, thanked: Sequence[Made]) -> list[str]:
    """What is missing, different or doubled, in words."""
    with open_database(config) as uri:
        house = build_services(config, uri)
        return [
            *_missing(house, thanked),
            *_doubled(house, thanked),
            *_miscounted(house, thanked),
        ]


def _missing(house: Services, thanked: Sequence[Made]) -> Iterator[str]:
    for made in thanked:
        key = FormKey(PROJECT, made.form_id)
        record = house.stores.submissions.find(WHOLE_HOUSE, key, made.instance_id)
        if record is None:
            yield f"{made.instance_id} is not there"
        else:
            yield from _differing(house, made, record)


def _differing(house: Services, made: Made, record: Record) -> Iterator[str]:
    if record.current.xml != made.xml:
        yield f"{made.instance_id}: other XML"
    if sorted(each.name for each in record.media) != sorted(made.files):
        yield f"{made.instance_id}: {len(record.media)} files instead of {len(made.files)}"
    for media in record.media:
        try:
            if house.stores.blobs.read(media.sha256) != made.files.get(media.name):
                yield f"{made.instance_id}: {media.name} has other bytes"
        except AttachmentUnknown:
            yield f"{made.instance_id}: {media.name} has no bytes"


def _doubled(house: Services, thanked: Sequence[Made]) -> Iterator[str]:
    """Counted from all records, not through the index that forbids twins."""
    expected = Counter(each.form_id for each in thanked)
    for form_id, number in expected.items():
        everything = Filters(top=seq_at(now() + timedelta(days=1)))
        records = house.stores.submissions.records(
            WHOLE_HOUSE, FormKey(PROJECT, form_id), everything
        )
        found = [each.instance_id for each in records]
        if len(found) != number or len(set(found)) != number:
            yield f"{len(found)} records of {form_id}, {len(set(found))} different, not {number}"


def _miscounted(house: Services, thanked: Sequence[Made]) -> Iterator[str]:
    """The numbers above the lists against the records themselves (R20)."""
    for form_id, number in Counter(each.form_id for each in thanked).items():
        key = FormKey(PROJECT, form_id)
        count_news(house.stores, key, now())
        counted = house.stores.counters.counts(key).number(WHOLE_HOUSE.offices)
        if counted != number:
            yield f"{counted} records of {form_id} are counted, not {number}"


def contents(config: Config, *, without: Sequence[str] = ()) -> dict[str, list[Document]]:
    """Every document of every collection, but for the fields named, the watchdog's note, and the
    access log, in which each command stands."""
    with open_database(config) as uri:
        db = connect(uri, config.db)
        names = sorted(set(db.list_collection_names()) - {COLLECTION, "audit"})
        found = {name: db[name].find().sort("_id") for name in names}
        return {name: [_bare(each, without) for each in found[name]] for name in names}


def _bare(document: Document, without: Sequence[str]) -> Document:
    return {name: value for name, value in document.items() if name not in without}
