"""Who acts: people who sign in, and phones that carry a token."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ActorKind(StrEnum):
    PERSON = "person"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in an office and everything below it. ``under`` are the roles of whoever connected a
    phone, which sees no more than these read; none: all that its own role gives."""

    role: str
    office: str
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """Codes from an app on one's own phone. What the app counts from follows from ``salt`` and the
    house's secret key, so it lies in no database. ``used_step`` is the last time step whose code
    was used; ``recovery`` are hashes of codes that are good once each."""

    salt: str
    since: datetime
    used_step: int
    recovery: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (with ``email`` and ``password_hash``) or a phone (with a hashed token).

    ``must_change``: the password was made by somebody else and is good for one sign-in. ``app`` is
    the version of Collect that a phone last came with. ``let_in_at`` is when its password was last
    chosen by a link that somebody had made. ``leaving``: access has ended, and work that was theirs
    is not handed over yet. ``code_by`` is who made a phone's code, and may have a copy; "" for the
    operator, and where nobody noted it.
    """

    id: str
    kind: ActorKind
    name: str
    grants: tuple[Grant, ...]
    email: str | None = None
    password_hash: str | None = field(default=None, repr=False)
    must_change: bool = False
    second_factor: SecondFactor | None = field(default=None, repr=False)
    language: str = "vi"
    created_at: datetime | None = None
    revoked_at: datetime | None = None
    last_seen_at: datetime | None = None
    app: str = ""
    leaving: bool = False
    let_in_at: datetime | None = None
    code_by: str = ""
    code_at: datetime | None = None

    @property
    def code_is_used(self) -> bool:
        """A phone came by the code that was made for it last."""
        seen, made = self.last_seen_at, self.code_at
        return seen is not None and (made is None or seen >= made)

    @property
    def known_since(self) -> datetime | None:
        """Since when nobody else had a hand in how its owner signs in."""
        return max(filter(None, (self.created_at, self.let_in_at)), default=None)

    @property
    def office(self) -> str | None:
        """The office in whose name it acts: that of the first grant."""
        return self.grants[0].office if self.grants else None

    @property
    def offices(self) -> tuple[str, ...]:
        """All for which it acts."""
        return tuple(each.office for each in self.grants)

    @property
    def active(self) -> bool:
        return self.revoked_at is None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a record, as known at that moment; it stays when the actor is renamed or moves."""

    id: str
    name: str
    kind: str
    office: str | None


@dataclass(frozen=True, slots=True)
class ActorList:
    """Those of one kind who have access, or whose access has ended; ``words`` leave those whose
    name or address has them all, or who are of one of ``offices``."""

    kind: ActorKind
    ended: bool = False
    words: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
