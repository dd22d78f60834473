"""A house with months of records, put straight into the database: arriving would take too long."""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from bench.material import FORM, SAMPLES, records
from server.cli.house import FORMS
from server.model.calendar import ZONE, day_of
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.offices import within
from server.model.people import Sender
from server.model.records import Media, Record, RecordVersion, ReviewState
from server.model.scope import WHOLE_HOUSE
from server.model.sequence import new_seq, seq_at
from server.processing.accounts.people import connect_phone
from server.processing.first_run import set_up
from server.processing.intake.derive import derive
from server.processing.records.counting import recount_day
from server.services import PROJECT, Services
from server.storage import codec
from server.storage.database import Mongo
from server.storage.indexes import create_indexes
from server.xforms.envelope import read_envelope
from tests.records import Made
from tests.world import Clock, build_world

KEY = FormKey(PROJECT, FORM)
_BATCH = 500
_PHONES_PER_OFFICE = 4
_MONTHS = timedelta(days=180)
_BURST = timedelta(minutes=2)
# As in a centre that keeps up with its reviews.
_STATES = {
    ReviewState.APPROVED: 90,
    ReviewState.RECEIVED: 6,
    ReviewState.HAS_ISSUES: 3,
    ReviewState.REJECTED: 1,
}

Moments = Callable[[random.Random, datetime], datetime]


def working_days(chance: random.Random, end: datetime) -> datetime:
    """Some time in half a year of working hours before ``end``."""
    while True:
        at = (end - _MONTHS * chance.random()).astimezone(ZONE)
        at = at.replace(hour=chance.randint(7, 17), minute=chance.randint(0, 59))
        if at.weekday() < 5 and at < end:
            return at


def burst(chance: random.Random, end: datetime) -> datetime:
    """Within the two minutes before ``end``: a centre's phones meet a network at one time."""
    return end - _BURST * chance.random()


class Filling:
    """One house, with the offices and the form library, that gets more and more records."""

    def __init__(self, house: Services, db: Mongo) -> None:
        create_indexes(db)
        at = house.clock()
        set_up(house.stores, house.shelf, FORMS, project=PROJECT, at=at, email=None, password=None)
        self.world = build_world(house, Clock())
        self._house, self._db = house, db
        self._chance = random.Random(1)
        self._phones = [
            connect_phone(house.stores, house.shelf, WHOLE_HOUSE, f"Máy {number}", office, at)[0]
            for office in house.shelf.offices()
            for number in range(_PHONES_PER_OFFICE)
        ]
        self._likes = [self._like(each) for each in islice(records(0), SAMPLES)]
        self.number = 0

    def fill(self, number: int, moments: Moments) -> None:
        """Records of the time ``moments`` chooses, until there are so many."""
        end = self._house.clock()
        days: set[str] = set()
        while self.number < number:
            batch = [self._record(moments(self._chance, end)) for _ in range(_BATCH)]
            self._db["submissions"].insert_many(
                [codec.record_document(each) for each in batch], ordered=False
            )
            days.update(day_of(each.at) for each in batch)
            self.number += len(batch)
        for day in days:
            recount_day(self._house.stores, KEY, day)

    def some_record(self) -> Record:
        top = Filters(top=seq_at(self._house.clock()))
        return next(self._house.stores.submissions.records(WHOLE_HOUSE, KEY, top))

    def _record(self, at: datetime) -> Record:
        """One of the samples, sent by somebody at some time under an identity of its own."""
        like, phone = self._chance.choice(self._likes), self._chance.choice(self._phones)
        fresh = f"uuid:{uuid.UUID(int=self._chance.getrandbits(128))}"
        xml = like.current.xml.replace(like.instance_id.encode(), fresh.encode())
        sender = Sender(phone.id, phone.name, phone.kind.value, phone.office)
        (state,) = self._chance.choices(list(_STATES), weights=list(_STATES.values()))
        return replace(
            like,
            instance_id=fresh,
            seq=new_seq(at),
            at=at,
            within=within(phone.office, self._house.shelf.offices()),
            office=phone.office,
            versions=(replace(like.current, instance_id=fresh, xml=xml, at=at, sender=sender),),
            media=tuple(_photo(name, fresh, at) for name in like.derived.expected),
            review=state,
        )

    def _like(self, made: Made) -> Record:
        at, envelope = self._house.clock(), read_envelope(made.xml)
        version = RecordVersion(
            instance_id=envelope.instance_id,
            deprecated_id=None,
            xml=made.xml,
            digest=envelope.digest,
            at=at,
            sender=Sender("", "", "phone", None),
            device="",
            form_version=envelope.version,
        )
        return Record(
            key=KEY,
            instance_id=envelope.instance_id,
            seq=0,
            at=at,
            within=(),
            versions=(version,),
            derived=derive(
                envelope, self._house.shelf.on_hand(KEY, envelope.version), at, (), closed=False
            ),
        )


def _photo(name: str, instance_id: str, at: datetime) -> Media:
    sha256 = hashlib.sha256(f"{instance_id} {name}".encode()).hexdigest()
    return Media(name=name, sha256=sha256, size=180_000, type="image/jpeg", at=at)
