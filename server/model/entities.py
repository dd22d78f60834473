"""Entities: a child, a household, an office of a list, and who said what about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from server.model.assignment import AssignedOnly
from server.model.scope import EVERYWHERE


class Conflict(StrEnum):
    """ODK Central's two: nobody's word was overwritten (SOFT), or somebody's was (HARD)."""

    SOFT = "soft"
    HARD = "hard"


class Held(StrEnum):
    """Why an order takes no effect before a person lets it in (docs/decisions/0014)."""

    FOREIGN = "foreign"  # it came from an office that does not have the entity
    RESERVED = "reserved"  # it says what only the centre may say


class Origin(StrEnum):
    RECORD = "record"
    IMPORT = "import"
    SETTLED = "settled"
    OFFICES = "offices"  # the tree of offices
    PROGRAM = "program"  # a person's, by the REST interface


@dataclass(frozen=True, slots=True)
class ListKey:
    """A list of entities in a project; ``text`` is ``1/tre_em``."""

    project: int
    name: str

    @property
    def text(self) -> str:
        return f"{self.project}/{self.name}"

    @classmethod
    def parse(cls, text: str) -> ListKey:
        project, _, name = text.partition("/")
        return cls(int(project), name)


@dataclass(frozen=True, slots=True)
class Order:
    """To make or change one entity (both: whichever is needed).

    ``trunk`` and ``base`` are the versions the author had before them, None when none was known;
    ``branch`` names a chain made offline. ``made`` is the author's own time as text: it orders what
    nothing else does. A settlement ``settles`` the sayings that a person has looked at, and
    ``admits`` those of them that had been held.
    """

    create: bool
    update: bool
    label: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    trunk: int | None = None
    base: int | None = None
    branch: str = ""
    made: str = ""
    place: str = ""
    settles: tuple[str, ...] = ()
    admits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contribution:
    """All that one source orders for one entity now.

    ``source`` is unique (a record's id, an import's, a settlement's). ``count`` is how often it had
    a say: each version of a record counts, its deletion too; ``at`` is when it first had, ``later``
    when it had again. ``orders`` is empty when it was withdrawn: by an edit that names another
    entity, a deletion, an undone import. ``creates`` says that it once made the entity; ``waits``
    that it may not yet. ``entitled``: it holds whatever office has the entity. ``reserved`` is what
    only the centre may change, as its list says; ``central``: the centre said this. ``sender`` is
    the phone or person whose record it is. What it makes belongs to the office ``about``, where it
    names one that its maker may reach, else to the maker's own. ``stood`` are offices above it
    until ``moved_at``, and ``about_stood`` those above that other until ``about_moved_at``.
    """

    source: str
    origin: Origin
    orders: tuple[Order, ...]
    count: int
    at: datetime
    by: str
    office: str | None = None
    within: tuple[str, ...] = ()
    creates: bool = False
    needs_approval: bool = False
    approved: bool = False
    later: tuple[datetime, ...] = ()
    entitled: bool = False
    reserved: tuple[str, ...] = ()
    central: bool = False
    sender: str = ""
    about: str | None = None
    about_within: tuple[str, ...] = ()
    stood: tuple[str, ...] = ()
    moved_at: datetime | None = None
    about_stood: tuple[str, ...] = ()
    about_moved_at: datetime | None = None

    @property
    def home(self) -> tuple[str | None, tuple[str, ...]]:
        """The office that an entry belongs to which this made, and its chain."""
        return (self.about, self.about_within) if self.about else (self.office, self.within)

    def had(self, giver: Contribution) -> bool:
        """Whether what this makes was the giver's when they spoke: of its own office, or above."""
        office = giver.office or EVERYWHERE
        stood = self.stood if self.moved_at and giver.at < self.moved_at else ()
        if self.about and self.about_moved_at and giver.at < self.about_moved_at:
            stood = (*stood, *self.about_stood)
        return office in (EVERYWHERE, *self.home[1], *stood)

    @property
    def saying(self) -> str:
        """What it says now: who settled it did not settle what it says after an edit."""
        return f"{self.source}@{self.count}"

    @property
    def waits(self) -> bool:
        return self.needs_approval and not self.approved and any(o.create for o in self.orders)


