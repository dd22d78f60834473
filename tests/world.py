"""A small believable province: who works where, which phones they carry, what time it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from threading import Lock

from flask.testing import FlaskClient
from werkzeug.datastructures import Authorization
from werkzeug.test import TestResponse

from server.access.verbs import ADMINISTRATOR, CASE_MANAGER, Verb, scope_for
from server.model.aside import SetAside, Settled
from server.model.calendar import ZONE
from server.model.filters import Filters
from server.model.forms import FormKey, FormState, FormVersion
from server.model.offices import within
from server.model.people import Actor, Sender
from server.model.records import Record
from server.model.scope import EVERYWHERE, WHOLE_HOUSE, Scope
from server.model.sequence import LAST_SEQ, new_seq, seq_at
from server.processing.accounts.people import add_person, connect_phone
from server.processing.first_run import CENTRE
from server.processing.forms.publish import Publication, publish
from server.processing.intake.receive import Received, receive
from server.processing.intake.upload import Upload
from server.services import PROJECT, Services, now
from server.storage.journal import Entry

PASSWORD = "mot-mat-khau-dai"


class Clock:
    """Half past eight on a working morning; time passes when a test says so.

    Each look takes a millisecond, so that what comes later is later.
    """

    def __init__(self) -> None:
        # Ahead of the real time: a database that clears ended sessions away by its own clock must
        # not take ours.
        morning = now().astimezone(ZONE).replace(hour=8, minute=30, second=0, microsecond=0)
        self._at = morning if morning > now() else morning + timedelta(days=1)
        self._lock = Lock()

    def __call__(self) -> datetime:
        with self._lock:
            self._at += timedelta(milliseconds=1)
            return self._at.astimezone(now().tzinfo)

    def move(self, **much: float) -> None:
        """``move(days=3)``; never backwards."""
        with self._lock:
            self._at += timedelta(**much)


@dataclass(frozen=True)
class Person:
    """Somebody who signs in with ``email`` and ``password``."""

    actor: Actor
    email: str
    password: str = PASSWORD


@dataclass(frozen=True)
class Handset:
    """A phone of an office, with the token that its QR code holds."""

    actor: Actor
    token: str
    office: str

    @property
    def path(self) -> str:
        """The path of its project's address."""
        return f"/v1/key/{self.token}/projects/{PROJECT}"

    @property
    def sender(self) -> Sender:
        actor = self.actor
        return Sender(actor.id, actor.name, actor.kind.value, actor.office)


@dataclass(frozen=True)
class World:
    """``lan`` manages cases in Hạ Long (VP01 and below), ``minh`` in Tiên Yên (VP09 and below).

    Hạ Long's phones are ``hong`` (VP02) and ``cuong`` (VP03), Tiên Yên's is ``thao`` (VP10);
    ``spare`` belongs to the centre itself.
    """

    house: Services
    clock: Clock
    admin: Person
    lan: Person
    minh: Person
    hong: Handset
    cuong: Handset
    thao: Handset
    spare: Handset

    def send(
        self,
        xml: bytes,
        files: Mapping[str, bytes] | None = None,
        by: Handset | None = None,
        reach: Scope | None = None,
    ) -> Received:
        """A record straight into the intake, where HTTP is not what a test is about."""
        phone, at = by or self.hong, self.clock()
        upload = Upload(
            project=PROJECT,
            draft=False,
            xml=xml,
            files={name: BytesIO(data) for name, data in (files or {}).items()},
            sender=phone.sender,
            within=within(phone.office, self.house.shelf.offices()),
            reach=reach or scope_for(phone.actor, Verb.SEND_RECORDS),
            device="collect:q7Xw2LmN8rTb4KvZ",
            at=at,
            seq=new_seq(at),
        )
        return receive(self.house.intake, upload)

    def records(self, form_id: str) -> list[Record]:
        """All records of a form, newest first."""
        asked = self.everything(FormKey(PROJECT, form_id))
        return list(self.house.stores.submissions.records(*asked))

    def everything(self, key: FormKey) -> tuple[Scope, FormKey, Filters]:
        """What to ask storage for all records of a form."""
        return WHOLE_HOUSE, key, Filters(top=seq_at(self.clock() + timedelta(days=1)))

    def record(self, form_id: str, instance_id: str) -> Record | None:
        key = FormKey(PROJECT, form_id)
        return self.house.stores.submissions.find(WHOLE_HOUSE, key, instance_id)

    def publish(
        self,
        xform: bytes,
        media: Mapping[str, bytes] | None = None,
        draft_token: str | None = None,
    ) -> FormVersion:
        """What phones get from now on."""
        publication = Publication(
            project=PROJECT,
            file_name="form.xml",
            source=xform,
            media=media or {},
            by=self.admin.actor.id,
            at=self.clock(),
            draft_token=draft_token,
        )
        published = publish(self.house.stores, publication)
        self.house.shelf.forget()
        return published.version

    def set_state(self, form_id: str, state: FormState) -> None:
        assert self.house.stores.forms.set_state(FormKey(PROJECT, form_id), state)
        self.house.shelf.forget()

    def file(self, record: Record, name: str) -> bytes:
        """A record's file as it is stored."""
        found = next(each for each in record.media if each.name == name)
        return self.house.stores.blobs.read(found.sha256)

    def journalled(self) -> list[Entry]:
        """All that the journal has."""
        journal = self.house.stores.journal
        return [journal.read(each) for each in journal.places()]

    def set_aside(self) -> Sequence[SetAside]:
        """What nobody has dealt with, newest first."""
        aside = self.house.stores.aside
        return aside.page(WHOLE_HOUSE, settled=False, top=LAST_SEQ, most=100)

    def deal_with(self, thing: SetAside) -> None:
        """As a case manager does."""
        by = Settled(self.lan.actor.name, "Đã xem", self.clock())
        self.house.stores.aside.settle(thing.id, by, thing.files)

    def aside(self) -> list[str]:
        """Why things were set aside, newest first."""
        return [each.why for each in self.set_aside()]

    def hire(self, email: str, name: str, role: str, office: str = "VP01") -> Person:
        """Somebody more who signs in."""
        return _person(self.house, self.clock, email, name, role, office)


