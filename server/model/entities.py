"""Entities: a child, a household, an office of a list, and who said what about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Conflict(StrEnum):
    """ODK Central's two: nobody's word was overwritten (SOFT), or somebody's was (HARD)."""

    SOFT = "soft"
    HARD = "hard"


class Origin(StrEnum):
    RECORD = "record"
    IMPORT = "import"
    SETTLED = "settled"


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
    nothing else does. ``settles`` are the sources whose conflict a person has looked at.
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


@dataclass(frozen=True, slots=True)
class Contribution:
    """All that one source orders for one entity now.

    ``source`` is unique (a record's id, an import's, a settlement's). ``count`` is how often it had
    a say: each version of a record counts, its deletion too. ``orders`` is empty when it was
    withdrawn: by an edit that names another entity, a deletion, an undone import. ``creates`` says
    that it once made the entity; ``waits`` that it may not yet.
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

    @property
    def waits(self) -> bool:
        return self.needs_approval and not self.approved and any(o.create for o in self.orders)


@dataclass(frozen=True, slots=True)
class Step:
    """One applied order: what it changed (property → old and new; ``label`` under ''), and whether
    it was made without knowing of another. ``refused``: it would have made what was there."""

    source: str
    place: str
    changed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    conflict: Conflict | None = None
    clashing: tuple[str, ...] = ()
    settled: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True)
class EntityState:
    """``exists`` is False while nothing has made it, or what made it was withdrawn (``gone``)."""

    exists: bool
    gone: bool = False
    label: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    version: int = 0
    conflict: Conflict | None = None
    steps: tuple[Step, ...] = ()
    maker: str = ""


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


class EntityRow(NamedTuple):
    """An entity as phones get it: light, since a list has ten thousand."""

    id: str
    label: str
    version: int
    data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EntityLine:
    """An entity as its list shows it; the page after it starts at its ``key``."""

    row: EntityRow
    key: str
    office: str | None
    conflict: str
    last: datetime


@dataclass(frozen=True, slots=True)
class EntityList:
    """A list: ``revision`` rises with each change of its entities; ``filled`` once it had one;
    ``columns`` came with imports; ``approval``: what a record makes waits until the record is
    approved; ``shared``: every phone has all of it."""

    key: ListKey
    revision: int = 0
    filled: bool = False
    columns: tuple[str, ...] = ()
    approval: bool = False
    shared: bool = False