@dataclass(frozen=True, slots=True)
class Step:
    """One order: what it changed (property → old and new; ``label`` under ''), and whether it was
    made without knowing of another. ``refused``: it would have made what was there. ``held``: it
    changed nothing, and ``changed`` is what it would have."""

    source: str
    place: str
    saying: str
    changed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    conflict: Conflict | None = None
    clashing: tuple[str, ...] = ()
    settled: bool = False
    refused: bool = False
    held: Held | None = None

    @property
    def open(self) -> bool:
        """Whether a person has yet to look at it."""
        return not self.settled and (self.conflict is not None or self.held is not None)


@dataclass(frozen=True, slots=True)
class EntityState:
    """``exists`` is False while nothing has made it, or what made it was withdrawn (``gone``).

    ``maker`` is the source that made it; ``home`` the one in whose office it is, '' while there is
    none. ``held`` says that something is, and why.
    """

    exists: bool
    gone: bool = False
    label: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    version: int = 0
    conflict: Conflict | None = None
    steps: tuple[Step, ...] = ()
    maker: str = ""
    home: str = ""

    @property
    def held(self) -> Held | None:
        return next((each.held for each in self.steps if each.held and each.open), None)


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity at rest: its contributions, and the state that follows from them.

    ``revision`` counts writes: a writer's guard.
    """

    key: ListKey
    id: str
    contributions: tuple[Contribution, ...]
    state: EntityState
    revision: int = 0
    office: str | None = None
    within: tuple[str, ...] = ()

    @property
    def chain(self) -> tuple[str, ...]:
        """Its office with those above it; the whole house of what is no office's."""
        return self.within or (EVERYWHERE,)

    @property
    def givers(self) -> dict[str, Contribution]:
        """Who said what, by its source."""
        return {each.source: each for each in self.contributions}


class EntityRow(NamedTuple):
    """An entity as phones get it: light, since a list has ten thousand."""

    id: str
    label: str
    version: int
    data: Mapping[str, str]


class Voice(NamedTuple):
    """Who had a say about an entity, when first and when last."""

    source: str
    creates: bool
    at: datetime
    last: datetime
    by: str
    sender: str


class EntityTold(NamedTuple):
    """An entity as programs get it; ``changed_at`` is None while nothing was said after it was
    made."""

    row: EntityRow
    conflict: str
    maker: Voice
    changed_at: datetime | None


def told(row: EntityRow, conflict: str, voices: Sequence[Voice]) -> EntityTold:
    """Who came first has made it."""
    makers = [each for each in voices if each.creates]
    maker = min(makers, key=lambda each: (each.at, each.source))
    last = max(each.last for each in voices)
    return EntityTold(row, conflict, maker, last if row.version > 1 else None)


@dataclass(frozen=True, slots=True)
class EntityLine:
    """An entity as its list shows it; the page after it starts at its ``key``."""

    row: EntityRow
    key: str
    office: str | None
    conflict: str
    held: str
    last: datetime


@dataclass(frozen=True, slots=True)
class Members:
    """How many entities of another list may belong to each of this one: those whose property ``by``
    is its id and that are ``who`` (``trang_thai=hoat_dong``)."""

    list: str
    by: str
    who: str
    least: int
    most: int

    def has(self, row: EntityRow) -> bool:
        name, _, value = self.who.partition("=")
        return row.data.get(name) == value


@dataclass(frozen=True, slots=True)
class EntityList:
    """A list: ``revision`` rises with each change of its entities; ``filled`` once it had one;
    ``columns`` came with imports; ``approval``: what a record makes waits until the record is
    approved; ``shared``: every phone has all of it. ``reserved`` is what only the centre may change
    once an entity is there (``han``), or say at all (``trang_thai=xac_nhan``). With
    ``offices`` (property → what is known of an office) it is filled from the tree of offices.
    ``office_by`` is the property that names the office an entry is about, by its code or its id;
    ``title`` what the list is called, by language. Phones get people's names in short, which the
    properties ``names`` hold (None: those whose own name says so), unless ``full_names``;
    ``assigned_only`` says who gets no more than what is their own to look after."""

    key: ListKey
    revision: int = 0
    filled: bool = False
    columns: tuple[str, ...] = ()
    approval: bool = False
    shared: bool = False
    reserved: tuple[str, ...] = ()
    offices: Mapping[str, str] = field(default_factory=dict)
    members: Members | None = None
    office_by: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    full_names: bool = False
    names: tuple[str, ...] | None = None
    assigned_only: AssignedOnly = AssignedOnly.NOBODY
