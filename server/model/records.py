"""Records: what phones send. A record has one version per ``instanceID`` it ever had."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from server.model.erasures import Erasure
from server.model.forms import FormKey
from server.model.keeping import Keeping
from server.model.people import Sender
from server.xforms.values import nfc


class ReviewState(StrEnum):
    """ODK Central's review states; ``edited`` comes of a new version, not of a reviewer."""

    RECEIVED = "received"
    EDITED = "edited"
    HAS_ISSUES = "hasIssues"
    APPROVED = "approved"
    REJECTED = "rejected"


REVIEWER_STATES = frozenset((ReviewState.HAS_ISSUES, ReviewState.APPROVED, ReviewState.REJECTED))
WAITING = (ReviewState.RECEIVED, ReviewState.EDITED)


@dataclass(frozen=True, slots=True)
class Media:
    """A file that came with a record. ``name`` is a label from outside, never a path."""

    name: str
    sha256: str
    size: int
    type: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PhotosErased:
    """The mark on a record whose photos were kept as long as they were to be: ``gone`` are these,
    so that nothing brings them back."""

    at: datetime
    gone: tuple[Media, ...]


def own_names(names: Iterable[str]) -> Iterator[str]:
    """A second file under one name gets a name of its own."""
    taken: set[str] = set()
    for name in names:
        label, number = name, 1
        while label in taken:
            number += 1
            label = f"{name} ({number})"
        taken.add(label)
        yield label


@dataclass(frozen=True, slots=True)
class Arrival:
    """How one version of a record came."""

    instance_id: str
    at: datetime
    sender: Sender
    device: str
    form_version: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """When a record came, and whether all its files did."""

    at: datetime
    whole: bool


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """One arrival: the exact XML, the SHA-256 of its canonical form, and how it came."""

    instance_id: str
    deprecated_id: str | None
    xml: bytes
    digest: str
    at: datetime
    sender: Sender
    device: str
    form_version: str

    @property
    def arrival(self) -> Arrival:
        return Arrival(self.instance_id, self.at, self.sender, self.device, self.form_version)


@dataclass(frozen=True, slots=True)
class Review:
    """One act of a reviewer, who had ``seen`` the version with this instance id; '' where nobody
    wrote that down."""

    state: ReviewState
    reason: str
    by: str
    by_name: str
    at: datetime
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Worker:
    """Whose a record is to work on, and who said so; ``id`` is "" for nobody any more."""

    id: str
    name: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Issue:
    """One remark for a person: a code (``server.processing.records.issues`` has its words), the
    question it belongs to, and facts that JSON and the database can hold."""

    code: str
    field: str | None = None
    facts: Mapping[str, str | int] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Derived:
    """What is read out of a record's current XML and can be rebuilt from it at any time."""

    name: str
    answers: dict[str, Any]
    expected: tuple[str, ...]
    point: dict[str, Any] | None
    started_at: datetime | None
    ended_at: datetime | None
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class Deletion:
    """By whose words a record was deleted; the two people's names."""

    at: datetime
    asked_by: str
    granted_by: str


@dataclass(frozen=True, slots=True)
class Record:
    """One record with all its versions, newest last. ``seq`` orders arrivals and is unique.
    ``hidden`` says that its reader has it without some answers.

    ``stood`` are offices that answered for it until ``moved_at``: they read it no more, and what
    they had said stays said.
    """

    key: FormKey
    instance_id: str
    seq: int
    at: datetime
    within: tuple[str, ...]
    versions: tuple[RecordVersion, ...]
    derived: Derived
    media: tuple[Media, ...] = ()
    office: str | None = None
    facts: dict[str, Any] = dataclasses.field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    review: ReviewState = ReviewState.RECEIVED
    reviews: tuple[Review, ...] = ()
    todo: tuple[str, ...] = ()
    deleted_at: datetime | None = None
    stood: tuple[str, ...] = ()
    moved_at: datetime | None = None
    worker: Worker | None = None
    keeping: Keeping | None = None
    erased: Erasure | None = None
    photos_erased: PhotosErased | None = None
    hidden: bool = False

    @property
    def worker_id(self) -> str:
        """Who it is given to by name, "" for nobody."""
        return self.worker.id if self.worker else ""

    @property
    def current(self) -> RecordVersion:
        return self.versions[-1]

    @property
    def gone(self) -> tuple[Media, ...]:
        """The photos that were erased since their time was over."""
        return self.photos_erased.gone if self.photos_erased else ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Expected files that have not arrived; a name is the same in either Unicode spelling."""
        there = {nfc(each.name) for each in (*self.media, *self.gone)}
        return tuple(name for name in self.derived.expected if nfc(name) not in there)

    @property
    def all_issues(self) -> tuple[Issue, ...]:
        return (*self.derived.issues, *self.issues)


@dataclass(frozen=True, slots=True)
class Holding:
    """What the house already holds of an arriving record: enough to decide, and no more.

    ``digests`` are those of each version's canonical XML by instance id, oldest first; ``files``
    the SHA-256 of each file by name, of those too that are ``gone`` since their time was over;
    ``office`` is that of whoever sent it first, and ``sender`` who that was.
    """

    key: FormKey
    instance_id: str
    within: tuple[str, ...]
    seq: int
    digests: dict[str, str]
    files: dict[str, str]
    office: str | None = None
    deleted: bool = False
    erased: bool = False
    sender: str = ""
    gone: frozenset[str] = frozenset()

    @property
    def latest(self) -> str:
        return next(reversed(self.digests))


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record as a list shows it. ``newest`` is the arrival of its last version."""

    key: FormKey
    instance_id: str
    seq: int
    at: datetime
    name: str
    office: str | None
    sender: Sender
    form_version: str
    review: ReviewState
    issues: tuple[str, ...]
    missing: int
    edits: int
    within: tuple[str, ...]
    worker_id: str
    has_point: bool
    photos: int
    device: str
    newest: Arrival