def _person(house: Services, clock: Clock, email: str, name: str, role: str, office: str) -> Person:
    actor = add_person(
        house.stores,
        house.shelf,
        WHOLE_HOUSE,
        email=email,
        name=name,
        password=PASSWORD,
        role=role,
        office=office,
        at=clock(),
        must_change=False,
    )
    return Person(actor, email)


def build_world(house: Services, clock: Clock) -> World:
    def person(email: str, name: str, role: str, office: str) -> Person:
        return _person(house, clock, email, name, role, office)

    def handset(name: str, office: str) -> Handset:
        at = clock()
        actor, token = connect_phone(house.stores, house.shelf, WHOLE_HOUSE, name, office, at)
        return Handset(actor, token, office)

    return World(
        house=house,
        clock=clock,
        admin=person("quantri@ctxh.example", "Phạm Thu Hà", ADMINISTRATOR, EVERYWHERE),
        lan=person("lan@ctxh.example", "Nguyễn Thị Lan", CASE_MANAGER, "VP01"),
        minh=person("minh@ctxh.example", "Lê Quang Minh", CASE_MANAGER, "VP09"),
        hong=handset("Máy của Hồng", "VP02"),
        cuong=handset("Máy của Cường", "VP03"),
        thao=handset("Máy của Thảo", "VP10"),
        spare=handset("Máy dự phòng", CENTRE),
    )


def close(house: Services) -> None:
    """An installation keeps its one client for life; a test run makes hundreds."""
    house.stores.offices._offices.database.client.close()


_FORGERY = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def forgery_token(client: FlaskClient, path: str = "/sign-in") -> str:
    """What a form on that page must send along."""
    found = _FORGERY.search(client.get(path).get_data(as_text=True))
    assert found, f"no csrf_token on {path}"
    return found[1]


def sign_in(client: FlaskClient, person: Person) -> None:
    """By the sign-in page, as people do."""
    fields = {"csrf_token": forgery_token(client), "email": person.email}
    answer = client.post("/sign-in", data={**fields, "password": person.password})
    assert answer.status_code == 303, answer.get_data(as_text=True)


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """A form that somebody who is signed in has filled in."""
    return client.post(path, data={"csrf_token": forgery_token(client, "/account"), **fields})


def basic(person: Person) -> dict[str, str]:
    """The headers by which their program says who it is."""
    said: dict[str, str | None] = {"username": person.email, "password": person.password}
    return {"Authorization": Authorization("basic", said).to_header()}
